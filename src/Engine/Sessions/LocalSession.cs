using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Ranking.Engine.Rendering;
using Ranking.Engine.Spaces;

namespace Ranking.Engine.Sessions;

/// <summary>What sessions of this process share.</summary>
internal sealed record LocalHost(
    ISessionStore Store, IArtifactStore Artifacts, OpenSpaces Spaces, Catalog<IOptimizer> Optimizers, TimeProvider Time, bool Anticipates);

/// <summary>
/// A session that is served by this process: one command at a time. Its optimiser and space are loaded when they are
/// needed and may be let go of in between; nothing of it is lost with them.
/// </summary>
[SuppressMessage("Reliability", "CA1001", Justification = "A semaphore whose wait handle is not used holds nothing to give back.")]
internal sealed class LocalSession(Guid id, LocalHost host) : ISession
{
    private const int SnapshotInterval = 32;

    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly LiveView _live = new();
    private readonly Anticipation _anticipation = new();
    private Loaded? _loaded;
    private bool _isCurrent;
    private long _used;

    /// <inheritdoc/>
    public Task<RoundView> CurrentAsync(CancellationToken cancel = default) => WithAsync(_ => Task.FromResult(_live.Current!), cancel);

    /// <inheritdoc/>
    public Task<SessionHistory> HistoryAsync(CancellationToken cancel = default) =>
        WithAsync(loaded => Task.FromResult(loaded.Trail.Follow(loaded.Machine.Log)), cancel);

    /// <inheritdoc/>
    public async Task<double[]?> PointAsync(string candidateId, CancellationToken cancel = default) =>
        CandidateId.Parse(candidateId) is { } name && name.Session == id
            ? await WithAsync(loaded => Task.FromResult(loaded.Machine.Point(name)), cancel).ConfigureAwait(false)
            : null;

    /// <inheritdoc/>
    public async Task<double?> ValueAsync(string candidateId, CancellationToken cancel = default) =>
        CandidateId.Parse(candidateId) is { } name && name.Session == id
            ? await WithAsync(loaded => Task.FromResult(loaded.Machine.Point(name) is { } point ? loaded.Space.Value(point) : null), cancel).ConfigureAwait(false)
            : null;

    /// <inheritdoc/>
    public Task<SubmitResult> SendAsync(SessionCommand command, CancellationToken cancel = default) => WithAsync(
        async loaded =>
        {
            while (true)
            {
                var (refusal, events) = loaded.Machine.Decide(command, Pictures(), host.Time.GetUtcNow());
                if (refusal is not null)
                {
                    return refusal;
                }

                if (await TryStoreAsync(loaded.Machine, events).ConfigureAwait(false))
                {
                    await ShowAsync(loaded, isAnswer: command is SessionCommand.Judge).ConfigureAwait(false);
                    return loaded.Machine.Accepted(command);
                }

                // Somebody else was faster: look at what they did, and decide again.
                loaded = await LoadAsync(cancel).ConfigureAwait(false);
            }
        },
        cancel);

    /// <inheritdoc/>
    public async IAsyncEnumerable<RoundView> WatchAsync([EnumeratorCancellation] CancellationToken cancel = default)
    {
        await CurrentAsync(cancel).ConfigureAwait(false);
        var views = _live.Watch();
        try
        {
            while (await WaitAsync().ConfigureAwait(false))
            {
                while (views.TryRead(out var view))
                {
                    yield return view;
                }
            }
        }
        finally
        {
            _live.Leave(views);
        }

        async Task<bool> WaitAsync()
        {
            try
            {
                return await views.WaitToReadAsync(cancel).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return false;
            }
        }
    }

