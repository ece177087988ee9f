using System.Security.Claims;
using Ranking.Engine.Diffusion;
using Ranking.Engine.Sessions;
using Ranking.Web.Admin;
using Ranking.Web.Auth;

namespace Ranking.Web.Api;

/// <summary>Judgements for other programs.</summary>
internal static class ExportsApi
{
    /// <summary>Maps the downloads.</summary>
    public static void MapExports(this RouteGroupBuilder api) => api.MapGet("/studies/{id}/export", ExportAsync)
        .WithTags("Studies").RequireAuthorization(Scopes.Read)
        .WithName("exportStudy").WithSummary("Streams every judgement that counts: csv, jsonl, or pairs with one line for each comparison it implies.")
        .Produces<string>(200, "text/csv", "application/x-ndjson").Refuses(404, 422);

    private static async Task<IResult> ExportAsync(
        string id, ClaimsPrincipal user, Finder finder, StudyList list, ISessions sessions, Models models, CancellationToken cancel, string? format = null)
    {
        var study = await finder.StudyAsync(user, id, cancel);
        if (format is not (null or "csv" or "jsonl" or "pairs"))
        {
            throw RefusalException.Impossible("format", "format is one of csv, jsonl, pairs.");
        }

        Guid[] ids = [.. (await list.SessionsAsync(study.Id, cancel)).Select(session => session.Id)];
        return Export.Stream(study.Name, format, Export.Prompt(study.Config), Export.Lines(ids, sessions, models, cancel));
    }
}
