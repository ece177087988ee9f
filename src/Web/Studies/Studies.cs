using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Ranking.Data;
using Ranking.Engine;
using Ranking.Engine.Sessions;

namespace Ranking.Web;

/// <summary>What can be done with studies, for pages and REST alike.</summary>
/// <param name="rules">What a study may be.</param>
/// <param name="sessions">Their sessions.</param>
/// <param name="databases">Where they are kept.</param>
/// <param name="time">The clock.</param>
public sealed class Studies(StudyRules rules, ISessions sessions, IDbContextFactory<RankingDb> databases, TimeProvider time)
{
    // Seeds stay below 2^53, so that programs which read JSON numbers as doubles keep them exact.
    private const long LargestDrawnSeed = 1L << 53;

    /// <summary>Makes a study. It has no session yet.</summary>
    /// <param name="draft">What is asked for.</param>
    /// <param name="id">The id it gets; null for a new one.</param>
    /// <param name="cancel">Stops the checks.</param>
    /// <exception cref="SettingsException">The draft is refused, by member.</exception>
    public async Task<Study> CreateAsync(StudyDraft draft, Guid? id = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(draft);
        var config = await rules.CheckAsync(draft, draft.Seed ?? DrawSeed(), cancel);
        var now = time.GetUtcNow();
        var row = new StudyRow
        {
            Id = id ?? Guid.CreateVersion7(now),
            Name = config.Title,
            Question = config.Question,
            Description = draft.Description.Trim(),
            ConfigJson = JsonSerializer.Serialize(config, SessionJson.Options),
            CreatedMs = now.ToUnixTimeMilliseconds(),
        };
        await using var db = await databases.CreateDbContextAsync(cancel);
        db.Studies.Add(row);
        await db.SaveChangesAsync(cancel);
        return Read(row);
    }

    /// <summary>The study with this id; null when there is none.</summary>
    public async Task<Study?> FindAsync(Guid id, CancellationToken cancel = default)
    {
        await using var db = await databases.CreateDbContextAsync(cancel);
        return await db.Studies.AsNoTracking().SingleOrDefaultAsync(s => s.Id == id, cancel) is { } row ? Read(row) : null;
    }

    /// <summary>A part of the list of studies, newest first.</summary>
    /// <param name="limit">How many at most, 1 to 200.</param>
    /// <param name="cursor">Where the part before ended; null for the start.</param>
    /// <param name="archived">Whether archived or present studies are listed; null for both.</param>
    /// <param name="cancel">Stops the query.</param>
    /// <exception cref="SettingsException">The cursor is none that this list gave.</exception>
    public async Task<Page<Study>> ListAsync(int limit = 50, string? cursor = null, bool? archived = null, CancellationToken cancel = default)
    {
        await using var db = await databases.CreateDbContextAsync(cancel);
        var rows = db.Studies.AsNoTracking();
        if (archived is { } wanted)
        {
            rows = rows.Where(s => s.Archived == wanted);
        }

        if (Cursor.Read(cursor) is { } last)
        {
            rows = rows.Where(s => s.Id.CompareTo(last) < 0);
        }

        return Cursor.Page([.. (await rows.OrderByDescending(s => s.Id).Take(limit + 1).ToListAsync(cancel)).Select(Read)], limit, s => s.Id);
    }

    /// <summary>Changes a study; null when there is none with this id.</summary>
    /// <exception cref="SettingsException">A member is out of bounds.</exception>
    public async Task<Study?> ChangeAsync(Guid id, StudyChange change, CancellationToken cancel = default)
    {
        StudyRules.Check(change);
        await using var db = await databases.CreateDbContextAsync(cancel);
        if (await db.Studies.SingleOrDefaultAsync(s => s.Id == id, cancel) is not { } row)
        {
            return null;
        }

        var config = Read(row).Config;
        row.Name = change.Name?.Trim() ?? row.Name;
        row.Description = change.Description?.Trim() ?? row.Description;
        row.Archived = change.Archived ?? row.Archived;
        row.ConfigJson = JsonSerializer.Serialize(
            config with { Title = row.Name, MaxRounds = change.MaxRounds ?? config.MaxRounds }, SessionJson.Options);
        await db.SaveChangesAsync(cancel);
        return Read(row);
    }

