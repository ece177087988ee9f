using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;
using Ranking.Data;

namespace Ranking.Web.Api;

/// <summary>
/// Honours <c>Idempotency-Key</c>: the first answer to a request is kept and given again. Judgements are safe even when
/// the server dies between storing one and keeping the answer, since their ids follow from the key.
/// </summary>
/// <param name="databases">Where answers are kept.</param>
/// <param name="protection">Seals the kept answers, which may tell the secret of a new key.</param>
/// <param name="time">The clock.</param>
/// <param name="log">Where it is noted when an answer cannot be kept.</param>
internal sealed class Idempotency(IDbContextFactory<RankingDb> databases, IDataProtectionProvider protection, TimeProvider time, ILogger<Idempotency> log) : IEndpointFilter
{
    private const string Header = "Idempotency-Key";
    private static readonly object IdKey = new();

    // Requests with the same key wait for each other; different keys seldom meet in one of the gates.
    private static readonly SemaphoreSlim[] Gates = [.. Enumerable.Range(0, 64).Select(_ => new SemaphoreSlim(1))];

    private readonly IDataProtector _seal = protection.CreateProtector("Ranking.Idempotency");

    private sealed record Answer(string? Location, string? ContentType, string Body);

    /// <summary>The id that what this request makes should have: the same for the same key, else a new one.</summary>
    public static Guid IdFor(HttpContext context, TimeProvider time) =>
        context.Items[IdKey] as Guid? ?? Guid.CreateVersion7(time.GetUtcNow());

    /// <inheritdoc/>
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        if (!http.Request.Headers.TryGetValue(Header, out var header))
        {
            return await next(context);
        }

        var key = header.ToString();
        if (key.Length is 0 or > 255 || key.Any(c => c is < '!' or > '~'))
        {
            throw RefusalException.Malformed(Header, $"{Header} has 1 to 255 visible characters.");
        }

        var route = $"{http.User.FindFirstValue(ClaimTypes.NameIdentifier)}|{http.User.Identity?.Name} {http.Request.Method} {http.Request.Path}";
        var identity = SHA256.HashData(Encoding.UTF8.GetBytes($"{route}\n{key}"));
        var bodyHash = Convert.ToHexStringLower(SHA256.HashData(await RequestBody.BytesAsync(http)));
        var gate = Gates[identity[0] % Gates.Length];
        await gate.WaitAsync(http.RequestAborted);
        try
        {
            if (await FindAsync(key, route, http.RequestAborted) is { } known)
            {
                return known.BodyHash == bodyHash
                    ? Again(http, known)
                    : throw RefusalException.Conflict($"This {Header} was used before with another body.");
            }

            http.Items[IdKey] = ToId(identity);
            var (status, answer) = await RunAsync(context, next);
            if (status is < 300 or 404 or 409 or 422)
            {
                await KeepAsync(
                    new IdempotencyRow { Key = key, Route = route, BodyHash = bodyHash, Status = status, CreatedMs = time.GetUtcNow().ToUnixTimeMilliseconds() }, answer);
            }

            return Results.Text(answer.Body, answer.ContentType, statusCode: status);
        }
        finally
        {
            gate.Release();
        }
    }

    // The answer goes to memory first, so that it is kept before the caller has it, and whole even when the caller is gone.
    private static async Task<(int Status, Answer Answer)> RunAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        var (body, aborted) = (http.Response.Body, http.RequestAborted);
        using var memory = new MemoryStream();
        http.Response.Body = memory;
        http.RequestAborted = CancellationToken.None;
        try
        {
            try
            {
                var result = await next(context);
                await (result as IResult ?? Results.Json(result, ApiJson.Options)).ExecuteAsync(http);
            }
            catch (Exception e) when (Problems.From(e) is { Status: < 500 } problem)
            {
                http.Response.StatusCode = problem.Status!.Value;
                await Problems.WriteAsync(http, problem, http.RequestServices.GetRequiredService<IProblemDetailsService>());
            }
        }
        finally
        {
            http.Response.Body = body;
            http.RequestAborted = aborted;
        }

        var text = Encoding.UTF8.GetString(memory.GetBuffer(), 0, (int)memory.Length);
        return (http.Response.StatusCode, new Answer(http.Response.Headers.Location, http.Response.ContentType, text));
    }

    private IResult Again(HttpContext http, IdempotencyRow row)
    {
        var answer = JsonSerializer.Deserialize<Answer>(Unseal(row.Body))!;
        http.Response.Headers.Location = answer.Location;
        return Results.Text(answer.Body, answer.ContentType, statusCode: row.Status);
    }

    private string Unseal(string body)
    {
        try
        {
            return _seal.Unprotect(body);
        }
        catch (CryptographicException)
        {
            throw RefusalException.Conflict("This request was answered before, but the answer cannot be read any more: the server's own keys are gone.");
        }
    }

    private static Guid ToId(byte[] hash)
    {
        var bytes = hash[..16];
        bytes[6] = (byte)((bytes[6] & 0x0f) | 0x80);
        bytes[8] = (byte)((bytes[8] & 0x3f) | 0x80);
        return new Guid(bytes, bigEndian: true);
    }

    private async Task<IdempotencyRow?> FindAsync(string key, string route, CancellationToken cancel)
    {
        await using var db = await databases.CreateDbContextAsync(cancel);
        return await db.Idempotency.AsNoTracking().SingleOrDefaultAsync(row => row.Key == key && row.Route == route, cancel);
    }

    // Not cancelled when the caller is gone: what was done must be remembered. Where that fails the answer still stands.
    private async Task KeepAsync(IdempotencyRow row, Answer answer)
    {
        try
        {
            row.Body = _seal.Protect(JsonSerializer.Serialize(answer));
            await using var db = await databases.CreateDbContextAsync();
            db.Idempotency.Add(row);
            await db.SaveChangesAsync();
        }
        catch (Exception e) when (e is CryptographicException || Storage.Describe(e) is not null)
        {
            log.LogWarning("The answer to {Route} was not kept for a repeated request. {Reason}", row.Route, Storage.Describe(e) ?? e.Message);
        }
    }
}
