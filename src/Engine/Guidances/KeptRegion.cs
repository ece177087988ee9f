using Ranking.Engine.Schedulers;

namespace Ranking.Engine.Guidances;

/// <summary>
/// A part of a sample that stays as it is while the rest is made anew: the decomposed diffusion sampler (arXiv:2303.05754) with a mask as
/// its operator. Data consistency then needs no more than one conjugate-gradient step from the clean estimate, which puts the kept numbers in
/// their places.
/// </summary>
/// <param name="values">A clean sample.</param>
/// <param name="isKept">Which of its numbers are kept.</param>
public sealed class KeptRegion(double[] values, bool[] isKept)
{
    /// <summary>Changes an answer so that its clean estimate has the kept numbers.</summary>
    /// <param name="step">The step.</param>
    /// <param name="x">The sample.</param>
    /// <param name="answer">The answer of the model.</param>
    public void Constrain(SamplingStep step, ReadOnlySpan<double> x, Span<double> answer)
    {
        ArgumentNullException.ThrowIfNull(step);
        for (var i = 0; i < isKept.Length; i++)
        {
            if (isKept[i])
            {
                answer[i] = (values[i] - (step.CleanSample * x[i])) / step.CleanOutput;
            }
        }
    }

    /// <summary>Puts the kept numbers into a finished sample: the last step may end a little above no noise.</summary>
    public void Restore(Span<double> sample)
    {
        for (var i = 0; i < isKept.Length; i++)
        {
            sample[i] = isKept[i] ? values[i] : sample[i];
        }
    }
}
