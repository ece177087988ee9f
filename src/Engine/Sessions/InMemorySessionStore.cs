using System.Collections.Immutable;

namespace Ranking.Engine.Sessions;

/// <summary>Sessions that live as long as the process: for the playground and for tests.</summary>
public sealed class InMemorySessionStore : ISessionStore
{
    private readonly Lock _gate = new();
    private readonly Dictionary<Guid, (ImmutableArray<SessionEvent> Events, StoredSnapshot? Snapshot)> _sessions = [];

    /// <inheritdoc/>
    public Task CreateAsync(Guid id, Guid studyId, SessionEvent.Started started, CancellationToken cancel = default)
    {
        lock (_gate)
        {
            return _sessions.TryAdd(id, ([started], null))
                ? Task.CompletedTask
                : throw new StorageException($"There is already a session {id}.");
        }
    }

    /// <inheritdoc/>
    public Task<(ImmutableArray<SessionEvent> Events, StoredSnapshot? Snapshot)?> LoadAsync(Guid id, CancellationToken cancel = default)
    {
        lock (_gate)
        {
            return Task.FromResult(_sessions.TryGetValue(id, out var session)
                ? session
                : ((ImmutableArray<SessionEvent>, StoredSnapshot?)?)null);
        }
    }

    /// <inheritdoc/>
    public Task<bool> TryAppendAsync(
        Guid id, int expectedVersion, IReadOnlyList<SessionEvent> events, SessionSummary summary, CancellationToken cancel = default)
    {
        lock (_gate)
        {
            if (!_sessions.TryGetValue(id, out var session) || session.Events.Length != expectedVersion)
            {
                return Task.FromResult(false);
            }

            _sessions[id] = (session.Events.AddRange(events), session.Snapshot);
            return Task.FromResult(true);
        }
    }

    /// <inheritdoc/>
    public Task SaveSnapshotAsync(Guid id, StoredSnapshot snapshot, CancellationToken cancel = default)
    {
        lock (_gate)
        {
            if (_sessions.TryGetValue(id, out var session))
            {
                _sessions[id] = (session.Events, snapshot);
            }

            return Task.CompletedTask;
        }
    }
}
