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

/// <summary>An oracle at work.</summary>
internal sealed record RunResource(string Oracle, int Rounds, [property: Description("How many of its rounds are judged.")] int JudgedRounds);

/// <summary>Oracles that judge on the server.</summary>
internal static class RunsApi
{
    private const int MostRounds = 1_000_000;

    /// <summary>Maps the runs.</summary>
    public static void MapRuns(this RouteGroupBuilder api)
    {
        var run = api.MapGroup("/sessions/{id}/run").WithTags("Judging");
        run.MapPost("", RunAsync).RequireAuthorization(Scopes.Oracle).Idempotent()
            .WithName("runOracle").WithSummary("Lets a built-in oracle judge on the server; follow it over events.")
            .Produces<SessionResource>(202).Refuses(400, 404, 409, 413, 415, 422);
        run.MapGet("", GetAsync).RequireAuthorization(Scopes.Read)
            .WithName("getRun").WithSummary("Tells how far the oracle is that judges now; 404 when none does.").Refuses(404);
        run.MapDelete("", StopAsync).RequireAuthorization(Scopes.Oracle)
            .WithName("stopRun").WithSummary("Stops the oracle; what it judged stays.").Produces(204).Refuses(404);
    }

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

    private static async Task<RunResource> GetAsync(string id, ClaimsPrincipal user, Finder finder, OracleRuns runs, CancellationToken cancel)
    {
        var (row, session) = await finder.SessionAsync(user, id, cancel);
        var run = runs.Find(row.Id) ?? throw RefusalException.Unknown("run of session", id);
        var judged = (await session.CurrentAsync(cancel)).Taught - run.From;
        return new(run.Oracle, run.Rounds, Math.Clamp(judged, 0, run.Rounds));
    }

    private static async Task<IResult> StopAsync(string id, ClaimsPrincipal user, Finder finder, OracleRuns runs, CancellationToken cancel)
    {
        var (row, _) = await finder.SessionAsync(user, id, cancel);
        return await runs.StopAsync(row.Id) ? Results.NoContent() : throw RefusalException.Unknown("run of session", id);
    }
}
