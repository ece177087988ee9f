using Ranking.Engine.Guidances;
using Ranking.Engine.Schedulers;

namespace Ranking.Engine.Diffusion;

/// <summary>How pictures are made from latents.</summary>
/// <param name="Prompt">What they should show.</param>
/// <param name="NegativePrompt">What they should not show.</param>
/// <param name="Sampler">The key of a sampler.</param>
/// <param name="Steps">Network calls per picture.</param>
/// <param name="Guidance">The guidance; a scale of 1 is none, which halves the work.</param>
public sealed record PictureRequest(string Prompt, string NegativePrompt, string Sampler, int Steps, GuidanceSettings Guidance)
{
    /// <summary>How the steps are spread.</summary>
    public ScheduleChoice Schedule { get; init; } = new();

    /// <summary>What is taken from another picture; null for nothing.</summary>
    public KeepChoice? Keep { get; init; }

    /// <summary>Where the prompt is moved to; null for where it is.</summary>
    public PromptShift? Shift { get; init; }

    /// <summary>The picture at which sampling starts; null for pure noise.</summary>
    public StartPicture? From { get; init; }

    /// <summary>The request that this one is a neighbour of: what is learned or kept for it serves both; null for none.</summary>
    public PictureRequest? Middle { get; init; }
}

/// <summary>A picture that sampling starts from in place of pure noise.</summary>
/// <param name="Picture">The picture, of any size.</param>
/// <param name="Strength">The share of the noise levels that are gone through, above 0 to 1: near 0 little changes, at 1 nothing of the picture is left.</param>
public sealed record StartPicture(Picture Picture, double Strength);

/// <summary>A rectangle that is kept as it is in the picture of another latent. Shares of the picture, 0 to 1, from its upper left corner.</summary>
/// <param name="Left">Its left edge.</param>
/// <param name="Top">Its upper edge.</param>
/// <param name="Right">Its right edge.</param>
/// <param name="Bottom">Its lower edge.</param>
/// <param name="Seed">The seed of the session at whose start the other picture stands.</param>
/// <param name="Shell">Whether that start is on the sphere of radius √d.</param>
public sealed record KeepChoice(double Left, double Top, double Right, double Bottom, ulong Seed, bool Shell)
{
    /// <summary>Which numbers of a latent lie inside: those whose cell has its middle there.</summary>
    public bool[] Mask(IReadOnlyList<int> shape)
    {
        ArgumentNullException.ThrowIfNull(shape);
        var (rows, columns) = (shape[1], shape[2]);
        return [.. Enumerable.Range(0, shape[0] * rows * columns).Select(i =>
        {
            var (x, y) = (((i % columns) + 0.5) / columns, ((i / columns % rows) + 0.5) / rows);
            return x > Left && x < Right && y > Top && y < Bottom;
        })];
    }
}

/// <summary>Answers of the denoiser, each for one picture in one step.</summary>
/// <param name="Made">How many there were.</param>
/// <param name="Saved">How many more two in every step would have been, where guidance was asked for.</param>
public readonly record struct NetworkCalls(long Made, long Saved)
{
    /// <summary>Both together.</summary>
    public static NetworkCalls operator +(NetworkCalls one, NetworkCalls other) => new(one.Made + other.Made, one.Saved + other.Saved);
}

/// <summary>
/// A loaded model: initial noise latents in, pictures out. All candidates of a batch, both halves of guidance, and other
/// callers' batches as far as they fit go through each network in one call. Safe to use from several threads.
/// </summary>
public sealed class DiffusionPipeline : IDisposable
{
    private const int PixelsPerBatch = 1 << 20;
    private const int LargestBatch = 64;

    private readonly Catalog<Scheduler> _schedulers;
    private readonly CancellationTokenSource _closing = new();
    private readonly PromptEncoder _prompts;
    private readonly Denoiser _denoiser;
    private readonly Decoder _decoder;
    private readonly SharedSampling _sharing;
    private readonly Catalog<Guidance> _guidances = new();
    private readonly Lazy<ClassifierNetwork> _classifier;
    private readonly Lazy<PictureEncoder> _pictures;
    private bool _isClosed;