    /// <summary>Deletes an archived study with its sessions and judgements.</summary>
    /// <returns>True when it is gone, false when it is not archived, null when there is none with this id.</returns>
    public async Task<bool?> DeleteAsync(Guid id, CancellationToken cancel = default)
    {
        await using var db = await databases.CreateDbContextAsync(cancel);
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        if (await db.Studies.SingleOrDefaultAsync(s => s.Id == id, cancel) is not { } row)
        {
            return null;
        }

        if (!row.Archived)
        {
            return false;
        }

        var own = db.Sessions.Where(s => s.StudyId == id).Select(s => s.Id);
        await db.Drafts.Where(d => own.Contains(d.SessionId)).ExecuteDeleteAsync(cancel);
        await db.Snapshots.Where(s => own.Contains(s.SessionId)).ExecuteDeleteAsync(cancel);
        await db.Events.Where(e => own.Contains(e.SessionId)).ExecuteDeleteAsync(cancel);
        await db.Sessions.Where(s => s.StudyId == id).ExecuteDeleteAsync(cancel);
        db.Studies.Remove(row);
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        return true;
    }

    /// <summary>Starts a session of a study; null when there is no such study.</summary>
    /// <param name="studyId">The study.</param>
    /// <param name="seed">Its seed; null for the study's seed plus the number of sessions before it.</param>
    /// <param name="cancel">Stops the start.</param>
    /// <exception cref="SettingsException">The space cannot be opened any more, as when its model is gone.</exception>
    public async Task<Guid?> StartSessionAsync(Guid studyId, ulong? seed = null, CancellationToken cancel = default)
    {
        if (await FindAsync(studyId, cancel) is not { } study)
        {
            return null;
        }

        await using var db = await databases.CreateDbContextAsync(cancel);
        var before = await db.Sessions.CountAsync(s => s.StudyId == studyId, cancel);
        return await sessions.StartAsync(studyId, study.Config with { Seed = seed ?? unchecked(study.Config.Seed + (ulong)before) }, cancel);
    }

    /// <summary>The row of a session; null when there is none.</summary>
    public async Task<SessionRow?> FindSessionAsync(Guid id, CancellationToken cancel = default)
    {
        await using var db = await databases.CreateDbContextAsync(cancel);
        return await db.Sessions.AsNoTracking().SingleOrDefaultAsync(s => s.Id == id, cancel);
    }

    /// <summary>A part of the list of a study's sessions, newest first.</summary>
    /// <exception cref="SettingsException">The cursor is none that this list gave.</exception>
    public async Task<Page<SessionRow>> SessionsAsync(Guid studyId, int limit = 50, string? cursor = null, CancellationToken cancel = default)
    {
        await using var db = await databases.CreateDbContextAsync(cancel);
        var rows = db.Sessions.AsNoTracking().Where(s => s.StudyId == studyId);
        if (Cursor.Read(cursor) is { } last)
        {
            rows = rows.Where(s => s.Id.CompareTo(last) < 0);
        }

        return Cursor.Page(await rows.OrderByDescending(s => s.Id).Take(limit + 1).ToListAsync(cancel), limit, s => s.Id);
    }

    private static Study Read(StudyRow row) => new(
        row.Id, row.Name, row.Description, JsonSerializer.Deserialize<SessionConfig>(row.ConfigJson, SessionJson.Options)!, row.Archived,
        DateTimeOffset.FromUnixTimeMilliseconds(row.CreatedMs));

    private static ulong DrawSeed()
    {
        Span<byte> bytes = stackalloc byte[8];
        RandomNumberGenerator.Fill(bytes);
        return BitConverter.ToUInt64(bytes) % LargestDrawnSeed;
    }
}
