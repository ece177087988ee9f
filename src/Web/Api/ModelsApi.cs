using System.ComponentModel;
using Microsoft.AspNetCore.Mvc;
using Ranking.Engine.Diffusion;
using Ranking.Web.Auth;
using Ranking.Web.Hosting;

namespace Ranking.Web.Api;

/// <summary>A diffusion model on the server; a problem says why it cannot be used.</summary>
internal sealed record ModelResource(
    string Name, string Title, string Description, int Width, int Height, IReadOnlyList<int> LatentShape, string Scheduler, IReadOnlyList<string> Schedulers,
    string Prompt, string NegativePrompt, int Steps, double Guidance, string Provider,
    [property: Description("The largest difference, in levels of 255, between one picture made alone and in a batch; null before it was measured.")] int? BatchDifference,
    string? Problem)
{
    /// <summary>The resource of a model.</summary>
    public static ModelResource Of(ModelFolder model, Models models) => new(
        model.Name, model.Title, model.Description, model.Width, model.Height, model.LatentShape, model.Sampler, model.Samplers,
        model.Prompt, model.NegativePrompt, model.Steps, model.Guidance, models.Device.Provider, models.BatchDifference(model), model.Problem);
}

/// <summary>The diffusion models on the server.</summary>
internal static class ModelsApi
{
    private const long DefaultLargest = 32L << 30;
    private const int PieceSize = 1 << 17;

    /// <summary>Maps the models; <c>Ranking:LargestModelBytes</c> bounds an archive.</summary>
    public static void MapModels(this RouteGroupBuilder api)
    {
        var models = api.MapGroup("/models").WithTags("Catalogue");
        models.MapGet("", List).WithName("listModels").WithSummary("Lists the diffusion models on the server, usable or not.").Refuses(422).RequireAuthorization(Scopes.Read);
        models.MapPost("", AddAsync).WithName("addModel").WithSummary("Adds a diffusion model from a zip archive of an ONNX folder.")
            .WithMetadata(new DisableRequestSizeLimitAttribute())
            .Accepts<Stream>("application/zip").Produces<ModelResource>(201).Refuses(413, 415, 422).RequireAuthorization(Scopes.Admin);
    }

    private static Page<ModelResource> List(Models models, int? limit, string? cursor) => Paging.Of(models.List(), limit, cursor, model => ModelResource.Of(model, models));

    private static async Task<IResult> AddAsync(
        HttpContext http, [Description("What the model will be called.")] string name, Models models, IConfiguration configuration, CancellationToken cancel)
    {
        if (http.Request.ContentType is not ("application/zip" or "application/x-zip-compressed"))
        {
            throw new RefusalException(415, "The body must be a zip archive: Content-Type: application/zip.");
        }

        await using var archive = await ReceiveAsync(http.Request, new Paths(configuration).Data, configuration.GetValue("Ranking:LargestModelBytes", DefaultLargest), cancel);
        var model = await models.ImportAsync(archive, name, null, cancel);
        return Results.Created("/api/v1/models", ModelResource.Of(model, models));
    }

    // Reading a zip archive starts at its end, so it has to be there whole. The file goes when it is closed.
    private static async Task<FileStream> ReceiveAsync(HttpRequest request, string folder, long largest, CancellationToken cancel)
    {
        var archive = new FileStream(
            Path.Combine(folder, $".incoming-{Guid.NewGuid():N}.zip"), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, PieceSize, FileOptions.Asynchronous | FileOptions.DeleteOnClose);
        try
        {
            var piece = new byte[PieceSize];
            for (int read; (read = await request.Body.ReadAsync(piece, cancel)) > 0;)
            {
                if (Math.Max(archive.Length + read, request.ContentLength ?? 0) > largest)
                {
                    throw new RefusalException(413, $"An archive may have {largest} bytes at most.");
                }

                await archive.WriteAsync(piece.AsMemory(0, read), cancel);
            }

            archive.Position = 0;
            return archive;
        }
        catch
        {
            await archive.DisposeAsync();
            throw;
        }
    }
}