    /// <summary>Loads a model.</summary>
    /// <exception cref="InvalidDataException">A file is missing, broken, or of an unknown interface; the message says which.</exception>
    public DiffusionPipeline(ModelFolder folder, Device device, Catalog<Scheduler> schedulers)
    {
        if (folder.Problem is { } problem)
        {
            throw new InvalidDataException(problem);
        }

        Folder = folder;
        _schedulers = schedulers;
        _denoiser = new Denoiser(folder, device);
        _prompts = new PromptEncoder(folder, _denoiser.Kind, _denoiser.Columns, device);
        _decoder = new Decoder(folder, device);
        _classifier = new(() => new ClassifierNetwork(folder, device, _decoder));
        _pictures = new(() => new PictureEncoder(folder, device));
        _sharing = new SharedSampling(folder, new Beginnings(folder, _prompts, _denoiser, _pictures), _denoiser, _decoder)
        {
            Largest = Math.Clamp(PixelsPerBatch / (folder.Width * folder.Height), 1, LargestBatch),
        };
    }

    /// <summary>The model.</summary>
    public ModelFolder Folder { get; }

    /// <summary>Time inside ONNX Runtime so far, for benchmarks.</summary>
    public TimeSpan Busy => _prompts.Busy + _denoiser.Busy + _decoder.Busy;

    /// <summary>How many pictures, of all callers together, go through the networks in one call.</summary>
    public int Largest => _sharing.Largest;

    /// <summary>Whether pictures join others on their way at every step; else only those that begin together share calls.</summary>
    public bool JoinsAtSteps => _denoiser.TakesOwnTimes;

    /// <summary>How often pictures on their way are shown at most.</summary>
    public TimeSpan BetweenGlimpses
    {
        get => _sharing.BetweenGlimpses;
        set => _sharing.BetweenGlimpses = value;
    }

    /// <summary>The denoiser's answers so far.</summary>
    public NetworkCalls Calls => _sharing.Calls;

    /// <summary>How many of a prompt's tokens the model reads, and how many it has.</summary>
    public (int Read, int Given) TokensOf(string prompt) => _prompts.TokensOf(prompt);

    /// <summary>
    /// Measures how many pictures fit into half of the memory that is free, by what the first one takes, and with
    /// <paramref name="tries"/> whether pictures may join others on their way. Once, before anything is drawn.
    /// </summary>
    /// <param name="tries">Whether to ask the network where its graph does not say; takes some calls more.</param>
    /// <param name="cancel">Gives up.</param>
    public async Task MeasureAsync(bool tries, CancellationToken cancel = default)
    {
        var before = Environment.WorkingSet;
        await DrawAsync(new double[Folder.Dimension], 1, Own with { Steps = 1 }, (_, _) => { }, null, cancel);
        var (taken, memory) = (Environment.WorkingSet - before, GC.GetGCMemoryInfo());
        var free = memory.TotalAvailableMemoryBytes - Environment.WorkingSet;

        // What the first picture takes includes what all later ones share: the number errs on the safe side.
        _sharing.Largest = (int)Math.Clamp(free / 2 / Math.Max(taken, 1 << 20), 1, LargestBatch);
        if (tries)
        {
            await Task.Run(() => _sharing.TryOwnTimes(Own.Prompt, cancel), cancel);
        }
    }

    /// <summary>The largest difference, in levels of 255, between the same picture made alone and among three, after two steps.</summary>
    public async Task<int> BatchDifferenceAsync(CancellationToken cancel = default)
    {
        const int count = 3;
        var latents = new double[count * Folder.Dimension];
        Noise.Philox(0, Purpose.Begin, 0).Normal(0, latents);
        var (together, alone) = (new Picture[count], new Picture[1]);
        await DrawAsync(latents, count, Own, (i, picture) => together[i] = picture, null, cancel);
        await DrawAsync(latents.AsMemory(0, Folder.Dimension), 1, Own, (_, picture) => alone[0] = picture, null, cancel);
        return together[0].Rgb.Zip(alone[0].Rgb, (a, b) => Math.Abs(a - b)).Max();
    }

    /// <summary>The sampler's plan for a request.</summary>
    /// <exception cref="InvalidDataException">The sampler refuses; the message says why.</exception>
    public SamplingPlan PlanOf(PictureRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        var scheduler = _schedulers[request.Sampler];
        return scheduler.Plan(request.Schedule.Over(Folder.SchedulerConfig, scheduler), request.Steps, request.From?.Strength ?? 1);
    }

