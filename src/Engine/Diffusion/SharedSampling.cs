using System.Diagnostics.CodeAnalysis;

namespace Ranking.Engine.Diffusion;

/// <summary>
/// Takes the pictures of all callers of a model through its networks, with as many of them as fit in one call. Where each
/// row of a call may be at a time of its own, blocks join and leave at every step; else those are formed into a batch that
/// begin together and have the same timesteps. First come, first served: a block that does not fit yet holds up those
/// behind it, so that nobody waits for ever.
/// </summary>
/// <param name="folder">The model.</param>
/// <param name="beginnings">What blocks need before their first call.</param>
/// <param name="denoiser">Its denoiser.</param>
/// <param name="decoder">Its decoder.</param>
[SuppressMessage("Reliability", "CA1001", Justification = "A cancellation source without a timer holds nothing to give back.")]
internal sealed class SharedSampling(ModelFolder folder, Beginnings beginnings, Denoiser denoiser, Decoder decoder)
{
    private readonly Lock _gate = new();
    private readonly List<Block> _waiting = [];
    private readonly List<Block> _active = [];
    private readonly List<(Conditioning Prompt, double Guidance)> _asked = [];
    private CancellationTokenSource _stop = new();
    private Task _work = Task.CompletedTask;
    private readonly GlimpseMap _glimpses = new(folder.LatentShape);
    private NetworkCalls _calls;
    private bool _isWorking;
    private double[] _times = [];
    private double[] _rows = [];
    private double[] _answers = [];

    /// <summary>How many pictures fit into one call.</summary>
    public int Largest { get; set; } = 1;

    /// <summary>How often pictures on their way are shown at most.</summary>
    public TimeSpan BetweenGlimpses { get; set; } = TimeSpan.FromMilliseconds(400);

    /// <summary>The denoiser's answers so far, in finished runs.</summary>
    public NetworkCalls Calls => _calls + beginnings.Calls;

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
        denoiser.TryOwnTimes(beginnings.Encode(prompt, cancel), cancel);
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
            Attempt([block], () =>
            {
                _asked.Clear();
                block.Run = beginnings.Begin(block);
            });
        }

        // Who gave up on the way has not begun, and leaves at the next look.
        if (_active.Count == 0 || _active.Exists(block => block.Run is null))
        {
            return;
        }

        Attempt(_active, Ask);
        foreach (var drawing in _active.Select(block => block.Drawing).Distinct().ToArray())
        {
            Attempt(_active.FindAll(block => block.Drawing == drawing), () => drawing.Glimpse(_glimpses, BetweenGlimpses));
        }

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
                asked.Add((beginnings.Encode(block, question.Prompt), block.Request.Guidance.Scale));
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
            var calls = new NetworkCalls(made, block.Request.Guidance.Scale == 1 || denoiser.EmbedsGuidance ? 0 : (2L * block.Count * run.Plan.Steps.Length) - made);
            _calls += calls;
            block.Drawing.Count(calls);
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
            for (var i = 0; i < own.Count; i++)
            {
                _glimpses.Learn(block.Run!.Samples.AsSpan(i * folder.Dimension, folder.Dimension), own[i]);
            }

            Leave(block);
            Attempt([block], () => block.Drawing.Hand(block, own));
        }
    }
}
