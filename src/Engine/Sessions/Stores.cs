using System.Collections.Immutable;
using Ranking.Engine.Spaces;

namespace Ranking.Engine.Sessions;

/// <summary>An optimiser's state at a version of a session's log: a cache that may be deleted at any time.</summary>
/// <param name="Version">The number of events it includes.</param>
/// <param name="Run">The state.</param>
public sealed record StoredSnapshot(int Version, RunSnapshot Run);

/// <summary>Port 1: where session logs are kept.</summary>
public interface ISessionStore
{
    /// <summary>Creates a session with its first event.</summary>
    Task CreateAsync(Guid id, Guid studyId, SessionEvent.Started started, CancellationToken cancel = default);

    /// <summary>The whole log and the newest snapshot; null when there is no such session.</summary>
    Task<(ImmutableArray<SessionEvent> Events, StoredSnapshot? Snapshot)?> LoadAsync(Guid id, CancellationToken cancel = default);

    /// <summary>Appends events if the log still has <paramref name="expectedVersion"/> events, in one transaction.</summary>
    /// <returns>False when somebody else was faster; nothing was written.</returns>
    Task<bool> TryAppendAsync(Guid id, int expectedVersion, IReadOnlyList<SessionEvent> events, SessionSummary summary, CancellationToken cancel = default);

    /// <summary>Keeps a snapshot.</summary>
    Task SaveSnapshotAsync(Guid id, StoredSnapshot snapshot, CancellationToken cancel = default);
}

/// <summary>What lists show of a session, written with each append.</summary>
/// <param name="Status">Where it stands.</param>
/// <param name="Taught">Rounds that count.</param>
/// <param name="Judgements">Judgements that count.</param>
/// <param name="Comparisons">Comparisons gained.</param>
public sealed record SessionSummary(SessionStatus Status, int Taught, int Judgements, int Comparisons);

/// <summary>Port 2: files named by their SHA-256, and which picture belongs to which point.</summary>
public interface IArtifactStore
{
    /// <summary>Stores a file and returns its hash (lower-case hex).</summary>
    Task<string> PutAsync(Artifact artifact, CancellationToken cancel = default);

    /// <summary>The file with this hash; null when it is missing or damaged.</summary>
    Task<Artifact?> GetAsync(string hash, CancellationToken cancel = default);

    /// <summary>
    /// The pictures of points, by the points' keys (a SHA-256 over the space's settings and the point's bytes); keys
    /// without a picture are left out.
    /// </summary>
    Task<IReadOnlyDictionary<string, string>> FindAsync(IReadOnlyCollection<string> keys, CancellationToken cancel = default);

    /// <summary>Remembers which picture a point has. The first one stays.</summary>
    Task LinkAsync(string key, string hash, CancellationToken cancel = default);
}
