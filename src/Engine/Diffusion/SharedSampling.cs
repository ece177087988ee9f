using System.Diagnostics.CodeAnalysis;
using System.Numerics.Tensors;
using Ranking.Engine.Guidances;
using Ranking.Engine.Schedulers;

namespace Ranking.Engine.Diffusion;

/// <summary>
/// Takes the pictures of all callers of a model through its networks, with as many of them as fit in one call. Where each
/// row of a call may be at a time of its own, blocks join and leave at every step; else those are formed into a batch that
/// begin together and have the same timesteps. First come, first served: a block that does not fit yet holds up those
/// behind it, so that nobody waits for ever.
/// </summary>
/// <param name="folder">The model.</param>
/// <param name="prompts">Its text encoders.</param>
/// <param name="denoiser">Its denoiser.</param>
/// <param name="decoder">Its decoder.</param>
[SuppressMessage("Reliability", "CA1001", Justification = "A cancellation source without a timer holds nothing to give back.")]
internal sealed class SharedSampling(ModelFolder folder, PromptEncoder prompts, Denoiser denoiser, Decoder decoder)
{
    private const int Remembered = 64;

    private readonly Catalog<Guidance> _guidances = new();
    private readonly Lock _gate = new();
    private readonly List<Block> _waiting = [];
    private readonly List<Block> _active = [];
    private readonly List<(Conditioning Prompt, double Guidance)> _asked = [];
    private readonly Dictionary<PictureRequest, Guide?> _rehearsed = [];
    private readonly Dictionary<PictureRequest, KeptRegion> _kept = [];
    private CancellationTokenSource _stop = new();
    private Task _work = Task.CompletedTask;
    private bool _isWorking;
    private double[] _times = [];
    private double[] _rows = [];
    private double[] _answers = [];

    /// <summary>How many pictures fit into one call.</summary>
    public int Largest { get; set; } = 1;

    /// <summary>The denoiser's answers so far.</summary>
    public NetworkCalls Calls { get; private set; }

    /// <summary>Puts blocks in line.</summary>
    public void Add(Drawing drawing)
    {
        lock (_gate)
        {
            _waiting.AddRange(drawing.Blocks);
            if (!_isWorking)
            {
                _isWorking = true;
                _work = Task.Run(Work);
            }
        }
    }

    /// <summary>Finds out whether pictures may join others on their way, before anything is drawn.</summary>
    public void TryOwnTimes(string prompt, CancellationToken cancel)
    {
        denoiser.TryOwnTimes(prompts.Encode(prompt, cancel), cancel);
        _asked.Clear();
    }

    /// <summary>Lets go of what waits, and of the network call in progress if nobody wants it any more, after a caller has given up.</summary>
    public void Look()
    {
        lock (_gate)
        {
            DropFrom(_waiting);
            if (_active.Count > 0 && _active.TrueForAll(block => block.Drawing.IsCancelled))
            {
                _ = _stop.CancelAsync();
            }
        }
    }

    /// <summary>Waits until nothing is drawn. Who calls has cancelled everything before.</summary>
    public void Finish() => _work.Wait();

    private void Work()
    {
        while (true)
        {
            lock (_gate)
            {
                Admit();
                if (_active.Count == 0)
                {
                    _isWorking = false;
                    return;
                }

                _stop = _stop.IsCancellationRequested ? new() : _stop;
            }

            Advance();
        }
    }

    // Lets go of what was given up, and takes in what fits.
    private void Admit()
    {
        DropFrom(_active);
        DropFrom(_waiting);
        for (var i = 0; i < _waiting.Count;)
        {
            var block = _waiting[i];
            if (_active.Count > 0 && _active.Sum(other => other.Count) + block.Count > Largest)
            {
                return;
            }

            if (_active.Count == 0 || denoiser.TakesOwnTimes || AreInStep(_active[0], block))
            {
                _active.Add(block);
                _waiting.RemoveAt(i);
            }
            else
            {
                i++;
            }
        }
    }

    private static bool AreInStep(Block one, Block other) =>
        (one.Run?.Call ?? 0) == (other.Run?.Call ?? 0)
        && one.Plan.Steps.Length == other.Plan.Steps.Length && one.Plan.Steps.Zip(other.Plan.Steps).All(pair => pair.First.Timestep == pair.Second.Timestep);

