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
}

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
public readonly record struct NetworkCalls(long Made, long Saved);

/// <summary>
/// A loaded model: initial noise latents in, pictures out. All candidates of a batch, and both halves of guidance, go
/// through each network in one call. Safe to use from several threads: they take turns.
/// </summary>
public sealed class DiffusionPipeline : IDisposable
{
    private const int PixelsPerBatch = 1 << 20;

    private readonly Catalog<Scheduler> _schedulers;
    private readonly SemaphoreSlim _turn = new(1);
    private readonly CancellationTokenSource _closing = new();
    private readonly PromptEncoder _prompts;
    private readonly Denoiser _denoiser;
    private readonly Decoder _decoder;
    private readonly Catalog<Guidance> _guidances = new();
    private readonly Lazy<ClassifierNetwork> _classifier;
    private int _largestBatch;
    private bool _isClosed;
    private (PictureRequest? Request, Guide? Guide) _rehearsed;
    private (PictureRequest? Request, KeptRegion? Region) _kept;

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
        _largestBatch = Math.Max(1, PixelsPerBatch / (folder.Width * folder.Height));
        _denoiser = new Denoiser(folder, device);
        _prompts = new PromptEncoder(folder, _denoiser.Kind, _denoiser.Columns, device);
        _decoder = new Decoder(folder, device);
        _classifier = new(() => new ClassifierNetwork(folder, device, _decoder));
    }

    /// <summary>The model.</summary>
    public ModelFolder Folder { get; }

    /// <summary>Time inside ONNX Runtime so far, for benchmarks.</summary>
    public TimeSpan Busy => _prompts.Busy + _denoiser.Busy + _decoder.Busy;

    /// <summary>How many of a prompt's tokens the model reads, and how many it has.</summary>
    public (int Read, int Given) TokensOf(string prompt) => _prompts.TokensOf(prompt);

    /// <summary>The largest difference, in levels of 255, between the same picture made alone and among three, after two steps.</summary>
    public async Task<int> BatchDifferenceAsync(CancellationToken cancel = default)
    {
        const int count = 3;
        var latents = new double[count * Folder.Dimension];
        Noise.Philox(0, Purpose.Begin, 0).Normal(0, latents);
        var request = new PictureRequest(Folder.Prompt, Folder.NegativePrompt, Folder.Sampler, 2, new GuidanceSettings { Scale = Folder.Guidance });
        var (together, alone) = (new Picture[count], new Picture[1]);
        await DrawAsync(latents, count, request, (i, picture) => together[i] = picture, null, cancel);
        await DrawAsync(latents.AsMemory(0, Folder.Dimension), 1, request, (_, picture) => alone[0] = picture, null, cancel);
        return together[0].Rgb.Zip(alone[0].Rgb, (a, b) => Math.Abs(a - b)).Max();
    }

    /// <summary>The denoiser's answers so far.</summary>
    public NetworkCalls Calls { get; private set; }

    /// <summary>The sampler's plan for a request.</summary>
    /// <exception cref="InvalidDataException">The sampler refuses; the message says why.</exception>
    public SamplingPlan PlanOf(PictureRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        var scheduler = _schedulers[request.Sampler];
        return scheduler.Plan(request.Schedule.Over(Folder.SchedulerConfig, scheduler), request.Steps);
    }

    /// <summary>The classes that a request's guidance needs; null where it needs none.</summary>
    /// <exception cref="InvalidDataException">The model has no classifier, or it knows no class that the prompt names.</exception>
    public PromptClasses? ClassesOf(PictureRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return _guidances[request.Guidance.Method].NeedsClassifier ? new PromptClasses(_classifier.Value, request.Prompt) : null;
    }

    /// <summary>Makes pictures.</summary>
    /// <param name="latents">count × <see cref="ModelFolder.Dimension"/> numbers: the noise at which sampling starts.</param>
    /// <param name="count">How many pictures.</param>
    /// <param name="request">How.</param>
    /// <param name="done">Called for each finished picture with its index.</param>
    /// <param name="progress">Receives the finished share, 0 to 1, after each step.</param>
    /// <param name="cancel">Stops inside a network call.</param>
    /// <returns>The denoiser's answers that it took.</returns>
    /// <exception cref="InvalidDataException">The sampler refuses, or a network fails.</exception>
    public async Task<NetworkCalls> DrawAsync(
        ReadOnlyMemory<double> latents, int count, PictureRequest request, Action<int, Picture> done,
        IProgress<double>? progress = null, CancellationToken cancel = default)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(latents.Length, count * Folder.Dimension);
        var plan = PlanOf(request);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel, _closing.Token);
        await _turn.WaitAsync(stop.Token);
        try
        {
            var before = Calls;
            await Task.Run(() => DrawAll(latents.Span, count, request, plan, done, progress, stop.Token), stop.Token);
            return new(Calls.Made - before.Made, Calls.Saved - before.Saved);
        }
        finally
        {
            _turn.Release();
        }
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
        _turn.Wait();
        _prompts.Dispose();
        _denoiser.Dispose();
        _decoder.Dispose();
        if (_classifier.IsValueCreated)
        {
            _classifier.Value.Dispose();
        }

        _turn.Dispose();
        _closing.Dispose();
    }

    private void DrawAll(
        ReadOnlySpan<double> latents, int count, PictureRequest request, SamplingPlan plan,
        Action<int, Picture> done, IProgress<double>? progress, CancellationToken cancel)
    {
        for (var first = 0; first < count;)
        {
            var size = Math.Min(count - first, _largestBatch);
            try
            {
                var (before, share) = ((double)first / count, (double)size / count);
                var block = latents.Slice(first * Folder.Dimension, size * Folder.Dimension).ToArray();
                Denoise(block, size, request, plan, finished => progress?.Report(before + (share * finished)), cancel);
                var pictures = _decoder.Decode(block, size, cancel);
                for (var i = 0; i < size; i++)
                {
                    done(first + i, pictures[i]);
                }

                first += size;
                progress?.Report((double)first / count);
            }
            catch (InsufficientMemoryException) when (size > 1)
            {
                _largestBatch = size / 2;
            }
        }
    }

    private void Denoise(double[] sample, int count, PictureRequest request, SamplingPlan plan, Action<double> progress, CancellationToken cancel)
    {
        // Networks that take the strength of guidance as an input are guided by it alone.
        var settings = _denoiser.EmbedsGuidance ? new GuidanceSettings() : request.Guidance;
        var guidance = _guidances[settings.Method];
        var classes = ClassesOf(request);
        var run = new GuidanceRun(settings, plan, count, Folder.Dimension) { Classifier = classes?.Network, Wanted = classes?.Wanted ?? 0 };
        run = run with { Rehearsed = Rehearse(guidance, run, request, classes, cancel) };
        var calls = GuidedSampling.Run(
            plan, guidance.Begin(run), sample, count, AnswererOf(request, classes, cancel), call => progress((call + 1.0) / (plan.Steps.Length + 1)),
            Kept(guidance, run, request, classes, cancel));
        Calls = new(Calls.Made + calls.Sum(), Calls.Saved + (settings.Scale == 1 ? 0 : calls.Sum(made => (2 * plan.Steps.Length) - made)));
    }

    // The other picture's latent, as the same request makes it; once for each request.
    private KeptRegion? Kept(Guidance guidance, GuidanceRun run, PictureRequest request, PromptClasses? classes, CancellationToken cancel)
    {
        if (request.Keep is { } keep && _kept.Request != request)
        {
            var sample = new double[Folder.Dimension];
            Noise.Philox(keep.Seed, Purpose.Begin, 0).Normal(0, sample);
            if (keep.Shell)
            {
                new Geometry.Shell().Project(sample);
            }

            var calls = GuidedSampling.Run(run.Plan, guidance.Begin(run with { Count = 1 }), sample, 1, AnswererOf(request, classes, cancel));
            Calls = Calls with { Made = Calls.Made + calls.Sum() };
            _kept = (request, new KeptRegion(sample, keep.Mask(Folder.LatentShape)));
        }

        return request.Keep is null ? null : _kept.Region;
    }

    // Once for each request: what is learned serves all batches after it.
    private Guide? Rehearse(Guidance guidance, GuidanceRun run, PictureRequest request, PromptClasses? classes, CancellationToken cancel)
    {
        const int count = 2;
        if (_rehearsed.Request != request && guidance.Rehearse(run with { Count = count }) is { } rehearsal)
        {
            var sample = new double[count * Folder.Dimension];
            Noise.Philox(0, Purpose.Begin, 0).Normal(0, sample);
            var calls = GuidedSampling.Run(run.Plan, rehearsal, sample, count, AnswererOf(request, classes, cancel));
            Calls = Calls with { Made = Calls.Made + calls.Sum() };
            _rehearsed = (request, rehearsal);
        }

        return _rehearsed.Request == request ? _rehearsed.Guide : null;
    }

    private Answerer AnswererOf(PictureRequest request, PromptClasses? classes, CancellationToken cancel)
    {
        var prompts = new Dictionary<int, Conditioning>();
        Question[] asked = [];
        double[] rows = [];
        return (step, questions, samples, answers) =>
        {
            if (!questions.SequenceEqual(asked))
            {
                asked = [.. questions];
                rows = new double[asked.Length * Folder.Dimension];
                _denoiser.Begin([.. asked.Select(question => Encoded(question.Prompt))], request.Guidance.Scale);
            }

            for (var row = 0; row < asked.Length; row++)
            {
                samples.Slice(asked[row].Sample * Folder.Dimension, Folder.Dimension).CopyTo(rows.AsSpan(row * Folder.Dimension));
            }

            _denoiser.Run(step.Timestep, rows, answers, cancel);
        };

        Conditioning Encoded(int prompt)
        {
            if (!prompts.TryGetValue(prompt, out var encoded))
            {
                encoded = _prompts.Encode(
                    prompt switch { Prompt.Negative => request.NegativePrompt, Prompt.Wanted => request.Prompt, _ => classes!.PromptOf(prompt - Prompt.FirstClass) }, cancel);
                prompts.Add(prompt, encoded);
            }

            return encoded;
        }
    }
}
