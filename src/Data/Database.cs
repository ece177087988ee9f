using Microsoft.EntityFrameworkCore;
using Ranking.Engine.Sessions;

namespace Ranking.Data;

/// <summary>Brings the data folder and its database into being, and up to date.</summary>
/// <param name="contexts">Opens the database.</param>
/// <param name="folder">Where everything is kept.</param>
public sealed class Database(IDbContextFactory<RankingDb> contexts, DataFolder folder)
{
    /// <summary>Creates what is missing and applies new migrations. Doing it twice, or in two processes at once, is harmless.</summary>
    /// <exception cref="StorageException">The folder or the database cannot be written, or a later version made it, in one sentence.</exception>
    public async Task PrepareAsync(CancellationToken cancel = default)
    {
        try
        {
            Directory.CreateDirectory(folder.Artifacts);
            await using var gate = await EnterAsync(cancel);
            await using var db = await contexts.CreateDbContextAsync(cancel);
            var (known, applied) = (db.Database.GetMigrations().ToList(), (await db.Database.GetAppliedMigrationsAsync(cancel)).ToList());
            if (applied.Except(known).Any())
            {
                throw new StorageException($"The data folder {folder.Root} cannot be used. A later version of Ranking made its database; start that version.");
            }

            if (applied.Count < known.Count)
            {
                await db.Database.ExecuteSqlRawAsync("PRAGMA journal_mode = WAL;", cancel);
                await ForgetAbandonedLockAsync(db, cancel);
                await db.Database.MigrateAsync(cancel);
            }

            await ProveWritableAsync(db, cancel);
        }
        catch (Exception e) when (Storage.Describe(e) is not null)
        {
            throw new StorageException($"The data folder {folder.Root} cannot be used. {Storage.Describe(e)}", e);
        }
    }

    // The operating system gives this lock back when a process dies, whatever way it dies.
    private async Task<FileStream> EnterAsync(CancellationToken cancel)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                return new FileStream(Path.Combine(folder.Root, "migrating"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException e) when (e is not DirectoryNotFoundException && attempt < 100)
            {
                await Task.Delay(100, cancel);
            }
        }
    }

    // Entity Framework takes a lock of its own in the database, which outlives a process that was killed while it
    // migrated: every later start would wait for it for ever. Who is here holds the gate, so nobody else migrates.
    private static async Task ForgetAbandonedLockAsync(RankingDb db, CancellationToken cancel) =>
        await db.Database.ExecuteSqlRawAsync("DROP TABLE IF EXISTS \"__EFMigrationsLock\";", cancel);

    private static async Task ProveWritableAsync(RankingDb db, CancellationToken cancel)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        await db.Database.ExecuteSqlRawAsync("PRAGMA user_version = 1;", cancel);
        await transaction.CommitAsync(cancel);
    }
}
