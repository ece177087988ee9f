using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Ranking.Data;

namespace Ranking.Web.Auth;

/// <summary>
/// The keys of programs. A key is 256 random bits that are shown once; only their SHA-256 is kept, which is enough for
/// secrets that cannot be guessed.
/// </summary>
/// <param name="databases">Where the hashes are kept.</param>
/// <param name="configuration">The configuration: <c>Ranking:AdminKey</c> fixes the admin's key.</param>
/// <param name="time">The clock.</param>
public sealed class ApiKeys(IDbContextFactory<RankingDb> databases, IConfiguration configuration, TimeProvider time)
{
    private readonly string? _adminHash = configuration["Ranking:AdminKey"] is { Length: > 0 } fixedKey ? Hash(fixedKey) : null;

    /// <summary>Makes a key.</summary>
    /// <param name="name">Its name, for people.</param>
    /// <param name="scope">One of <see cref="Scopes.All"/>.</param>
    /// <param name="studyId">The only study it is good for; null for all.</param>
    /// <param name="cancel">Stops the write.</param>
    /// <returns>What is kept of it, and the secret, which cannot be had again.</returns>
    public async Task<(ApiKeyRow Key, string Secret)> CreateAsync(string name, string scope, Guid? studyId, CancellationToken cancel = default)
    {
        var secret = "rk_" + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        var now = time.GetUtcNow();
        var row = new ApiKeyRow
        {
            Id = Guid.CreateVersion7(now),
            Name = name,
            Scope = scope,
            SecretHash = Hash(secret),
            StudyId = studyId,
            CreatedMs = now.ToUnixTimeMilliseconds(),
        };
        await using var db = await databases.CreateDbContextAsync(cancel);
        db.ApiKeys.Add(row);
        await db.SaveChangesAsync(cancel);
        return (row, secret);
    }

    /// <summary>The key with this secret; null when there is none or it was withdrawn.</summary>
    public async Task<ApiKeyRow?> FindAsync(string secret, CancellationToken cancel = default)
    {
        var hash = Hash(secret);
        if (_adminHash is not null && IsSame(_adminHash, hash))
        {
            return new ApiKeyRow { Name = "admin", Scope = Scopes.Admin };
        }

        await using var db = await databases.CreateDbContextAsync(cancel);
        var row = await db.ApiKeys.AsNoTracking().SingleOrDefaultAsync(k => k.SecretHash == hash && k.RevokedMs == null, cancel);
        return row is not null && IsSame(row.SecretHash, hash) ? row : null;
    }

    /// <summary>All keys that are good, newest first.</summary>
    public async Task<IReadOnlyList<ApiKeyRow>> ListAsync(CancellationToken cancel = default)
    {
        await using var db = await databases.CreateDbContextAsync(cancel);
        return await db.ApiKeys.AsNoTracking().Where(k => k.RevokedMs == null).OrderByDescending(k => k.Id).ToListAsync(cancel);
    }

    /// <summary>Withdraws a key at once.</summary>
    /// <returns>Whether there was one.</returns>
    public async Task<bool> RevokeAsync(Guid id, CancellationToken cancel = default)
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        await using var db = await databases.CreateDbContextAsync(cancel);
        return await db.ApiKeys.Where(k => k.Id == id && k.RevokedMs == null)
            .ExecuteUpdateAsync(key => key.SetProperty(k => k.RevokedMs, now), cancel) > 0;
    }

    /// <summary>Makes the admin's key when none is configured and none was ever made.</summary>
    /// <returns>Its secret; null when there is one already.</returns>
    public async Task<string?> EnsureAdminAsync(CancellationToken cancel = default)
    {
        if (_adminHash is not null)
        {
            return null;
        }

        await using (var db = await databases.CreateDbContextAsync(cancel))
        {
            if (await db.ApiKeys.AnyAsync(k => k.Scope == Scopes.Admin, cancel))
            {
                return null;
            }
        }

        return (await CreateAsync("admin", Scopes.Admin, null, cancel)).Secret;
    }

    private static bool IsSame(string hash, string other) =>
        CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(hash), Encoding.ASCII.GetBytes(other));

    private static string Hash(string secret) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));
}