    private static void DropFrom(List<Block> blocks)
    {
        foreach (var block in blocks.Where(block => block.Drawing.IsCancelled || block.Drawing.IsOver).ToArray())
        {
            blocks.Remove(block);
            block.Drawing.Fail(new OperationCanceledException());
        }
    }

    // One network call for all blocks, and the decoder for those that are finished.
    private void Advance()
    {
        foreach (var block in _active.Where(block => block.Run is null).ToArray())
        {
            Attempt([block], () => Begin(block));
        }

        if (_active.Count == 0)
        {
            return;
        }

        Attempt(_active, Ask);
        if (_active.FindAll(block => block.Run!.IsFinished) is { Count: > 0 } finished)
        {
            Attempt(finished, () => Decode(finished));
        }
    }

    // What goes wrong is told to those whom it concerns; what was given up is let go of when the next call is made up.
    private void Attempt(List<Block> blocks, Action act)
    {
        try
        {
            act();
        }
        catch (OperationCanceledException)
        {
            // Those who gave up leave at the next look; whoever is still there goes on.
        }
        catch (InsufficientMemoryException error)
        {
            Shrink(blocks, error);
        }
#pragma warning disable CA1031 // Whatever a network or a caller throws concerns these blocks; the others go on.
        catch (Exception error)
#pragma warning restore CA1031
        {
            foreach (var block in blocks.ToArray())
            {
                Leave(block);
                block.Drawing.Fail(error);
            }
        }
    }

    private void Leave(Block block)
    {
        lock (_gate)
        {
            _active.Remove(block);
        }
    }

    // No answer was taken yet: the youngest blocks wait where they are, or one large one is begun anew in halves.
    private void Shrink(List<Block> blocks, InsufficientMemoryException error)
    {
        lock (_gate)
        {
            var (oldest, pictures) = (blocks[0], blocks.Sum(block => block.Count));
            Largest = Math.Max(1, pictures / 2);
            if (blocks.Count > 1)
            {
                foreach (var block in blocks.Skip(1).Reverse().ToArray())
                {
                    _active.Remove(block);
                    _waiting.Insert(0, block);
                }
            }
            else if (oldest.Count > 1)
            {
                _active.Remove(oldest);
                var halves = oldest.Halves();
                oldest.Drawing.Blocks.Remove(oldest);
                oldest.Drawing.Blocks.AddRange(halves);
                _waiting.InsertRange(0, halves);
            }
            else
            {
                _active.Remove(oldest);
                oldest.Drawing.Fail(error);
            }
        }
    }

    private void Begin(Block block)
    {
        var request = block.Request;

        // Networks that take the strength of guidance as an input are guided by it alone.
        var settings = denoiser.EmbedsGuidance ? new GuidanceSettings() : request.Guidance;
        var guidance = _guidances[settings.Method];
        var run = new GuidanceRun(settings, block.Plan, block.Count, folder.Dimension) { Classifier = block.Classes?.Network, Wanted = block.Classes?.Wanted ?? 0 };
        run = run with { Rehearsed = Rehearse(guidance, run, block) };
        var samples = block.Latents.ToArray();
        TensorPrimitives.Multiply(samples, block.Plan.Start, samples);
        block.Run = new SamplingRun(block.Plan, guidance.Begin(run), samples, block.Count, Kept(guidance, run, block));
    }

    private void Ask()
    {
        var (dimension, size) = (folder.Dimension, _active.Sum(block => block.Run!.Questions.Count));
        if (_times.Length < size)
        {
            (_times, _rows, _answers) = (new double[size], new double[size * dimension], new double[size * dimension]);
        }

        var (asked, row) = (new List<(Conditioning, double)>(size), 0);
        foreach (var block in _active)
        {
            foreach (var question in block.Run!.Questions)
            {
                asked.Add((Encoded(block, question.Prompt), block.Request.Guidance.Scale));
                _times[row] = block.Run.Step.Timestep;
                block.Run.Samples.AsSpan(question.Sample * dimension, dimension).CopyTo(_rows.AsSpan(row++ * dimension));
            }
        }

        // Prompts are written once for as long as the same rows ask.
        if (!_asked.SequenceEqual(asked))
        {
            _asked.Clear();
            denoiser.Begin(asked);
            _asked.AddRange(asked);
        }

        denoiser.Run(_times.AsSpan(0, size), _rows.AsSpan(0, size * dimension), _answers.AsSpan(0, size * dimension), _stop.Token);
        row = 0;
        foreach (var block in _active.ToArray())
        {
            var first = row * dimension;
            var length = block.Run!.Questions.Count * dimension;
            row += block.Run.Questions.Count;
            Attempt([block], () => Answer(block, _answers.AsSpan(first, length)));
        }
    }

