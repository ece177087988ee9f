using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Ranking.Engine.Spaces;

namespace Ranking.Engine.Rendering;

/// <summary>Pictures could not be made.</summary>
public sealed class RenderException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>How far a job is.</summary>
/// <param name="Pictures">The hashes of the pictures that are there, by the names of their points.</param>
/// <param name="Progress">The finished share of the work, 0 to 1.</param>
/// <param name="Error">Why it failed, in one sentence; null when all is well.</param>
public sealed record RenderUpdate(ImmutableDictionary<string, string> Pictures, double Progress, string? Error)
{
    /// <summary>Small pictures of what points without a picture are becoming, by the names of their points.</summary>
    public ImmutableDictionary<string, Artifact> Glimpses { get; init; } = ImmutableDictionary<string, Artifact>.Empty;
}

/// <summary>Points that are to be shown together.</summary>
/// <param name="owner">Whose work it is: of one owner only the newest job is worth doing. Null for a job that stands alone.</param>
/// <param name="names">The points' names, which their pictures are linked to.</param>
/// <param name="points">names × dimension, row-major.</param>
/// <param name="report">Called with every step forward, never at the same time from two threads.</param>
[SuppressMessage("Reliability", "CA1001", Justification = "A cancellation source without a timer holds nothing to give back.")]
public sealed class RenderJob(object? owner, ImmutableArray<string> names, ReadOnlyMemory<double> points, Action<RenderUpdate>? report = null)
{
    private readonly TaskCompletionSource<ImmutableDictionary<string, string>> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _cancel = new();
    private ImmutableDictionary<string, string> _pictures = ImmutableDictionary<string, string>.Empty;
    private ImmutableDictionary<string, Artifact> _glimpses = ImmutableDictionary<string, Artifact>.Empty;
    private double _progress;
    private RenderJob? _follower;

    /// <summary>Whose work it is.</summary>
    public object? Owner { get; } = owner;

    /// <summary>The points' names.</summary>
    public ImmutableArray<string> Names { get; } = names;

    /// <summary>The pictures by name, when all are there.</summary>
    /// <exception cref="RenderException">They could not be made.</exception>
    /// <exception cref="OperationCanceledException">Newer work took the job's place.</exception>
    public Task<ImmutableDictionary<string, string>> Done => _done.Task;

    /// <summary>The points, row-major.</summary>
    public ReadOnlyMemory<double> Points { get; } = points;

    /// <summary>How long its pictures took to make, once they are there.</summary>
    public TimeSpan Took { get; internal set; }

    internal bool IsWatched => report is not null;

    internal CancellationToken Cancelled => _cancel.Token;

    internal ReadOnlyMemory<double> Point(int index)
    {
        var dimension = Points.Length / Names.Length;
        return Points.Slice(index * dimension, dimension);
    }

    // Whether another job begins with these very points: its pictures are then there when this job is done.
    internal bool Serves(RenderJob other) =>
        other.Points.Length >= Points.Length && other.Points.Span[..Points.Length].SequenceEqual(Points.Span);

    internal void Lead(RenderJob follower) => _follower = follower;

    internal void Cancel()
    {
        // Not on this thread: who calls may hold a lock that what is cancelled goes on to take.
        _ = _cancel.CancelAsync();
        _done.TrySetCanceled(_cancel.Token);
    }

    internal void Move(double progress)
    {
        Report(_pictures, progress, null);
        _follower?.Move(progress);
    }

    internal void Add(IEnumerable<KeyValuePair<string, string>> pictures) => Report(_pictures.SetItems(pictures), _progress, null);

    internal void Glimpse(IEnumerable<string> names, Artifact picture)
    {
        lock (_cancel)
        {
            _glimpses = _glimpses.SetItems(names.Select(name => KeyValuePair.Create(name, picture)));
        }

        Report(_pictures, _progress, null);
    }

    internal void Finish()
    {
        Report(_pictures, 1, null);
        _done.TrySetResult(_pictures);
    }

    internal void Fail(string error, Exception? reason = null)
    {
        Report(_pictures, _progress, error);
        _done.TrySetException(new RenderException(error, reason));
        _ = _done.Task.Exception;
    }

    private void Report(ImmutableDictionary<string, string> pictures, double progress, string? error)
    {
        lock (_cancel)
        {
            (_pictures, _progress) = (pictures, progress);
            if (!_cancel.IsCancellationRequested)
            {
                report?.Invoke(new RenderUpdate(pictures, progress, error) { Glimpses = _glimpses.RemoveRange(pictures.Keys) });
            }
        }
    }
}
