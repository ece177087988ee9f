using System.Collections.Immutable;
using System.Threading.Channels;
using Ranking.Engine.Sessions;
using Ranking.Engine.Spaces;

namespace Ranking.Engine.Rendering;

/// <summary>
/// The pictures of one space, made by one worker. Of each owner only the newest round is worth making: older ones give
/// way, at the next step even when they have begun. Rounds go before single pictures. A point that was ever shown is not
/// drawn again.
/// </summary>
public sealed class RenderQueue : IAsyncDisposable
{
    /// <summary>How many jobs may wait.</summary>
    public const int Capacity = 256;

    private static readonly TimeSpan BetweenReports = TimeSpan.FromMilliseconds(100);

    private readonly IOpenSpace _space;
    private readonly PointKey _key;
    private readonly IArtifactStore _artifacts;
    private readonly TimeProvider _time;
    private readonly Lock _gate = new();
    private readonly LinkedList<RenderJob> _waiting = new();
    private readonly SemaphoreSlim _arrivals = new(0);
    private readonly CancellationTokenSource _shutdown = new();
    private readonly Task _worker;
    private RenderJob? _running;

    /// <summary>Starts the worker.</summary>
    /// <param name="space">What draws.</param>
    /// <param name="key">How its points are named.</param>
    /// <param name="artifacts">Where pictures are kept.</param>
    /// <param name="time">Spaces the reports of progress.</param>
    public RenderQueue(IOpenSpace space, PointKey key, IArtifactStore artifacts, TimeProvider time)
    {
        (_space, _key, _artifacts, _time) = (space, key, artifacts, time);
        _worker = Task.Run(WorkAsync);
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
        }

        _arrivals.Release();
    }

    /// <summary>Gives up an owner's work.</summary>
    public void Withdraw(object owner)
    {
        lock (_gate)
        {
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

            _shutdown.Cancel();
            _running?.Cancel();
            foreach (var job in _waiting)
            {
                job.Cancel();
            }

            _waiting.Clear();
        }

        await _worker.ConfigureAwait(false);
        _arrivals.Dispose();
    }

    // Cancels the owner's jobs; the place in line of the one that waits, if one does.
    private LinkedListNode<RenderJob>? Drop(object owner)
    {
        if (_running?.Owner == owner)
        {
            _running.Cancel();
        }

        var place = _waiting.First;
        while (place is not null && place.Value.Owner != owner)
        {
            place = place.Next;
        }

        place?.Value.Cancel();
        return place;
    }

    private async Task WorkAsync()
    {
        try
        {
            while (true)
            {
                await _arrivals.WaitAsync(_shutdown.Token).ConfigureAwait(false);
                lock (_gate)
                {
                    _running = _waiting.First?.Value;
                    if (_running is not null)
                    {
                        _waiting.RemoveFirst();
                    }
                }

                if (_running is not null)
                {
                    await MakeAsync(_running).ConfigureAwait(false);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Shut down.
        }
    }

    private async Task MakeAsync(RenderJob job)
    {
        try
        {
            var keys = job.Names.Select((_, i) => _key.Of(job.Point(i).Span)).ToImmutableArray();
            var missing = await FindAsync(job, keys).ConfigureAwait(false);
            if (missing.Count > 0)
            {
                await DrawAsync(job, missing).ConfigureAwait(false);
            }

            job.Finish();
        }
        catch (OperationCanceledException) when (job.Cancelled.IsCancellationRequested)
        {
            job.Cancel();
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
    }

    // Reports the pictures that are there already; for each other point its names.
    private async Task<List<(string Key, ReadOnlyMemory<double> Point, List<string> Names)>> FindAsync(RenderJob job, ImmutableArray<string> keys)
    {
        var found = await _artifacts.FindAsync([.. job.Names, .. keys.Distinct()], job.Cancelled).ConfigureAwait(false);
        var known = new Dictionary<string, string>(StringComparer.Ordinal);
        var missing = new Dictionary<string, (string Key, ReadOnlyMemory<double> Point, List<string> Names)>(StringComparer.Ordinal);
        for (var i = 0; i < keys.Length; i++)
        {
            var name = job.Names[i];
            if (found.TryGetValue(name, out var hash))
            {
                known[name] = hash;
            }
            else if (found.TryGetValue(keys[i], out hash))
            {
                known[name] = hash;
                await _artifacts.LinkAsync(name, hash, job.Cancelled).ConfigureAwait(false);
            }
            else if (missing.TryGetValue(keys[i], out var same))
            {
                same.Names.Add(name);
            }
            else
            {
                missing[keys[i]] = (keys[i], job.Point(i), [name]);
            }
        }

        job.Add(known);
        return [.. missing.Values];
    }

    private async Task DrawAsync(RenderJob job, List<(string Key, ReadOnlyMemory<double> Point, List<string> Names)> missing)
    {
        var points = new double[missing.Count * _space.Dimension];
        for (var i = 0; i < missing.Count; i++)
        {
            missing[i].Point.CopyTo(points.AsMemory(i * _space.Dimension));
        }

        var finished = Channel.CreateUnbounded<(int Index, Artifact Picture)>();
        var storing = StoreAsync(job, missing, finished.Reader);
        try
        {
            await _space.RenderAsync(
                points, missing.Count, (i, picture) => finished.Writer.TryWrite((i, picture)), new Pace(job, _time), job.Cancelled).ConfigureAwait(false);
        }
        finally
        {
            finished.Writer.Complete();
            await storing.ConfigureAwait(false);
        }
    }

    private async Task StoreAsync(
        RenderJob job, List<(string Key, ReadOnlyMemory<double> Point, List<string> Names)> missing, ChannelReader<(int Index, Artifact Picture)> finished)
    {
        await foreach (var (index, picture) in finished.ReadAllAsync().ConfigureAwait(false))
        {
            var hash = await _artifacts.PutAsync(picture).ConfigureAwait(false);
            var (key, _, names) = missing[index];
            await _artifacts.LinkAsync(key, hash).ConfigureAwait(false);
            foreach (var name in names)
            {
                await _artifacts.LinkAsync(name, hash).ConfigureAwait(false);
            }

            job.Add(names.Select(name => KeyValuePair.Create(name, hash)));
        }
    }

    // Passes on about ten reports a second.
    private sealed class Pace(RenderJob job, TimeProvider time) : IProgress<double>
    {
        private long _last = time.GetTimestamp();

        public void Report(double value)
        {
            var now = time.GetTimestamp();
            if (time.GetElapsedTime(_last, now) >= BetweenReports)
            {
                _last = now;
                job.Move(Math.Clamp(value, 0, 1));
            }
        }
    }
}
