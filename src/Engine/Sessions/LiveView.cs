using System.Collections.Immutable;
using System.Threading.Channels;
using Ranking.Engine.Rendering;
using Ranking.Engine.Spaces;

namespace Ranking.Engine.Sessions;

/// <summary>The present round as everybody sees it, and those who watch it. Views come out in order; a slow watcher misses all but the last.</summary>
internal sealed class LiveView
{
    private readonly Lock _gate = new();
    private readonly List<Channel<RoundView>> _watchers = [];
    private RoundView? _view;
    private ImmutableDictionary<string, Artifact> _glimpses = ImmutableDictionary<string, Artifact>.Empty;

    /// <summary>The present view; null before the first.</summary>
    public RoundView? Current
    {
        get
        {
            lock (_gate)
            {
                return _view;
            }
        }
    }

    /// <summary>Whether somebody watches.</summary>
    public bool IsWatched
    {
        get
        {
            lock (_gate)
            {
                return _watchers.Count > 0;
            }
        }
    }

    /// <summary>What a candidate without a picture is becoming; null where that is not known.</summary>
    public Artifact? Glimpse(string candidateId)
    {
        lock (_gate)
        {
            return _glimpses.GetValueOrDefault(candidateId);
        }
    }

    /// <summary>Shows another state of the session, with the pictures that are known.</summary>
    public void Show(RoundView view, IReadOnlyDictionary<string, string> pictures) => Change(before =>
    {
        _glimpses = before?.BatchId == view.BatchId ? _glimpses : _glimpses.Clear();
        return With(view, pictures, 0);
    });

    /// <summary>Shows what a render queue has done for a batch. What it did for an older batch only adds pictures of incumbents.</summary>
    public void Show(string batchId, RenderUpdate update) => Change(view =>
        view is null ? null
        : view.BatchId == batchId ? With(Glimpsed(view, update.Glimpses), update.Pictures, update.Progress) with { RenderError = update.Error }
        : With(view, update.Pictures, view.Progress));

    public ChannelReader<RoundView> Watch()
    {
        var channel = Channel.CreateBounded<RoundView>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest });
        lock (_gate)
        {
            _watchers.Add(channel);
            if (_view is not null)
            {
                channel.Writer.TryWrite(_view);
            }
        }

        return channel.Reader;
    }

    public void Leave(ChannelReader<RoundView> reader)
    {
        lock (_gate)
        {
            _watchers.RemoveAll(watcher => watcher.Reader == reader);
        }
    }

    // Each new glimpse gets another number, so that browsers fetch it.
    private RoundView Glimpsed(RoundView view, ImmutableDictionary<string, Artifact> glimpses)
    {
        var before = _glimpses;
        _glimpses = glimpses;
        return view with
        {
            Candidates = [.. view.Candidates.Select(c => glimpses.TryGetValue(c.Id, out var glimpse) && before.GetValueOrDefault(c.Id) != glimpse ? c with { Glimpse = c.Glimpse + 1 } : c)],
        };
    }

    private static RoundView With(RoundView view, IReadOnlyDictionary<string, string> pictures, double progress)
    {
        ImmutableArray<CandidateView> candidates = [.. view.Candidates.Select(c => c.Picture is null ? c with { Picture = pictures.GetValueOrDefault(c.Id) } : c)];
        ImmutableArray<BestView> bests = [.. view.Bests.Select(b => b.Picture is null ? b with { Picture = pictures.GetValueOrDefault(b.CandidateId) } : b)];

        // What is there is done; of the rest, the share that the queue reports, and never all before the last picture is there.
        var share = (double)candidates.Count(c => c.Picture is not null) / candidates.Length;
        return view with
        {
            Candidates = candidates,
            Bests = bests,
            Progress = view.Progress >= 1 || share >= 1 ? 1 : Math.Max(share, Math.Min(progress, 0.99)),
        };
    }

    private void Change(Func<RoundView?, RoundView?> change)
    {
        lock (_gate)
        {
            _view = change(_view);
            if (_view is not null)
            {
                _watchers.ForEach(watcher => watcher.Writer.TryWrite(_view));
            }
        }
    }
}
