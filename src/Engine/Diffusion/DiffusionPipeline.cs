using Ranking.Engine.Schedulers;

namespace Ranking.Engine.Diffusion;

/// <summary>How pictures are made from latents.</summary>
/// <param name="Prompt">What they should show.</param>
/// <param name="NegativePrompt">What they should not show.</param>
/// <param name="Sampler">The key of a sampler.</param>
/// <param name="Steps">Network calls per picture.</param>
/// <param name="Guidance">The strength of guidance; 1 for none, which halves the work.</param>
/// <param name="Rescale">The share of rescaled guidance, 0 to 1.</param>
public sealed record PictureRequest(string Prompt, string NegativePrompt, string Sampler, int Steps, double Guidance, double Rescale);

/// <summary>
/// A loaded model: initial noise latents in, pictures out. All candidates of a batch, and both halves of guidance, go
/// through each network in one call. Safe to use from several threads: they take turns.
/// </summary>
public sealed class DiffusionPipeline : IDisposable
{
    private const int PixelsPerBatch = 1 << 20;

    private readonly Catalog<Scheduler> _schedulers;
    private readonly SemaphoreSlim _turn = new(1);
    private readonly PromptEncoder _prompts;
    private readonly Denoiser _denoiser;
    private readonly Decoder _decoder;
    private int _largestBatch;

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
    }

    /// <summary>The model.</summary>
    public ModelFolder Folder { get; }

    /// <summary>Time inside ONNX Runtime so far, for benchmarks.</summary>
    public TimeSpan Busy => _prompts.Busy + _denoiser.Busy + _decoder.Busy;

    /// <summary>
    /// The largest difference, in levels of 255, between the same picture made alone and in a batch, as it was measured;
    /// null before.
    /// </summary>
    public int? BatchDifference { get; private set; }

    /// <summary>How many of a prompt's tokens the model reads, and how many it has.</summary>
    public (int Read, int Given) TokensOf(string prompt) => _prompts.TokensOf(prompt);

    /// <summary>Measures <see cref="BatchDifference"/> with three latents and two steps.</summary>
    public async Task<int> MeasureBatchDifferenceAsync(CancellationToken cancel = default)
    {
        const int count = 3;
        var latents = new double[count * Folder.Dimension];
        Noise.Philox(0, Purpose.Begin, 0).Normal(0, latents);
        var request = new PictureRequest(Folder.Prompt, Folder.NegativePrompt, Folder.Sampler, 2, Folder.Guidance, 0);
        var (together, alone) = (new Picture[count], new Picture[1]);
        await DrawAsync(latents, count, request, (i, picture) => together[i] = picture, null, cancel);
        await DrawAsync(latents.AsMemory(0, Folder.Dimension), 1, request, (_, picture) => alone[0] = picture, null, cancel);
        var largest = together[0].Rgb.Zip(alone[0].Rgb, (a, b) => Math.Abs(a - b)).Max();
        BatchDifference = largest;
        return largest;
    }

    /// <summary>Makes pictures.</summary>
    /// <param name="latents">count × <see cref="ModelFolder.Dimension"/> numbers: the noise at which sampling starts.</param>
    /// <param name="count">How many pictures.</param>
    /// <param name="request">How.</param>
    /// <param name="done">Called for each finished picture with its index.</param>
    /// <param name="progress">Receives the finished share, 0 to 1, after each step.</param>
    /// <param name="cancel">Stops inside a network call.</param>
    /// <exception cref="InvalidDataException">The sampler refuses, or a network fails.</exception>
    public async Task DrawAsync(
        ReadOnlyMemory<double> latents, int count, PictureRequest request, Action<int, Picture> done,
        IProgress<double>? progress = null, CancellationToken cancel = default)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(latents.Length, count * Folder.Dimension);
        var plan = _schedulers[request.Sampler].Plan(Folder.SchedulerConfig, request.Steps);
        await _turn.WaitAsync(cancel);
        try
        {
            await Task.Run(() => DrawAll(latents.Span, count, request, plan, done, progress, cancel), cancel);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _prompts.Dispose();
        _denoiser.Dispose();
        _decoder.Dispose();
        _turn.Dispose();
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
        var isGuided = request.Guidance != 1 && !_denoiser.EmbedsGuidance;
        Conditioning[] prompts = isGuided
            ? [_prompts.Encode(request.NegativePrompt, cancel), _prompts.Encode(request.Prompt, cancel)]
            : [_prompts.Encode(request.Prompt, cancel)];
        var memory = new double[plan.Memory * sample.Length];
        var output = new double[prompts.Length * sample.Length];
        var draw = new double[plan.Steps.Any(s => s.Draw != 0) ? sample.Length : 0];
        _denoiser.Begin(count, prompts, request.Guidance);
        for (var i = 0; i < plan.Steps.Length; i++)
        {
            _denoiser.Run(plan.Steps[i].Timestep, sample, output, cancel);
            if (isGuided)
            {
                Guide(output, request);
            }

            Draw(i, draw);
            plan.Step(i, sample, output.AsSpan(0, sample.Length), memory, draw);
            progress((i + 1.0) / (plan.Steps.Length + 1));
        }
    }

    // Writes the guided answers over the first half, sample by sample.
    private void Guide(Span<double> output, PictureRequest request)
    {
        var half = output.Length / 2;
        for (var at = 0; at < half; at += Folder.Dimension)
        {
            var unconditional = output.Slice(at, Folder.Dimension);
            Guidance.Combine(unconditional, output.Slice(half + at, Folder.Dimension), request.Guidance, request.Rescale, unconditional);
        }
    }

    // A stochastic sampler draws the same for every candidate: a picture depends on its latent and the request alone.
    private void Draw(int step, Span<double> draw)
    {
        for (var at = 0; at < draw.Length; at += Folder.Dimension)
        {
            Noise.Philox(0, Purpose.Scheduler, (uint)step).Normal(0, draw.Slice(at, Folder.Dimension));
        }
    }
}
