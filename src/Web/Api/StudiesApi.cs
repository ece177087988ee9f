using System.Security.Claims;
using Ranking.Web.Auth;

namespace Ranking.Web.Api;

/// <summary>Studies: making, reading, changing and deleting them.</summary>
internal static class StudiesApi
{
    /// <summary>Maps the studies.</summary>
    public static void MapStudies(this RouteGroupBuilder api)
    {
        var studies = api.MapGroup("/studies").WithTags("Studies");
        studies.MapPost("", CreateAsync).RequireAuthorization(Scopes.Admin).Idempotent()
            .WithName("createStudy").WithSummary("Makes a study.")
            .Produces<StudyResource>(201).Refuses(400, 409, 413, 415, 422);
        studies.MapGet("", ListAsync).RequireAuthorization(Scopes.Read)
            .WithName("listStudies").WithSummary("Lists studies, newest first.").Refuses(422);
        studies.MapGet("/{id}", GetAsync).RequireAuthorization(Scopes.Read)
            .WithName("getStudy").WithSummary("Gives a study.").Refuses(404);
        studies.MapPatch("/{id}", ChangeAsync).RequireAuthorization(Scopes.Admin)
            .WithName("changeStudy").WithSummary("Changes name, description, archived or maxRounds.").Refuses(400, 404, 413, 415, 422);
        studies.MapDelete("/{id}", DeleteAsync).RequireAuthorization(Scopes.Admin)
            .WithName("deleteStudy").WithSummary("Deletes an archived study with its sessions and judgements.").Produces(204).Refuses(404, 409);
    }

    private static async Task<IResult> CreateAsync(HttpContext http, RequestBody<NewStudy> body, StudyMembers members, Studies studies, TimeProvider time, CancellationToken cancel)
    {
        members.Check(body.Value);
        var id = Idempotency.IdFor(http, time);

        // A study that is there already was made by this very request before its answer was kept.
        var study = await studies.FindAsync(id, cancel) ?? await studies.CreateAsync(body.Value.ToDraft(), id, cancel);
        return Results.Created($"/api/v1/studies/{study.Id}", StudyResource.Of(study));
    }

    private static async Task<Page<StudyResource>> ListAsync(ClaimsPrincipal user, Studies studies, int? limit, string? cursor, bool? archived, CancellationToken cancel)
    {
        if (user.OnlyStudy() is { } only)
        {
            return new(await studies.FindAsync(only, cancel) is { } study ? [StudyResource.Of(study)] : [], null);
        }

        var page = await studies.ListAsync(Paging.Limit(limit), cursor, archived, cancel);
        return new([.. page.Items.Select(StudyResource.Of)], page.Next);
    }

    private static async Task<StudyResource> GetAsync(string id, ClaimsPrincipal user, Finder finder, CancellationToken cancel) =>
        StudyResource.Of(await finder.StudyAsync(user, id, cancel));

    private static async Task<StudyResource> ChangeAsync(string id, RequestBody<StudyPatch> body, ClaimsPrincipal user, Finder finder, Studies studies, CancellationToken cancel)
    {
        var study = await finder.StudyAsync(user, id, cancel);
        var patch = body.Value;
        return StudyResource.Of(await studies.ChangeAsync(study.Id, new StudyChange(patch.Name, patch.Description, patch.Archived, patch.MaxRounds), cancel)
            ?? throw RefusalException.Unknown("study", id));
    }

    private static async Task<IResult> DeleteAsync(string id, ClaimsPrincipal user, Finder finder, Studies studies, CancellationToken cancel) =>
        await studies.DeleteAsync((await finder.StudyAsync(user, id, cancel)).Id, cancel) switch
        {
            true => Results.NoContent(),
            false => throw RefusalException.Conflict("Only an archived study can be deleted."),
            null => throw RefusalException.Unknown("study", id),
        };
}
