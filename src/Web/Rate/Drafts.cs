using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Ranking.Data;

namespace Ranking.Web.Rate;

/// <summary>Orders that were not submitted yet, kept on the server so that another window or device shows them too.</summary>
/// <param name="databases">The database.</param>
/// <param name="time">The clock.</param>
public sealed class Drafts(IDbContextFactory<RankingDb> databases, TimeProvider time)
{
    /// <summary>The draft of a batch as tiers of candidate indices; null when there is none.</summary>
    public async Task<int[][]?> ReadAsync(Guid session, string batch, string rater, CancellationToken cancel = default)
    {
        await using var db = await databases.CreateDbContextAsync(cancel);
        var row = await db.Drafts.AsNoTracking().FirstOrDefaultAsync(d => d.SessionId == session && d.BatchId == batch && d.Rater == rater, cancel);
        return row is null ? null : JsonSerializer.Deserialize<int[][]>(row.Json);
    }

    /// <summary>Keeps a draft in place of the rater's earlier ones of this session; an empty one only removes those.</summary>
    public async Task WriteAsync(Guid session, string batch, string rater, int[][] tiers, CancellationToken cancel = default)
    {
        await using var db = await databases.CreateDbContextAsync(cancel);
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        await db.Drafts.Where(d => d.SessionId == session && d.Rater == rater).ExecuteDeleteAsync(cancel);
        if (tiers.Length > 0)
        {
            db.Drafts.Add(new DraftRow
            {
                SessionId = session,
                BatchId = batch,
                Rater = rater,
                Json = JsonSerializer.Serialize(tiers),
                UpdatedMs = time.GetUtcNow().ToUnixTimeMilliseconds(),
            });
            await db.SaveChangesAsync(cancel);
        }

        await transaction.CommitAsync(cancel);
    }
}