    /// <inheritdoc/>
    public async Task<Artifact?> PictureAsync(string candidateId, CancellationToken cancel = default)
    {
        if (CandidateId.Parse(candidateId) is not { } name || name.Session != id)
        {
            return null;
        }

        var known = await host.Artifacts.FindAsync([candidateId], cancel).ConfigureAwait(false);
        if (known.TryGetValue(candidateId, out var hash) && await host.Artifacts.GetAsync(hash, cancel).ConfigureAwait(false) is { } stored)
        {
            return stored;
        }

        var job = await WithAsync(
            loaded =>
            {
                var point = loaded.Space.Renders ? loaded.Machine.Point(name) : null;
                var alone = point is null ? null : new RenderJob(null, [candidateId], point);
                if (alone is not null)
                {
                    loaded.Lease.Queue.Add(alone);
                }

                return Task.FromResult(alone);
            },
            cancel).ConfigureAwait(false);
        if (job is null)
        {
            return null;
        }

        var made = await job.Done.WaitAsync(cancel).ConfigureAwait(false);
        return await host.Artifacts.GetAsync(made[candidateId], cancel).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task<ImmutableArray<PointBetween>?> BetweenAsync(string from, string to, ImmutableArray<double> shares, CancellationToken cancel = default)
    {
        if (CandidateId.Parse(from) is not { } first || CandidateId.Parse(to) is not { } last || first.Session != id || last.Session != id)
        {
            return null;
        }

        var passage = await WithAsync(
            loaded => Task.FromResult(loaded.Machine.Point(first) is { } start && loaded.Machine.Point(last) is { } end ? new Passage(start, end, shares, loaded.Lease) : null),
            cancel).ConfigureAwait(false);
        return passage is null ? null : await passage.WhenDrawnAsync(host.Artifacts, cancel).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public Task<Artifact?> GlimpseAsync(string candidateId, CancellationToken cancel = default) => Task.FromResult(_live.Glimpse(candidateId));

    /// <inheritdoc/>
    public async Task<string?> SupplyPictureAsync(string candidateId, Artifact picture, CancellationToken cancel = default) =>
        CandidateId.Parse(candidateId) is { } name && name.Session == id
            ? await WithAsync(
                async loaded =>
                {
                    if (!loaded.Space.AwaitsPictures || loaded.Machine.Point(name) is null)
                    {
                        return null;
                    }

                    var known = await host.Artifacts.FindAsync([candidateId], cancel).ConfigureAwait(false);
                    if (known.TryGetValue(candidateId, out var first))
                    {
                        return first;
                    }

                    var hash = await host.Artifacts.PutAsync(picture, cancel).ConfigureAwait(false);
                    await host.Artifacts.LinkAsync(candidateId, hash, cancel).ConfigureAwait(false);
                    await ShowAsync(loaded).ConfigureAwait(false);
                    return hash;
                },
                cancel).ConfigureAwait(false)
            : null;

    /// <inheritdoc/>
    public Task AnticipateAsync(string batchId, ImmutableArray<ImmutableArray<int>> tiers, CancellationToken cancel = default) => WithAsync(
        loaded =>
        {
            var view = _live.Current!;
            if (batchId == view.BatchId && tiers.Sum(tier => tier.Length) >= view.Query.RankTop)
            {
                Anticipate(loaded, [new Judgement.Ranking(tiers)]);
            }

            return Task.FromResult(true);
        },
        cancel);

    /// <inheritdoc/>
    public Task RetryPicturesAsync(CancellationToken cancel = default) => WithAsync(
        async loaded =>
        {
            await ShowAsync(loaded).ConfigureAwait(false);
            return true;
        },
        cancel);

    /// <summary>Lets go of optimiser and space when nobody watches and nothing was asked for some time.</summary>
    internal async Task UnloadAsync(TimeSpan idle)
    {
        if (_live.IsWatched || host.Time.GetElapsedTime(Volatile.Read(ref _used)) < idle || !await _gate.WaitAsync(0).ConfigureAwait(false))
        {
            return;
        }

        try
        {
            if (_loaded is { } loaded)
            {
                (_loaded, _isCurrent) = (null, false);
                loaded.Lease.Queue.Withdraw(this);
                await loaded.Lease.DisposeAsync().ConfigureAwait(false);
            }
        }
        finally
        {
            _gate.Release();
        }
    }

    // One caller at a time, with the session at hand.
    private async Task<T> WithAsync<T>(Func<Loaded, Task<T>> act, CancellationToken cancel)
    {
        await _gate.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            Volatile.Write(ref _used, host.Time.GetTimestamp());
            return await act(_isCurrent ? _loaded! : await LoadAsync(cancel).ConfigureAwait(false)).ConfigureAwait(false);
        }
        finally
        {
            _gate.Release();
        }
    }

    private async Task<Loaded> LoadAsync(CancellationToken cancel)
    {
        var (events, snapshot) = await host.Store.LoadAsync(id, cancel).ConfigureAwait(false) ?? throw new StorageException("The session is gone.");
        var config = ((SessionEvent.Started)events[0]).Config;
        var lease = _loaded?.Lease ?? await host.Spaces.OpenAsync(config.Space.Key, config.Space.Settings, cancel).ConfigureAwait(false);
        try
        {
            var machine = SessionMachine.Open(id, host.Optimizers[config.Optimizer.Key], lease.Space, events, snapshot, Outdated(config));
            _loaded = new Loaded(machine, lease, new SessionTrail(id, lease.Space, machine.Problem, machine.Start));
        }
        catch
        {
            _loaded = null;
            await lease.DisposeAsync().ConfigureAwait(false);
            throw;
        }

        _isCurrent = true;
        await ShowAsync(_loaded).ConfigureAwait(false);
        return _loaded;
    }

    // Told first and stored then, so that the log never holds what an optimiser cannot take. Who asked hears of it only
    // when it is on disk; if it does not get there, memory is thrown away and the log read again. Not to be cancelled:
    // an answer is either stored or refused, and never in doubt.
    private async Task<bool> TryStoreAsync(SessionMachine machine, ImmutableArray<SessionEvent> events)
    {
        var version = machine.Version;
        var isStored = false;
        try
        {
            foreach (var @event in events)
            {
                machine.Apply(@event);
            }

            isStored = await host.Store.TryAppendAsync(id, version, events, machine.Summary, CancellationToken.None).ConfigureAwait(false);
        }
        finally
        {
            _isCurrent = isStored;
        }

        if (isStored && version / SnapshotInterval != machine.Version / SnapshotInterval)
        {
            await SaveSnapshotAsync(machine).ConfigureAwait(false);
        }

        return isStored;
    }

    private async Task SaveSnapshotAsync(SessionMachine machine)
    {
        try
        {
            await host.Store.SaveSnapshotAsync(id, machine.Save()).ConfigureAwait(false);
        }
        catch (StorageException)
        {
            // A snapshot only saves time; the answer is stored already.
        }
    }

    // Shows the present round, and has the pictures made that are missing.
    private async Task ShowAsync(Loaded loaded, bool isAnswer = false)
    {
        var view = loaded.Machine.View();
        if (isAnswer && host.Anticipates && loaded.Space.Renders && view.Status == SessionStatus.Open && view.BatchId != _live.Current?.BatchId)
        {
            _anticipation.Meet(loaded.Machine.Points);
        }

        view = view with { Foresight = _anticipation.Summary, Notes = loaded.Space.Notes };
        if (!loaded.Space.Renders && !loaded.Space.AwaitsPictures)
        {
            _live.Show(view, ImmutableDictionary<string, string>.Empty);
            return;
        }

        var known = await KnownPicturesAsync(view).ConfigureAwait(false);
        _live.Show(view, known);
        if (!loaded.Space.Renders)
        {
            return;
        }

        var best = view.Bests[^1].CandidateId;
        var wanted = view.Progress < 1 ? view.Candidates.Select(c => c.Id).Append(best) : [best];
        if (wanted.All(known.ContainsKey))
        {
            loaded.Lease.Queue.Withdraw(this);
            AnticipatePicks(loaded, view.Query);
            return;
        }

        ImmutableArray<string> names = [.. wanted];
        var points = new double[names.Length * loaded.Space.Dimension];
        if (names.Length > 1)
        {
            loaded.Machine.Points.Span.CopyTo(points);
        }

        loaded.Machine.Point(CandidateId.Parse(best)!.Value)!.CopyTo(points, points.Length - loaded.Space.Dimension);
        loaded.Lease.Queue.Add(new RenderJob(this, names, points, update => _live.Show(view.BatchId, update)));
        AnticipatePicks(loaded, view.Query);
    }

    // Where one pick decides, the likeliest picks are known before anything is clicked.
    private void AnticipatePicks(Loaded loaded, Query query) =>
        Anticipate(loaded, query.RankTop == 1 && _live.IsWatched ? Anticipation.LikeliestPicks(loaded.Machine.Log, query) : []);

    private void Anticipate(Loaded loaded, IReadOnlyList<Judgement> answers)
    {
        if (host.Anticipates && loaded.Space.Renders)
        {
            loaded.Lease.Queue.Anticipate(this, _anticipation.Expect(this, answers.Select(loaded.Machine.After).Where(points => !points.IsEmpty), loaded.Lease));
        }
    }

    private async Task<IReadOnlyDictionary<string, string>> KnownPicturesAsync(RoundView view)
    {
        try
        {
            return await host.Artifacts.FindAsync([.. view.Candidates.Select(c => c.Id), .. view.Bests.Select(b => b.CandidateId)]).ConfigureAwait(false);
        }
        catch (StorageException)
        {
            // Pictures can wait: what was answered is stored, and that is what the caller must hear.
            return ImmutableDictionary<string, string>.Empty;
        }
    }

    private ImmutableArray<string> Pictures() => [.. _live.Current!.Candidates.Select(c => c.Picture ?? "")];

    private string? Outdated(SessionConfig config)
    {
        var current = host.Optimizers.Entry(config.Optimizer.Key).Revision;
        return current == config.Optimizer.Revision
            ? null
            : $"This session was begun with revision {config.Optimizer.Revision} of its optimiser; now it is {current}, which would go another way. It can be looked at only.";
    }

    private sealed record Loaded(SessionMachine Machine, SpaceLease Lease, SessionTrail Trail)
    {
        public IOpenSpace Space => Lease.Space;
    }
}
