using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using Ranking.Engine.Guidances;

namespace Ranking.Engine.Diffusion;

/// <summary>
/// What pictures need before their first network call: prompts as numbers, what a guidance learns beforehand, the region
/// that is kept of another picture, the latent of the picture they start from. Each is made once for a request and those
/// around it. Not for several threads at once.
/// </summary>
/// <param name="folder">The model.</param>
/// <param name="prompts">Its text encoders.</param>
/// <param name="denoiser">Its denoiser.</param>
/// <param name="pictures">Its encoder for pictures.</param>
internal sealed class Beginnings(ModelFolder folder, PromptEncoder prompts, Denoiser denoiser, Lazy<PictureEncoder> pictures)
{
    private const int Remembered = 64;

    private readonly Catalog<Guidance> _guidances = new();
    private readonly Dictionary<PictureRequest, Guide?> _rehearsed = [];
    private readonly Dictionary<PictureRequest, KeptRegion> _kept = [];
    private readonly ConditionalWeakTable<Picture, double[]> _starts = [];
    private readonly ConditionalWeakTable<PromptShift, Conditioning> _moved = [];

    /// <summary>The denoiser's answers that all this took so far.</summary>
    public NetworkCalls Calls { get; private set; }

    /// <summary>A block's run, ready for its first call.</summary>
    /// <exception cref="InvalidDataException">A network fails.</exception>
    public SamplingRun Begin(Block block)
    {
        // Networks that take the strength of guidance as an input are guided by it alone.
        var settings = denoiser.EmbedsGuidance ? new GuidanceSettings() : block.Request.Guidance;
        var guidance = _guidances[settings.Method];
        var run = new GuidanceRun(settings, block.Plan, block.Count, folder.Dimension) { Classifier = block.Classes?.Network, Wanted = block.Classes?.Wanted ?? 0 };
        var middle = block with { Request = block.Request.Middle ?? block.Request };
        var middleRun = run with { Settings = denoiser.EmbedsGuidance ? settings : middle.Request.Guidance };
        run = run with { Rehearsed = Rehearse(guidance, middleRun, middle) };
        return new SamplingRun(block.Plan, guidance.Begin(run), Start(block), block.Count, Kept(guidance, middleRun with { Rehearsed = run.Rehearsed }, middle));
    }

    /// <summary>A prompt as numbers.</summary>
    public Conditioning Encode(string prompt, CancellationToken cancel) => prompts.Encode(prompt, cancel);

    /// <summary>What a block asks for, as numbers.</summary>
    /// <param name="block">The block.</param>
    /// <param name="prompt">One of <see cref="Prompt"/>.</param>
    public Conditioning Encode(Block block, int prompt)
    {
        var (request, cancel) = (block.Request, block.Drawing.Cancel);
        return prompt switch
        {
            Prompt.Negative => prompts.Encode(request.NegativePrompt, cancel),
            Prompt.Wanted when request.Shift is { } shift =>
                _moved.GetValue(shift, key => key.Move(prompts.Encode(request.Prompt, cancel), other => prompts.Encode(other, cancel))),
            Prompt.Wanted => prompts.Encode(request.Prompt, cancel),
            _ => prompts.Encode(block.Classes!.PromptOf(prompt - Prompt.FirstClass), cancel),
        };
    }

    // Noise at the level of the first call, over a picture where there is one.
    private double[] Start(Block block)
    {
        var samples = block.Latents.ToArray();
        if (block.Request.From is not { } from)
        {
            TensorPrimitives.Multiply(samples, block.Plan.Start, samples);
            return samples;
        }

        var clean = _starts.GetValue(from.Picture, picture => pictures.Value.Encode(picture, block.Drawing.Cancel));
        var level = block.Plan.Steps[0].From;
        TensorPrimitives.Multiply(samples, level.Noise, samples);
        for (var at = 0; at < samples.Length; at += clean.Length)
        {
            var sample = samples.AsSpan(at, clean.Length);
            TensorPrimitives.MultiplyAdd(clean, level.Signal, sample, sample);
        }

        return samples;
    }

    // The other picture's latent, as the same request makes it.
    private KeptRegion? Kept(Guidance guidance, GuidanceRun run, Block middle)
    {
        if (middle.Request.Keep is not { } keep)
        {
            return null;
        }

        if (!_kept.TryGetValue(middle.Request, out var region))
        {
            var noise = new double[folder.Dimension];
            Noise.Philox(keep.Seed, Purpose.Begin, 0).Normal(0, noise);
            if (keep.Shell)
            {
                new Geometry.Shell().Project(noise);
            }

            var samples = Start(middle with { Latents = noise, Count = 1 });
            Alone(new SamplingRun(run.Plan, guidance.Begin(run with { Count = 1 }), samples, 1), middle);
            Remember(_kept, middle.Request, region = new KeptRegion(samples, keep.Mask(folder.LatentShape)));
        }

        return region;
    }

    // What is learned serves all batches after it.
    private Guide? Rehearse(Guidance guidance, GuidanceRun run, Block middle)
    {
        const int count = 2;
        if (_rehearsed.TryGetValue(middle.Request, out var known))
        {
            return known;
        }

        var rehearsal = guidance.Rehearse(run with { Count = count });
        if (rehearsal is not null)
        {
            var noise = new double[count * folder.Dimension];
            Noise.Philox(0, Purpose.Begin, 0).Normal(0, noise);
            Alone(new SamplingRun(run.Plan, rehearsal, Start(middle with { Latents = noise, Count = count }), count), middle);
        }

        Remember(_rehearsed, middle.Request, rehearsal);
        return rehearsal;
    }

    private static void Remember<T>(Dictionary<PictureRequest, T> known, PictureRequest request, T value)
    {
        if (known.Count >= Remembered)
        {
            known.Clear();
        }

        known[request] = value;
    }

    // A run that nobody shares.
    private void Alone(SamplingRun run, Block block)
    {
        var dimension = folder.Dimension;
        while (!run.IsFinished)
        {
            var count = run.Questions.Count;
            var (rows, answers) = (new double[count * dimension], new double[count * dimension]);
            foreach (var (row, question) in run.Questions.Index())
            {
                run.Samples.AsSpan(question.Sample * dimension, dimension).CopyTo(rows.AsSpan(row * dimension));
            }

            denoiser.Begin([.. run.Questions.Select(question => (Encode(block, question.Prompt), block.Request.Guidance.Scale))]);
            denoiser.Run([.. Enumerable.Repeat(run.Step.Timestep, count)], rows, answers, block.Drawing.Cancel);
            run.Answer(answers);
        }

        var calls = new NetworkCalls(run.Calls.Sum(), 0);
        Calls += calls;
        block.Drawing.Count(calls);
    }
}
