using Microsoft.EntityFrameworkCore;
using Ranking.Data;

namespace Ranking.Web.Api;

/// <summary>Forgets kept answers after two days, twice what the contract promises.</summary>
/// <param name="databases">Where they are kept.</param>
/// <param name="time">The clock.</param>
/// <param name="log">Where a failure is noted; the next hour tries again.</param>
internal sealed class IdempotencyCleaner(IDbContextFactory<RankingDb> databases, TimeProvider time, ILogger<IdempotencyCleaner> log) : BackgroundService
{
    private static readonly TimeSpan Kept = TimeSpan.FromHours(48);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromHours(1), time);
        do
        {
            try
            {
                var oldest = (time.GetUtcNow() - Kept).ToUnixTimeMilliseconds();
                await using var db = await databases.CreateDbContextAsync(stoppingToken);
                await db.Idempotency.Where(row => row.CreatedMs < oldest).ExecuteDeleteAsync(stoppingToken);
            }
            catch (Exception e) when (Storage.Describe(e) is { } reason)
            {
                log.LogWarning("Old answers were not forgotten. {Reason}", reason);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }
}
