using System.ComponentModel;
using Ranking.Web.Auth;

namespace Ranking.Web.Api;

/// <summary>A picture that was sent.</summary>
internal sealed record PictureResource([property: Description("The name by which a space's `startPicture` asks for it.")] string Hash, string Url);

/// <summary>Pictures for sampling to start from.</summary>
internal static class PicturesApi
{
    /// <summary>Maps the pictures.</summary>
    public static void MapPictures(this RouteGroupBuilder api)
    {
        var pictures = api.MapGroup("/pictures").WithTags("Catalogue").RequireAuthorization(Scopes.Admin);
        pictures.MapPost("", AddAsync)
            .WithName("addPicture").WithSummary("Takes a picture for sampling to start from: PNG, JPEG or WebP of at most 10 MiB, told by its content.")
            .Accepts<Stream>("image/png", "image/jpeg", "image/webp").Produces<PictureResource>(201).Refuses(413, 415);
        pictures.MapGet("/{hash}", GetAsync)
            .WithName("getPicture").WithSummary("Gives a picture that was sent, as PNG, at most `size` pixels (8 to 4096) on its longer side.")
            .Produces(200, contentType: "image/png").Refuses(404, 422);
    }

    /// <summary>Where a picture is found, relative to the base address.</summary>
    public static string Url(string hash) => $"api/v1/pictures/{hash}";

    private static async Task<IResult> AddAsync(HttpContext http, SentPictures pictures, CancellationToken cancel)
    {
        var bytes = await RequestBody.BytesAsync(http, SentPictures.LongestFile);
        try
        {
            var hash = await pictures.StoreAsync(bytes, cancel);
            return Results.Created($"/{Url(hash)}", new PictureResource(hash, $"/{Url(hash)}"));
        }
        catch (InvalidDataException refusal)
        {
            throw new RefusalException(415, refusal.Message);
        }
    }

    private static async Task<IResult> GetAsync(string hash, HttpContext http, SentPictures pictures, int? size, CancellationToken cancel)
    {
        if (size is < 8 or > 4096)
        {
            throw RefusalException.Impossible("size", "size is from 8 to 4096.");
        }

        var picture = await pictures.FindAsync(hash, cancel) ?? throw RefusalException.Unknown("picture", hash);
        http.Response.Headers.CacheControl = CandidatesApi.ForEver;
        return Results.Bytes(size is { } longest ? Thumbnail.Of(picture, longest) : picture.Bytes, picture.MediaType);
    }
}
