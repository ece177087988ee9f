using System.Collections.Concurrent;
using Ranking.Engine.Rendering;
using Ranking.Engine.Spaces;

namespace Ranking.Engine.Sessions;

/// <summary>All sessions, served by this process.</summary>
/// <param name="store">Where logs are kept.</param>
/// <param name="artifacts">Where pictures are kept.</param>
/// <param name="spaces">The spaces in use.</param>
/// <param name="kinds">The kinds of spaces.</param>
/// <param name="optimizers">The optimisers.</param>
/// <param name="time">The clock.</param>
/// <param name="anticipates">Whether pictures are made ahead of the answer while nobody waits for others.</param>
public sealed class LocalSessions(
    ISessionStore store, IArtifactStore artifacts, OpenSpaces spaces, Catalog<ISpace> kinds, Catalog<IOptimizer> optimizers, TimeProvider time,
    bool anticipates = true)
    : ISessions, IAsyncDisposable
{
    private static readonly TimeSpan Idle = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<Guid, LocalSession> _sessions = new();
    private readonly LocalHost _host = new(store, artifacts, spaces, optimizers, time, anticipates);
    private readonly Lock _gate = new();
    private ITimer? _looking;

    /// <inheritdoc/>
    public async Task<Guid> StartAsync(Guid studyId, SessionConfig config, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(config);
        var complete = Complete(config);
        var id = Guid.CreateVersion7(time.GetUtcNow());
        var started = new SessionEvent.Started(complete, time.GetUtcNow());

        // Opened and begun once before it is stored: what cannot be begun is refused here.
        await using var lease = await spaces.OpenAsync(complete.Space.Key, complete.Space.Settings, cancel).ConfigureAwait(false);
        _ = SessionMachine.Open(id, optimizers[complete.Optimizer.Key], lease.Space, [started]).View();
        await store.CreateAsync(id, studyId, started, cancel).ConfigureAwait(false);

        // Loaded while the space is still open.
        await _sessions.GetOrAdd(id, Make).CurrentAsync(cancel).ConfigureAwait(false);
        return id;
    }

    /// <inheritdoc/>
    public async Task<ISession?> FindAsync(Guid id, CancellationToken cancel = default)
    {
        return _sessions.TryGetValue(id, out var session) ? session
            : await store.LoadAsync(id, cancel).ConfigureAwait(false) is null ? null
            : _sessions.GetOrAdd(id, Make);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _looking?.Dispose();
        foreach (var session in _sessions.Values)
        {
            await session.UnloadAsync(TimeSpan.Zero).ConfigureAwait(false);
        }
    }

    private LocalSession Make(Guid id)
    {
        lock (_gate)
        {
            _looking ??= time.CreateTimer(_ => _ = UnloadIdleAsync(), null, BetweenLooks, BetweenLooks);
        }

        return new(id, _host);
    }

    private async Task UnloadIdleAsync()
    {
        foreach (var session in _sessions.Values)
        {
            await session.UnloadAsync(Idle).ConfigureAwait(false);
        }
    }

    private SessionConfig Complete(SessionConfig config)
    {
        var errors = new SortedDictionary<string, string[]>(StringComparer.Ordinal);
        var space = Complete("space", config.Space, kinds, errors);
        var optimizer = Complete("optimizer", config.Optimizer, optimizers, errors);
        Require(config.Candidates is >= 2 and <= 64, "candidates", "A round shows 2 to 64 candidates.");
        Require(config.RankTop >= 1 && config.RankTop <= config.Candidates, "rankTop", "From 1 to all candidates of a round are ranked.");
        Require(config.JudgementsPerRound >= 1, "judgementsPerRound", "A round needs at least one judgement.");
        Require(config.MaxRounds >= 1, "maxRounds", "A session has at least one round.");
        return errors.Count == 0 ? config with { Space = space, Optimizer = optimizer } : throw new SettingsException(errors);

        void Require(bool condition, string member, string sentence)
        {
            if (!condition)
            {
                errors[member] = [sentence];
            }
        }
    }

    // With the present revision, and with all settings written out.
    private static Chosen Complete<T>(string member, Chosen chosen, Catalog<T> catalog, SortedDictionary<string, string[]> errors)
        where T : class, IConfigurable
    {
        if (!catalog.Contains(chosen.Key))
        {
            errors[member] = [$"There is no {member} {chosen.Key}; known are {string.Join(", ", catalog.Entries.Select(e => e.Key))}."];
            return chosen;
        }

        try
        {
            var schema = catalog[chosen.Key].Schema;
            return new Chosen(chosen.Key, catalog.Entry(chosen.Key).Revision, schema.Write(schema.Read(chosen.Settings)));
        }
        catch (SettingsException e)
        {
            foreach (var (name, messages) in e.Errors)
            {
                errors[name.Length == 0 ? member : $"{member}.{name}"] = messages;
            }

            return chosen;
        }
    }
}
