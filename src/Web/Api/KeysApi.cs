using System.ComponentModel;
using Ranking.Data;
using Ranking.Web.Auth;

namespace Ranking.Web.Api;

/// <summary>What is sent to make a key.</summary>
internal sealed record NewKey
{
    /// <summary>Its name.</summary>
    [Description("Its name, 1 to 100 characters: the rater of judgements that name none.")]
    public required string Name { get; init; }

    /// <summary>What it may do.</summary>
    [Description("admin: everything. oracle: read, ask and judge. read: read.")]
    public required string Scope { get; init; }

    /// <summary>The only study it is good for.</summary>
    [Description("The only study it is good for; left out, all studies.")]
    public Guid? StudyId { get; init; }
}

/// <summary>A key. The secret is there only in the answer that made it.</summary>
internal sealed record KeyResource(Guid Id, string Name, string Scope, Guid? StudyId, DateTimeOffset CreatedAt, string? Key)
{
    /// <summary>The resource of a key.</summary>
    public static KeyResource Of(ApiKeyRow row, string? secret = null) =>
        new(row.Id, row.Name, row.Scope, row.StudyId, DateTimeOffset.FromUnixTimeMilliseconds(row.CreatedMs), secret);
}

/// <summary>The keys of programs.</summary>
internal static class KeysApi
{
    /// <summary>Maps the keys.</summary>
    public static void MapKeys(this RouteGroupBuilder api)
    {
        var keys = api.MapGroup("/keys").WithTags("Keys").RequireAuthorization(Scopes.Admin);
        keys.MapPost("", CreateAsync).Idempotent().WithName("createKey").WithSummary("Makes a key and tells its secret, once.")
            .Produces<KeyResource>(201).Refuses(400, 409, 413, 415, 422);
        keys.MapGet("", ListAsync).WithName("listKeys").WithSummary("Lists the keys that are good, newest first.").Refuses(422);
        keys.MapDelete("/{id}", RevokeAsync).WithName("revokeKey").WithSummary("Withdraws a key at once.").Produces(204).Refuses(404);
    }

    private static async Task<IResult> CreateAsync(RequestBody<NewKey> body, ApiKeys keys, Studies studies, CancellationToken cancel)
    {
        var sent = body.Value;
        if (sent.Name.Trim().Length is 0 or > 100)
        {
            throw RefusalException.Impossible("name", "A name of 1 to 100 characters is needed.");
        }

        if (!Scopes.All.Contains(sent.Scope))
        {
            throw RefusalException.Impossible("scope", $"scope is one of {string.Join(", ", Scopes.All)}.");
        }

        if (sent.StudyId is { } study && (sent.Scope == Scopes.Admin || await studies.FindAsync(study, cancel) is null))
        {
            throw RefusalException.Impossible("studyId", sent.Scope == Scopes.Admin ? "An admin's key is good for all studies." : $"There is no study {study}.");
        }

        var (row, secret) = await keys.CreateAsync(sent.Name.Trim(), sent.Scope, sent.StudyId, cancel);
        return Results.Created($"/api/v1/keys/{row.Id}", KeyResource.Of(row, secret));
    }

    private static async Task<Page<KeyResource>> ListAsync(ApiKeys keys, int? limit, string? cursor, CancellationToken cancel) =>
        Paging.Of(await keys.ListAsync(cancel), limit, cursor, row => KeyResource.Of(row));

    private static async Task<IResult> RevokeAsync(string id, ApiKeys keys, CancellationToken cancel) =>
        Guid.TryParse(id, out var key) && await keys.RevokeAsync(key, cancel) ? Results.NoContent() : throw RefusalException.Unknown("key", id);
}
