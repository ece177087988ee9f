using Ranking.Engine.Guidances;
using Ranking.Engine.Schedulers;

namespace Ranking.Engine.Diffusion;

/// <summary>What one caller wants drawn: blocks of pictures that are made in any order and with other callers' ones.</summary>
/// <param name="count">How many pictures.</param>
/// <param name="done">Called for each finished picture with its index.</param>
/// <param name="glimpse">Called now and then with what a picture is becoming, and its index; null for never.</param>
/// <param name="progress">Receives the finished share, 0 to 1.</param>
/// <param name="cancel">Gives it up.</param>
internal sealed class Drawing(int count, Action<int, Picture> done, Action<int, Picture>? glimpse, IProgress<double>? progress, CancellationToken cancel)
{
    private long _lastGlimpse = System.Diagnostics.Stopwatch.GetTimestamp();

    private readonly TaskCompletionSource<NetworkCalls> _finished = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private NetworkCalls _calls;
    private int _pictures;

    /// <summary>Done when all pictures are.</summary>
    public Task<NetworkCalls> Finished => _finished.Task;

    /// <summary>Whether it is given up.</summary>
    public bool IsCancelled => cancel.IsCancellationRequested;

    /// <summary>Gives it up.</summary>
    public CancellationToken Cancel => cancel;

    /// <summary>Whether nothing is left to do for it, whatever became of it.</summary>
    public bool IsOver => _finished.Task.IsCompleted;

    /// <summary>The blocks that are not finished.</summary>
    public List<Block> Blocks { get; } = [];

    /// <summary>Adds up network calls.</summary>
    public void Count(NetworkCalls calls) => _calls += calls;

    /// <summary>Tells how far it is.</summary>
    public void Report() => progress?.Report((_pictures + Blocks.Sum(block => block.Count * block.Progress)) / count);

    /// <summary>Shows what pictures are becoming, when the last time is long enough ago.</summary>
    /// <param name="map">Tells colours by latents.</param>
    /// <param name="interval">How long that is.</param>
    public void Glimpse(GlimpseMap map, TimeSpan interval)
    {
        if (glimpse is null || System.Diagnostics.Stopwatch.GetElapsedTime(_lastGlimpse) < interval)
        {
            return;
        }

        _lastGlimpse = System.Diagnostics.Stopwatch.GetTimestamp();
        foreach (var block in Blocks.Where(block => block.Run is { IsFinished: false, Call: > 0 }))
        {
            var clean = new double[block.Latents.Length / block.Count];
            for (var i = 0; i < block.Count; i++)
            {
                block.Run!.Estimate(i, clean);
                if (map.Glimpse(clean) is { } picture)
                {
                    glimpse(block.First + i, picture);
                }
            }
        }
    }

    /// <summary>Hands out the pictures of a block.</summary>
    public void Hand(Block block, IReadOnlyList<Picture> pictures)
    {
        for (var i = 0; i < pictures.Count; i++)
        {
            done(block.First + i, pictures[i]);
        }

        Blocks.Remove(block);
        _pictures += pictures.Count;
        Report();
        if (Blocks.Count == 0)
        {
            _finished.TrySetResult(_calls);
        }
    }

    /// <summary>Ends it without all of its pictures.</summary>
    public void Fail(Exception error)
    {
        Blocks.Clear();
        if (error is OperationCanceledException)
        {
            _finished.TrySetCanceled(cancel);
        }
        else
        {
            _finished.TrySetException(error);
        }
    }
}

/// <summary>Pictures of one request that go through all steps together.</summary>
/// <param name="Drawing">Whose they are.</param>
/// <param name="First">The index of the first of them.</param>
/// <param name="Latents">The points where they start.</param>
/// <param name="Count">How many.</param>
/// <param name="Request">How they are made.</param>
/// <param name="Plan">The sampler's calls.</param>
internal sealed record Block(Drawing Drawing, int First, ReadOnlyMemory<double> Latents, int Count, PictureRequest Request, SamplingPlan Plan)
{
    /// <summary>How far it is, once it has begun.</summary>
    public SamplingRun? Run { get; set; }

    /// <summary>The classes of its guidance; null where it needs none.</summary>
    public PromptClasses? Classes { get; set; }

    /// <summary>The finished share, the decoder's part left out.</summary>
    public double Progress => Run is null ? 0 : (double)Run.Call / (Plan.Steps.Length + 1);

    /// <summary>Two blocks of half the size, to be begun anew.</summary>
    public Block[] Halves()
    {
        var (half, dimension) = (Count / 2, Latents.Length / Count);
        return
        [
            this with { Latents = Latents[..(half * dimension)], Count = half, Run = null },
            this with { Latents = Latents[(half * dimension)..], First = First + half, Count = Count - half, Run = null },
        ];
    }
}
