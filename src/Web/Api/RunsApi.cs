using System.ComponentModel;
using System.Security.Claims;
using System.Text.Json;
using Ranking.Web.Auth;

namespace Ranking.Web.Api;

/// <summary>What is sent to let an oracle of the server judge.</summary>
internal sealed record NewRun
{
    /// <summary>Who judges.</summary>
    [Description("Who judges: a name as in /oracles, with its parameters.")]
    public required OracleChoice Oracle { get; init; }

    /// <summary>For how long.</summary>
    [Description("How many rounds it judges, 1 to 1,000,000; it stops when the session is over or paused.")]
    public required int Rounds { get; init; }
}

/// <summary>An oracle with its parameters.</summary>
internal sealed record OracleChoice
{
    /// <summary>Its key.</summary>
    [Description("The name as in /oracles.")]
    public required string Name { get; init; }

    /// <summary>Its parameters.</summary>
    [Description("Its parameters; those left out take their defaults.")]
    public Dictionary<string, JsonElement>? Parameters { get; init; }
}

/// <summary>Oracles that judge on the server.</summary>
internal static class RunsApi
{
    private const int MostRounds = 1_000_000;

    /// <summary>Maps the runs.</summary>
    public static void MapRuns(this RouteGroupBuilder api) => api.MapPost("/sessions/{id}/run", RunAsync)
        .WithTags("Judging").RequireAuthorization(Scopes.Oracle).Idempotent()
        .WithName("runOracle").WithSummary("Lets a built-in oracle judge on the server; follow it over events.")
        .Produces<SessionResource>(202).Refuses(400, 404, 409, 413, 415, 422);

    private static async Task<IResult> RunAsync(
        string id, RequestBody<NewRun> body, ClaimsPrincipal user, Finder finder, OracleRuns runs, CancellationToken cancel)
    {
        var sent = body.Value;
        var (row, session) = await finder.SessionAsync(user, id, cancel);
        if (sent.Rounds is < 1 or > MostRounds)
        {
            throw RefusalException.Impossible("rounds", $"rounds is from 1 to {MostRounds}.");
        }

        var parameters = sent.Oracle.Parameters is { } given ? JsonSerializer.SerializeToElement(given, ApiJson.Options) : default;
        SessionsApi.Accepted(await runs.StartAsync(row.Id, session, sent.Oracle.Name, parameters, sent.Rounds, cancel));
        return Results.Accepted($"/api/v1/sessions/{row.Id}", SessionResource.Of(row, await session.CurrentAsync(cancel)));
    }
}
