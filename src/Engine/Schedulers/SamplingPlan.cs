using System.Collections.Immutable;
using System.Numerics.Tensors;

namespace Ranking.Engine.Schedulers;

/// <summary>
/// One step of a sampler as coefficients. With x the sample, m the network's output and e₀ this call's estimate,
/// <c>e₀ = clip(EstimateSample·x + EstimateOutput·m)</c> and
/// <c>next = Sample·x + Output·m + Σⱼ Estimates[j]·eⱼ + Draw·w</c>, where eⱼ is the estimate j calls ago and w is
/// standard normal.
/// </summary>
public sealed record SamplingStep
{
    /// <summary>The time that the network is told.</summary>
    public required double Timestep { get; init; }

    /// <summary>The noise level of the sample before the step.</summary>
    public required NoiseLevel From { get; init; }

    /// <summary>The noise level of the sample after the step.</summary>
    public required NoiseLevel To { get; init; }

    /// <summary>The factor of the sample in the clean picture that the network's output stands for.</summary>
    public required double CleanSample { get; init; }

    /// <summary>The factor of the output in the clean picture that it stands for.</summary>
    public required double CleanOutput { get; init; }

    /// <summary>The factor of the sample in this call's estimate.</summary>
    public double EstimateSample { get; init; }

    /// <summary>The factor of the network's output in this call's estimate.</summary>
    public double EstimateOutput { get; init; }

    /// <summary>The estimate is clipped to ± this.</summary>
    public double EstimateBound { get; init; } = double.PositiveInfinity;

    /// <summary>The factor of the sample in the next sample.</summary>
    public double Sample { get; init; }

    /// <summary>The factor of the network's output in the next sample.</summary>
    public double Output { get; init; }

    /// <summary>The factors of this call's and earlier estimates in the next sample, newest first.</summary>
    public ImmutableArray<double> Estimates { get; init; } = [];

    /// <summary>The factor of a standard normal draw in the next sample; 0 for a deterministic step.</summary>
    public double Draw { get; init; }
}

/// <summary>
/// All that a sampler does in a given number of steps, decided before the first one: the solvers in use are linear in
/// the sample and in the network's outputs, so a plan is a table. It has no state; what a multistep method remembers is
/// an argument, and a step allocates nothing.
/// </summary>
/// <param name="Steps">The network calls, noisiest first: one a step for most samplers.</param>
public sealed record SamplingPlan(ImmutableArray<SamplingStep> Steps)
{
    /// <summary>The factor of the initial noise in the first sample: a little below 1 where a run starts below pure noise.</summary>
    public double Start { get; init; } = 1;

    /// <summary>Whether no step draws: the picture is then a smooth function of the initial noise.</summary>
    public bool IsDeterministic { get; } = Steps.All(s => s.Draw == 0);

    /// <summary>How many estimates a step may look at, this call's included: the memory holds as many samples.</summary>
    public int Memory { get; } = Math.Max(1, Steps.Max(s => s.Estimates.Length));

    /// <summary>Moves a sample (or several in one block) one step, in place.</summary>
    /// <param name="step">The index of the step, from 0.</param>
    /// <param name="sample">The sample; the next one afterwards.</param>
    /// <param name="output">What the network answered for it.</param>
    /// <param name="memory"><see cref="Memory"/> samples that belong to this run; the same block in every step.</param>
    /// <param name="draw">Standard normal numbers; needed only where <see cref="SamplingStep.Draw"/> is not 0.</param>
    public void Step(int step, Span<double> sample, ReadOnlySpan<double> output, Span<double> memory, ReadOnlySpan<double> draw)
    {
        var now = Steps[step];
        if (!now.Estimates.IsEmpty)
        {
            var estimate = Remembered(memory, step, sample.Length);
            TensorPrimitives.Multiply(output, now.EstimateOutput, estimate);
            TensorPrimitives.MultiplyAdd(sample, now.EstimateSample, estimate, estimate);
            if (double.IsFinite(now.EstimateBound))
            {
                TensorPrimitives.Clamp(estimate, -now.EstimateBound, now.EstimateBound, estimate);
            }
        }

        TensorPrimitives.Multiply(sample, now.Sample, sample);
        if (now.Output != 0)
        {
            TensorPrimitives.MultiplyAdd(output, now.Output, sample, sample);
        }

        for (var j = 0; j < now.Estimates.Length; j++)
        {
            if (now.Estimates[j] != 0)
            {
                TensorPrimitives.MultiplyAdd(Remembered(memory, step - j, sample.Length), now.Estimates[j], sample, sample);
            }
        }

        if (now.Draw != 0)
        {
            TensorPrimitives.MultiplyAdd(draw, now.Draw, sample, sample);
        }
    }

    private Span<double> Remembered(Span<double> memory, int step, int length) => memory.Slice(step % Memory * length, length);
}
