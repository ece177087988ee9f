using Ranking.Engine.Sessions;
using Ranking.Engine.Spaces;

namespace Ranking.Engine.Rendering;

/// <summary>
/// The pictures of one space, made by as many workers as it has lanes. Of each owner only the newest round is worth
/// making: older ones give way, at the next step even when they have begun. Rounds go before single pictures. A point that
/// was ever shown is not drawn again. Rounds that nobody has asked for yet are made ahead, one at a time, while nobody waits for pictures of any
/// space; they stop at once when somebody does, unless they are what is waited for.
/// </summary>
public sealed class RenderQueue : IAsyncDisposable
{
    /// <summary>How many jobs may wait.</summary>
    public const int Capacity = 256;

    private readonly Renderer _renderer;
    private readonly TimeProvider _time;
    private readonly RenderLoad _load;
    private readonly Lock _gate = new();
    private readonly LinkedList<RenderJob> _waiting = new();
    private readonly LinkedList<RenderJob> _ahead = new();
    private readonly SemaphoreSlim _arrivals = new(0);
    private readonly CancellationTokenSource _shutdown = new();
    private readonly List<RenderJob> _running = [];
    private readonly Task _workers;
    private (RenderJob Job, CancellationTokenSource Interruption)? _runningAhead;

    /// <summary>Starts the workers.</summary>
    /// <param name="space">What draws.</param>
    /// <param name="key">How its points are named.</param>
    /// <param name="artifacts">Where pictures are kept.</param>
    /// <param name="time">Spaces the reports of progress.</param>
    /// <param name="load">What is waited for in all queues of the device.</param>
    public RenderQueue(IOpenSpace space, PointKey key, IArtifactStore artifacts, TimeProvider time, RenderLoad load)
    {
        ArgumentNullException.ThrowIfNull(load);
        ArgumentNullException.ThrowIfNull(space);
        (_renderer, _time, _load) = (new Renderer(space, key, artifacts, time), time, load);
        load.Rose += Interrupt;
        load.Fell += Wake;
        _workers = Task.WhenAll(Enumerable.Range(0, space.Lanes).Select(_ => Task.Run(WorkAsync)));
    }

    /// <summary>Whether nothing is made and nothing waits, not even ahead.</summary>
    public bool IsIdle
    {
        get
        {
            lock (_gate)
            {
                return _running.Count == 0 && _waiting.Count == 0 && _ahead.Count == 0;
            }
        }
    }

    /// <summary>Puts a job in line, in the place of an older one of the same owner.</summary>
    public void Add(RenderJob job)
    {
        ArgumentNullException.ThrowIfNull(job);
        lock (_gate)
        {
            var place = job.Owner is null ? null : Drop(job.Owner);
            if (_waiting.Count >= Capacity || _shutdown.IsCancellationRequested)
            {
                job.Fail(_shutdown.IsCancellationRequested ? "The server is shutting down." : "Too many pictures are waiting to be made; try again soon.");
                return;
            }

            // The new round takes the old one's place in line, so that judging fast does not send anybody to the end.
            var firstSingle = _waiting.First;
            while (firstSingle is { Value.Owner: not null })
            {
                firstSingle = firstSingle.Next;
            }

            if (place is not null)
            {
                _waiting.AddBefore(place, job);
                _waiting.Remove(place);
            }
            else if (job.Owner is not null && firstSingle is not null)
            {
                _waiting.AddBefore(firstSingle, job);
            }
            else
            {
                _waiting.AddLast(job);
            }

            // What is made ahead is just what is wanted now: it goes on.
            if (_runningAhead is { } ahead && ahead.Job.Serves(job))
            {
                ahead.Job.Lead(job);
                _runningAhead = null;
            }
        }

        _load.Take(job.Done);
        Wake();
    }

    /// <summary>Makes rounds ahead of their being asked for, likeliest first, in place of the owner's other ones.</summary>
    /// <param name="owner">Whose they are.</param>
    /// <param name="jobs">The rounds; those that are known here already go on.</param>
    public void Anticipate(object owner, IReadOnlyList<RenderJob> jobs)
    {
        ArgumentNullException.ThrowIfNull(jobs);
        lock (_gate)
        {
            DropAhead(owner, jobs);
            foreach (var job in jobs.Where(job => !job.Done.IsCompleted && !_running.Contains(job)))
            {
                _ahead.AddLast(job);
            }
        }

        Wake();
    }

