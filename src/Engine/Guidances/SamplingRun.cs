using Ranking.Engine.Schedulers;

namespace Ranking.Engine.Guidances;

/// <summary>
/// Samples on their way from noise to pictures, one network call at a time: a sampler's plan and a guidance. Whoever drives
/// it asks the model <see cref="Questions"/> and passes on the answers, which lets several runs share a call.
/// </summary>
public sealed class SamplingRun
{
    private readonly SamplingPlan _plan;
    private readonly Guide _guide;
    private readonly KeptRegion? _kept;
    private readonly int _dimension;
    private readonly double[] _memory;
    private readonly double[] _guided;
    private readonly double[] _before;
    private readonly double[] _draw;
    private readonly int[] _calls;
    private readonly List<Question> _questions = [];

    /// <summary>Starts from noise, or from what is on the way already.</summary>
    /// <param name="plan">The sampler's calls.</param>
    /// <param name="guide">The guidance of this run.</param>
    /// <param name="samples">All samples, one after the other, at the noise level of the plan's first call; clean in the end.</param>
    /// <param name="count">How many samples.</param>
    /// <param name="kept">What stays as it is in all samples; null for nothing.</param>
    public SamplingRun(SamplingPlan plan, Guide guide, double[] samples, int count, KeptRegion? kept = null)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(guide);
        ArgumentNullException.ThrowIfNull(samples);
        (_plan, _guide, Samples, Count, _kept) = (plan, guide, samples, count, kept);
        _dimension = samples.Length / count;
        (_memory, _guided, _before) = (new double[plan.Memory * samples.Length], new double[samples.Length], new double[samples.Length]);
        _draw = new double[plan.IsDeterministic ? 0 : samples.Length];
        _calls = new int[count];
        Ask();
    }

    /// <summary>The samples as they are now.</summary>
    public double[] Samples { get; }

    /// <summary>How many there are.</summary>
    public int Count { get; }

    /// <summary>The index of the present call; the number of calls when all are made.</summary>
    public int Call { get; private set; }

    /// <summary>Whether the samples are clean.</summary>
    public bool IsFinished => Call == _plan.Steps.Length;

    /// <summary>The step of the present call.</summary>
    public SamplingStep Step => _plan.Steps[Call];

    /// <summary>The sampler's calls.</summary>
    public SamplingPlan Plan => _plan;

    /// <summary>What the model is asked now.</summary>
    public IReadOnlyList<Question> Questions => _questions;

    /// <summary>For every sample how many answers it took so far.</summary>
    public IReadOnlyList<int> Calls => _calls;

    /// <summary>Takes the answers and moves on one call.</summary>
    /// <param name="answers">The answers in the order of <see cref="Questions"/>.</param>
    public void Answer(ReadOnlySpan<double> answers)
    {
        var references = _questions.Count - Count;
        var step = _plan.Steps[Call];
        for (var (sample, asked) = (0, 0); sample < Count; sample++)
        {
            var hasReference = asked < references && _questions[asked].Sample == sample;
            var reference = hasReference ? answers.Slice(asked++ * _dimension, _dimension) : [];
            var wanted = answers.Slice((references + sample) * _dimension, _dimension);
            _guide.Combine(Call, sample, Part(Samples, sample), reference, wanted, Part(_guided, sample));
            _kept?.Constrain(step, Part(Samples, sample), Part(_guided, sample));
            _calls[sample] += hasReference ? 2 : 1;
        }

        // A stochastic sampler draws the same for every candidate: a picture depends on its latent and the request alone.
        for (var at = 0; at < _draw.Length; at += _dimension)
        {
            Noise.Philox(0, Purpose.Scheduler, (uint)Call).Normal(0, _draw.AsSpan(at, _dimension));
        }

        Samples.CopyTo(_before, 0);
        _plan.Step(Call, Samples, _guided, _memory, _draw);
        Call++;
        if (!IsFinished)
        {
            Ask();
            return;
        }

        for (var sample = 0; sample < Count; sample++)
        {
            _kept?.Restore(Part(Samples, sample));
        }
    }

    /// <summary>What the last answers make of a sample in one leap: the clean sample that they stand for.</summary>
    /// <param name="sample">The index of the sample.</param>
    /// <param name="clean">Receives it.</param>
    /// <exception cref="InvalidOperationException">There was no answer yet.</exception>
    public void Estimate(int sample, Span<double> clean)
    {
        if (Call == 0)
        {
            throw new InvalidOperationException("Answers come first.");
        }

        var step = _plan.Steps[Call - 1];
        var before = Part(_before, sample);
        var guided = Part(_guided, sample);
        for (var i = 0; i < clean.Length; i++)
        {
            clean[i] = (step.CleanSample * before[i]) + (step.CleanOutput * guided[i]);
        }
    }

    private Span<double> Part(double[] block, int sample) => block.AsSpan(sample * _dimension, _dimension);

    private void Ask()
    {
        _questions.Clear();
        for (var sample = 0; sample < Count; sample++)
        {
            if (_guide.Reference(Call, sample) is var prompt and not Prompt.None)
            {
                _questions.Add(new(sample, prompt));
            }
        }

        for (var sample = 0; sample < Count; sample++)
        {
            _questions.Add(new(sample, Prompt.Wanted));
        }
    }
}