    private void Answer(Block block, ReadOnlySpan<double> answers)
    {
        var run = block.Run!;
        run.Answer(answers);
        if (run.IsFinished)
        {
            var made = run.Calls.Sum();
            Count(block, new(made, block.Request.Guidance.Scale == 1 || denoiser.EmbedsGuidance ? 0 : (2L * block.Count * run.Plan.Steps.Length) - made));
        }

        block.Drawing.Report();
    }

    // All that is finished in as few calls as fit.
    private void Decode(List<Block> finished)
    {
        double[] samples = [.. finished.SelectMany(block => block.Run!.Samples)];
        var pictures = new List<Picture>();
        for (var count = samples.Length / folder.Dimension; pictures.Count < count;)
        {
            var size = Math.Min(count - pictures.Count, Largest);
            try
            {
                pictures.AddRange(decoder.Decode(samples.AsSpan(pictures.Count * folder.Dimension, size * folder.Dimension).ToArray(), size, _stop.Token));
            }
            catch (InsufficientMemoryException error)
            {
                Largest = size > 1 ? size / 2 : throw new InvalidDataException(error.Message, error);
            }
        }

        var first = 0;
        foreach (var block in finished)
        {
            var own = pictures.GetRange(first, block.Count);
            first += block.Count;
            Leave(block);
            Attempt([block], () => block.Drawing.Hand(block, own));
        }
    }

    private void Count(Block block, NetworkCalls calls)
    {
        Calls = new(Calls.Made + calls.Made, Calls.Saved + calls.Saved);
        block.Drawing.Count(calls);
    }

    private Conditioning Encoded(Block block, int prompt) => prompts.Encode(
        prompt switch
        {
            Prompt.Negative => block.Request.NegativePrompt,
            Prompt.Wanted => block.Request.Prompt,
            _ => block.Classes!.PromptOf(prompt - Prompt.FirstClass),
        },
        block.Drawing.Cancel);

    // The other picture's latent, as the same request makes it; once for each request.
    private KeptRegion? Kept(Guidance guidance, GuidanceRun run, Block block)
    {
        if (block.Request.Keep is not { } keep)
        {
            return null;
        }

        if (!_kept.TryGetValue(block.Request, out var region))
        {
            var sample = new double[folder.Dimension];
            Noise.Philox(keep.Seed, Purpose.Begin, 0).Normal(0, sample);
            if (keep.Shell)
            {
                new Geometry.Shell().Project(sample);
            }

            Alone(run.Plan, guidance.Begin(run with { Count = 1 }), sample, 1, block);
            Remember(_kept, block.Request, region = new KeptRegion(sample, keep.Mask(folder.LatentShape)));
        }

        return region;
    }

    // Once for each request: what is learned serves all batches after it.
    private Guide? Rehearse(Guidance guidance, GuidanceRun run, Block block)
    {
        const int count = 2;
        if (_rehearsed.TryGetValue(block.Request, out var known))
        {
            return known;
        }

        var rehearsal = guidance.Rehearse(run with { Count = count });
        if (rehearsal is not null)
        {
            var sample = new double[count * folder.Dimension];
            Noise.Philox(0, Purpose.Begin, 0).Normal(0, sample);
            Alone(run.Plan, rehearsal, sample, count, block);
        }

        Remember(_rehearsed, block.Request, rehearsal);
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

    // A run that nobody shares, for what a request needs before its pictures.
    private void Alone(SamplingPlan plan, Guide guide, double[] samples, int count, Block block)
    {
        _asked.Clear();
        var dimension = folder.Dimension;
        var calls = GuidedSampling.Run(plan, guide, samples, count, (step, questions, all, answers) =>
        {
            var rows = new double[questions.Count * dimension];
            foreach (var (row, question) in questions.Index())
            {
                all.Slice(question.Sample * dimension, dimension).CopyTo(rows.AsSpan(row * dimension));
            }

            denoiser.Begin([.. questions.Select(question => (Encoded(block, question.Prompt), block.Request.Guidance.Scale))]);
            denoiser.Run([.. Enumerable.Repeat(step.Timestep, questions.Count)], rows, answers, block.Drawing.Cancel);
        });
        Count(block, new(calls.Sum(), 0));
    }
}
