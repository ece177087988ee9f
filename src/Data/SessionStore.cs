using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Ranking.Engine;
using Ranking.Engine.Sessions;

namespace Ranking.Data;

/// <summary>Session logs in the database. An event's key (session, sequence) decides between writers.</summary>
/// <param name="contexts">Opens the database.</param>
public sealed class SessionStore(IDbContextFactory<RankingDb> contexts) : ISessionStore
{
    /// <inheritdoc/>
    public Task CreateAsync(Guid id, Guid studyId, SessionEvent.Started started, CancellationToken cancel = default) => Storage.GuardAsync(async () =>
    {
        ArgumentNullException.ThrowIfNull(started);
        var at = started.At.ToUnixTimeMilliseconds();
        await using var db = await contexts.CreateDbContextAsync(cancel);
        db.Sessions.Add(new SessionRow
        {
            Id = id,
            StudyId = studyId,
            Title = started.Config.Title,
            Seed = started.Config.Seed,
            Status = SessionStatus.Open,
            Version = 1,
            CreatedMs = at,
            UpdatedMs = at,
        });
        db.Events.Add(Row(id, 0, started));
        await db.SaveChangesAsync(cancel);
    });

    /// <inheritdoc/>
    public Task<(ImmutableArray<SessionEvent> Events, StoredSnapshot? Snapshot)?> LoadAsync(Guid id, CancellationToken cancel = default) => Storage.GuardAsync(async () =>
    {
        await using var db = await contexts.CreateDbContextAsync(cancel);

        // The snapshot first: one that is older than the log is useful, one that is newer is not.
        var row = await db.Snapshots.AsNoTracking().SingleOrDefaultAsync(s => s.SessionId == id, cancel);
        var payloads = await db.Events.Where(e => e.SessionId == id).OrderBy(e => e.Sequence).Select(e => e.Payload).ToListAsync(cancel);
        if (payloads.Count == 0)
        {
            return ((ImmutableArray<SessionEvent>, StoredSnapshot?)?)null;
        }

        return ([.. payloads.Select(SessionJson.Read)], row is null ? null : Snapshot(row));
    });

    /// <inheritdoc/>
    public Task<bool> TryAppendAsync(
        Guid id, int expectedVersion, IReadOnlyList<SessionEvent> events, SessionSummary summary, CancellationToken cancel = default) => Storage.GuardAsync(async () =>
    {
        ArgumentNullException.ThrowIfNull(events);
        ArgumentNullException.ThrowIfNull(summary);
        await using var db = await contexts.CreateDbContextAsync(cancel);
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        var updated = await db.Sessions.Where(s => s.Id == id && s.Version == expectedVersion).ExecuteUpdateAsync(
            set => set
                .SetProperty(s => s.Version, expectedVersion + events.Count)
                .SetProperty(s => s.Status, summary.Status)
                .SetProperty(s => s.Taught, summary.Taught)
                .SetProperty(s => s.Judgements, summary.Judgements)
                .SetProperty(s => s.Comparisons, summary.Comparisons)
                .SetProperty(s => s.UpdatedMs, events[^1].At.ToUnixTimeMilliseconds()),
            cancel);
        if (updated == 0)
        {
            return false;
        }

        db.Events.AddRange(events.Select((e, i) => Row(id, expectedVersion + i, e)));
        try
        {
            await db.SaveChangesAsync(cancel);
        }
        catch (DbUpdateException e) when (Storage.IsDuplicate(e))
        {
            return false;
        }

        await transaction.CommitAsync(cancel);
        return true;
    });

    /// <inheritdoc/>
    public Task SaveSnapshotAsync(Guid id, StoredSnapshot snapshot, CancellationToken cancel = default) => Storage.GuardAsync(async () =>
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        var row = Row(id, snapshot);
        await using var db = await contexts.CreateDbContextAsync(cancel);
        var replaced = await db.Snapshots.Where(s => s.SessionId == id).ExecuteUpdateAsync(
            set => set
                .SetProperty(s => s.Version, row.Version)
                .SetProperty(s => s.Round, row.Round)
                .SetProperty(s => s.State, row.State),
            cancel);
        if (replaced == 0)
        {
            db.Snapshots.Add(row);
            await db.SaveChangesAsync(cancel);
        }
    });

    private static EventRow Row(Guid id, int sequence, SessionEvent @event) => new()
    {
        SessionId = id,
        Sequence = sequence,
        Kind = SessionJson.Word(@event),
        Payload = SessionJson.Write(@event),
        AtMs = @event.At.ToUnixTimeMilliseconds(),
    };

    private static SnapshotRow Row(Guid id, StoredSnapshot snapshot)
    {
        var row = new SnapshotRow { SessionId = id, Version = snapshot.Version, Round = snapshot.Run.Round };
        row.State = [.. Seal(row, snapshot.Run.State), .. snapshot.Run.State];
        return row;
    }

    // A state with a wrong bit would lead the session another way without anybody noticing: better none.
    private static StoredSnapshot? Snapshot(SnapshotRow row)
    {
        if (row.State.Length < SHA256.HashSizeInBytes)
        {
            return null;
        }

        var state = row.State[SHA256.HashSizeInBytes..];
        return row.State.AsSpan(0, SHA256.HashSizeInBytes).SequenceEqual(Seal(row, state))
            ? new StoredSnapshot(row.Version, new RunSnapshot((uint)row.Round, state))
            : null;
    }

    private static byte[] Seal(SnapshotRow row, byte[] state)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{row.SessionId:N} {row.Version} {row.Round} "));
        hash.AppendData(state);
        return hash.GetHashAndReset();
    }
}
