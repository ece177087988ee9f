using System.ComponentModel.DataAnnotations;
using System.Runtime.InteropServices;
using System.Text.Json;
using Ranking.Engine.Spaces;

namespace Ranking.Engine.Tests.Sessions;

/// <summary>A space whose pictures are the bytes of their points. It counts what it draws, and can be told to wait or to fail.</summary>
[Entry("sketch", "Sketch")]
public sealed class SketchSpace : ISpace
{
    private readonly Lock _gate = new();
    private readonly List<int> _batches = [];

    public sealed record Settings
    {
        [Range(1, 100_000), Display(Name = "Dimension", Description = "d")]
        public int Dimension { get; init; } = 6;

        [Display(Name = "Renders", Description = "Whether it draws.")]
        public bool Renders { get; init; } = true;
    }

    public SettingsSchema Schema => SettingsSchema.Of(typeof(Settings));

    /// <summary>How many points each call drew.</summary>
    public int[] Batches
    {
        get
        {
            lock (_gate)
            {
                return [.. _batches];
            }
        }
    }

    public int Opened { get; private set; }

    public int Closed { get; private set; }

    /// <summary>How many batches may be drawn at the same time.</summary>
    public int Lanes { get; set; } = 1;

    /// <summary>Whether it shows beforehand what points are becoming.</summary>
    public bool Glimpses { get; set; }

    /// <summary>When set, drawing fails with this sentence.</summary>
    public string? Fault { get; set; }

    /// <summary>When set, drawing waits for it after the first picture.</summary>
    public TaskCompletionSource? Hold { get; set; }

    /// <summary>Set when a drawing waits.</summary>
    public TaskCompletionSource Held { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<IOpenSpace> OpenAsync(JsonElement settings, CancellationToken cancel = default)
    {
        Opened++;
        return Task.FromResult<IOpenSpace>(new Open(this, (Settings)Schema.Read(settings)));
    }

    private sealed class Open(SketchSpace space, Settings settings) : IOpenSpace
    {
        public int Dimension => settings.Dimension;

        public Geometry Geometry { get; } = new Geometry.Flat();

        public bool Renders => settings.Renders;

        public int Lanes => space.Lanes;

        public void Start(Noise noise, Span<double> point) => noise.Normal(0, point);

        public double? Value(ReadOnlySpan<double> point) => Reduce.SumOfSquares(point);

        public Task RenderWatchedAsync(
            ReadOnlyMemory<double> points, int count, Action<int, Artifact> done, Action<int, Artifact> glimpse, IProgress<double>? progress = null, CancellationToken cancel = default)
        {
            for (var i = 0; i < count && space.Glimpses; i++)
            {
                glimpse(i, new Artifact(new byte[] { (byte)i }, "image/x-glimpse"));
            }

            return RenderAsync(points, count, done, progress, cancel);
        }

        public async Task RenderAsync(
            ReadOnlyMemory<double> points, int count, Action<int, Artifact> done, IProgress<double>? progress = null, CancellationToken cancel = default)
        {
            lock (space._gate)
            {
                space._batches.Add(count);
            }

            if (space.Fault is { } fault)
            {
                throw new InvalidOperationException(fault);
            }

            for (var i = 0; i < count; i++)
            {
                var point = points.Span.Slice(i * Dimension, Dimension);
                done(i, new Artifact(MemoryMarshal.AsBytes(point).ToArray(), "image/x-sketch"));
                progress?.Report((i + 1.0) / count);
                if (space.Hold is { } hold)
                {
                    space.Held.TrySetResult();
                    await hold.Task.WaitAsync(cancel);
                }

                cancel.ThrowIfCancellationRequested();
            }
        }

        public ValueTask DisposeAsync()
        {
            space.Closed++;
            return ValueTask.CompletedTask;
        }
    }
}