    /// <summary>Gives up an owner's work.</summary>
    public void Withdraw(object owner)
    {
        lock (_gate)
        {
            DropAhead(owner, []);
            if (Drop(owner) is { } place)
            {
                _waiting.Remove(place);
            }
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            if (_shutdown.IsCancellationRequested)
            {
                return;
            }

            _load.Rose -= Interrupt;
            _load.Fell -= Wake;
            _shutdown.Cancel();
            foreach (var job in _running.Concat(_waiting).Concat(_ahead))
            {
                job.Cancel();
            }

            _waiting.Clear();
            _ahead.Clear();
        }

        await _workers.ConfigureAwait(false);
        _arrivals.Dispose();
    }

    // Cancels the owner's jobs; the place in line of the one that waits, if one does.
    private LinkedListNode<RenderJob>? Drop(object owner)
    {
        foreach (var job in _running.Where(job => job.Owner == owner && job != _runningAhead?.Job))
        {
            job.Cancel();
        }

        var place = _waiting.First;
        while (place is not null && place.Value.Owner != owner)
        {
            place = place.Next;
        }

        place?.Value.Cancel();
        return place;
    }

    // Cancels what is made ahead for an owner, except what is to be kept.
    private void DropAhead(object owner, IReadOnlyList<RenderJob> kept)
    {
        if (_runningAhead is { } running && running.Job.Owner == owner && !kept.Contains(running.Job))
        {
            running.Job.Cancel();
        }

        for (var place = _ahead.First; place is not null;)
        {
            var next = place.Next;
            if (place.Value.Owner == owner)
            {
                if (!kept.Contains(place.Value))
                {
                    place.Value.Cancel();
                }

                _ahead.Remove(place);
            }

            place = next;
        }
    }

    private void Interrupt()
    {
        lock (_gate)
        {
            _ = _runningAhead?.Interruption.CancelAsync();
        }
    }

    private void Wake()
    {
        lock (_gate)
        {
            if (!_shutdown.IsCancellationRequested)
            {
                _arrivals.Release();
            }
        }
    }

    private async Task WorkAsync()
    {
        try
        {
            while (true)
            {
                await _arrivals.WaitAsync(_shutdown.Token).ConfigureAwait(false);
                using var interruption = new CancellationTokenSource();
                RenderJob? job;
                lock (_gate)
                {
                    var line = _waiting.Count > 0 ? _waiting : _load.IsIdle && _runningAhead is null ? _ahead : null;
                    job = line?.First?.Value;
                    if (job is not null)
                    {
                        line!.RemoveFirst();
                        _running.Add(job);
                        _runningAhead = line == _ahead ? (job, interruption) : _runningAhead;
                    }
                }

                if (job is not null)
                {
                    await MakeAsync(job, interruption.Token).ConfigureAwait(false);
                    Wake();
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Shut down.
        }
    }

    private async Task MakeAsync(RenderJob job, CancellationToken interruption)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(job.Cancelled, interruption);
        var start = _time.GetTimestamp();
        try
        {
            await _renderer.MakeAsync(job, stop.Token).ConfigureAwait(false);
            job.Took = _time.GetElapsedTime(start);
            job.Finish();
        }
        catch (OperationCanceledException) when (job.Cancelled.IsCancellationRequested)
        {
            job.Cancel();
        }
        catch (OperationCanceledException) when (interruption.IsCancellationRequested)
        {
            PutBack(job);
        }
        catch (StorageException e)
        {
            job.Fail(e.Message, e);
        }
#pragma warning disable CA1031 // Whatever a space throws is told to the rater; the worker goes on with the next job.
        catch (Exception e)
#pragma warning restore CA1031
        {
            job.Fail($"The pictures could not be made: {e.Message}", e);
        }
        finally
        {
            lock (_gate)
            {
                _running.Remove(job);
                _runningAhead = _runningAhead?.Job == job ? null : _runningAhead;
            }
        }
    }

    private void PutBack(RenderJob job)
    {
        lock (_gate)
        {
            if (job.Cancelled.IsCancellationRequested || _shutdown.IsCancellationRequested)
            {
                job.Cancel();
            }
            else
            {
                _ahead.AddFirst(job);
            }
        }
    }
}
