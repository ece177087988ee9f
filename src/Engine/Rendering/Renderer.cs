using System.Collections.Immutable;
using System.Threading.Channels;
using Ranking.Engine.Sessions;
using Ranking.Engine.Spaces;

namespace Ranking.Engine.Rendering;

/// <summary>Makes the pictures of one job: finds those that are there, draws the others in one batch, stores each as it comes.</summary>
/// <param name="space">What draws.</param>
/// <param name="key">How its points are named.</param>
/// <param name="artifacts">Where pictures are kept.</param>
/// <param name="time">Spaces the reports of progress.</param>
internal sealed class Renderer(IOpenSpace space, PointKey key, IArtifactStore artifacts, TimeProvider time)
{
    private static readonly TimeSpan BetweenReports = TimeSpan.FromMilliseconds(100);

    private readonly Dictionary<string, Task> _inHand = new(StringComparer.Ordinal);

    /// <summary>Makes what is missing; the job hears of each picture. What another job is making is waited for.</summary>
    public async Task MakeAsync(RenderJob job, CancellationToken stop)
    {
        var keys = job.Names.Select((_, i) => key.Of(job.Point(i).Span)).ToImmutableArray();
        while (await FindAsync(job, keys).ConfigureAwait(false) is { Count: > 0 } missing)
        {
            var made = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            Task[] others;
            lock (_inHand)
            {
                others = [.. missing.Select(point => _inHand.GetValueOrDefault(point.Key)).OfType<Task>().Distinct()];
                missing.RemoveAll(point => _inHand.ContainsKey(point.Key));
                missing.ForEach(point => _inHand.Add(point.Key, made.Task));
            }

            try
            {
                if (missing.Count > 0)
                {
                    await DrawAsync(job, missing, stop).ConfigureAwait(false);
                }
            }
            finally
            {
                lock (_inHand)
                {
                    missing.ForEach(point => _inHand.Remove(point.Key));
                }

                made.SetResult();
            }

            if (others.Length == 0)
            {
                return;
            }

            await Task.WhenAll(others).WaitAsync(stop).ConfigureAwait(false);
        }
    }

    // Reports the pictures that are there already; for each other point its names.
    private async Task<List<(string Key, ReadOnlyMemory<double> Point, List<string> Names)>> FindAsync(RenderJob job, ImmutableArray<string> keys)
    {
        var found = await artifacts.FindAsync([.. job.Names, .. keys.Distinct()], job.Cancelled).ConfigureAwait(false);
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
                await artifacts.LinkAsync(name, hash, job.Cancelled).ConfigureAwait(false);
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

    private async Task DrawAsync(RenderJob job, List<(string Key, ReadOnlyMemory<double> Point, List<string> Names)> missing, CancellationToken stop)
    {
        var points = new double[missing.Count * space.Dimension];
        for (var i = 0; i < missing.Count; i++)
        {
            missing[i].Point.CopyTo(points.AsMemory(i * space.Dimension));
        }

        var finished = Channel.CreateUnbounded<(int Index, Artifact Picture)>();
        var storing = StoreAsync(job, missing, finished.Reader);
        try
        {
            await (job.IsWatched
                ? space.RenderWatchedAsync(points, missing.Count, Done, (i, picture) => job.Glimpse(missing[i].Names, picture), new Pace(job, time), stop)
                : space.RenderAsync(points, missing.Count, Done, new Pace(job, time), stop)).ConfigureAwait(false);
        }
        finally
        {
            finished.Writer.Complete();
            await storing.ConfigureAwait(false);
        }

        void Done(int index, Artifact picture) => finished.Writer.TryWrite((index, picture));
    }

    private async Task StoreAsync(
        RenderJob job, List<(string Key, ReadOnlyMemory<double> Point, List<string> Names)> missing, ChannelReader<(int Index, Artifact Picture)> finished)
    {
        await foreach (var (index, picture) in finished.ReadAllAsync().ConfigureAwait(false))
        {
            var hash = await artifacts.PutAsync(picture).ConfigureAwait(false);
            var (name, _, names) = missing[index];
            await artifacts.LinkAsync(name, hash).ConfigureAwait(false);
            foreach (var other in names)
            {
                await artifacts.LinkAsync(other, hash).ConfigureAwait(false);
            }

            job.Add(names.Select(other => KeyValuePair.Create(other, hash)));
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