    /// <summary>The classes that a request's guidance needs; null where it needs none.</summary>
    /// <exception cref="InvalidDataException">The model has no classifier, or it knows no class that the prompt names.</exception>
    public PromptClasses? ClassesOf(PictureRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return _guidances[request.Guidance.Method].NeedsClassifier ? new PromptClasses(_classifier.Value, request.Prompt) : null;
    }

    /// <summary>What turns pictures into latents.</summary>
    /// <exception cref="InvalidDataException">The model has no encoder for pictures, or it is broken.</exception>
    public PictureEncoder PictureEncoder => _pictures.Value;

    /// <summary>Makes pictures in one way.</summary>
    /// <param name="latents">count × <see cref="ModelFolder.Dimension"/> numbers: the noise at which sampling starts.</param>
    /// <param name="count">How many pictures.</param>
    /// <param name="request">How.</param>
    /// <param name="done">Called for each finished picture with its index.</param>
    /// <param name="progress">Receives the finished share, 0 to 1, after each step.</param>
    /// <param name="cancel">Stops inside a network call, unless others share it.</param>
    /// <returns>The denoiser's answers that it took.</returns>
    /// <exception cref="InvalidDataException">The sampler refuses, or a network fails.</exception>
    public Task<NetworkCalls> DrawAsync(
        ReadOnlyMemory<double> latents, int count, PictureRequest request, Action<int, Picture> done,
        IProgress<double>? progress = null, CancellationToken cancel = default) =>
        DrawAsync(latents, [.. Enumerable.Repeat(request, count)], done, null, progress, cancel);

    /// <summary>Makes pictures, each in its own way.</summary>
    /// <param name="latents">For every picture <see cref="ModelFolder.Dimension"/> numbers: the noise at which sampling starts.</param>
    /// <param name="requests">How each picture is made; equal ones next to each other go together.</param>
    /// <param name="done">Called for each finished picture with its index.</param>
    /// <param name="glimpse">
    /// Called now and then with what a picture is becoming, one pixel for each cell of its latent, and its index; never
    /// before the model's first pictures are done. Null for never.
    /// </param>
    /// <param name="progress">Receives the finished share, 0 to 1, after each step.</param>
    /// <param name="cancel">Stops inside a network call, unless others share it.</param>
    /// <returns>The denoiser's answers that it took.</returns>
    /// <exception cref="InvalidDataException">The sampler refuses, or a network fails.</exception>
    public async Task<NetworkCalls> DrawAsync(
        ReadOnlyMemory<double> latents, IReadOnlyList<PictureRequest> requests, Action<int, Picture> done, Action<int, Picture>? glimpse = null,
        IProgress<double>? progress = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(requests);
        ArgumentOutOfRangeException.ThrowIfNotEqual(latents.Length, requests.Count * Folder.Dimension);
        ObjectDisposedException.ThrowIf(_isClosed, this);
        if (requests.Count == 0)
        {
            return default;
        }

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel, _closing.Token);
        var drawing = new Drawing(requests.Count, done, glimpse, progress, stop.Token);
        Divide(drawing, latents, requests);
        _sharing.Add(drawing);
        using var registration = stop.Token.Register(_sharing.Look);
        return await drawing.Finished;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isClosed, true))
        {
            return;
        }

        // Networks must not go while they run: what is being drawn stops first.
        _closing.Cancel();
        _sharing.Finish();
        _prompts.Dispose();
        _denoiser.Dispose();
        _decoder.Dispose();
        if (_classifier.IsValueCreated)
        {
            _classifier.Value.Dispose();
        }

        if (_pictures.IsValueCreated)
        {
            _pictures.Value.Dispose();
        }

        _closing.Dispose();
    }

    // The model's own way, in few steps.
    private PictureRequest Own => new(Folder.Prompt, Folder.NegativePrompt, Folder.Sampler, 2, new GuidanceSettings { Scale = Folder.Guidance });

    private void Divide(Drawing drawing, ReadOnlyMemory<double> latents, IReadOnlyList<PictureRequest> requests)
    {
        for (var first = 0; first < requests.Count;)
        {
            var (request, count) = (requests[first], 1);
            while (first + count < requests.Count && count < Largest && requests[first + count] == request)
            {
                count++;
            }

            drawing.Blocks.Add(new Block(drawing, first, latents.Slice(first * Folder.Dimension, count * Folder.Dimension), count, request, PlanOf(request))
            {
                Classes = ClassesOf(request),
            });
            first += count;
        }
    }
}
