using Ranking.Engine.Schedulers;

namespace Ranking.Engine.Guidances;

/// <summary>
/// Adaptive projected guidance (arXiv:2410.02416, algorithm 1): the difference of both clean estimates is given a (usually
/// negative) momentum, cut to a longest length, and split; the part that is parallel to the wanted estimate, which
/// oversaturates, is weakened.
/// </summary>
[Entry("projected", "Projected (APG)", Summary = "Guidance at high scales without oversaturation; two network calls per step.", Source = "arXiv:2410.02416")]
public sealed class ProjectedGuidance : Guidance
{
    /// <inheritdoc/>
    public override Guide Begin(GuidanceRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        return new Projected(run);
    }

    private sealed class Projected(GuidanceRun run) : Guide
    {
        private readonly double[] _differences = new double[run.Count * run.Dimension];
        private readonly double[] _clean = new double[run.Dimension];

        public override int Reference(int call, int sample) => run.Settings.Scale == 1 ? Prompt.None : Prompt.Negative;

        public override void Combine(int call, int sample, ReadOnlySpan<double> x, ReadOnlySpan<double> reference, ReadOnlySpan<double> wanted, Span<double> guided)
        {
            if (reference.IsEmpty)
            {
                wanted.CopyTo(guided);
                return;
            }

            var (step, settings) = (run.Plan.Steps[call], run.Settings);
            var difference = _differences.AsSpan(sample * run.Dimension, run.Dimension);
            Move(difference, reference, wanted, settings.Momentum, step.CleanOutput);
            Clean(step, x, wanted, _clean);
            var shrink = Shrink(difference, settings.NormLimit);
            var lengthSquared = Math.Max(Reduce.SumOfSquares(_clean), 1e-24);
            var parallel = shrink * Reduce.Dot(difference, _clean) / lengthSquared;

            // c + (w - 1)(orthogonal + η·parallel), back from clean estimates to answers.
            var toAnswer = (settings.Scale - 1) / step.CleanOutput;
            for (var i = 0; i < guided.Length; i++)
            {
                var along = parallel * _clean[i];
                guided[i] = wanted[i] + (toAnswer * ((shrink * difference[i]) - along + (settings.ParallelWeight * along)));
            }
        }

        // Clean estimates differ by CleanOutput times the difference of the answers.
        private static void Move(Span<double> difference, ReadOnlySpan<double> reference, ReadOnlySpan<double> wanted, double momentum, double factor)
        {
            for (var i = 0; i < difference.Length; i++)
            {
                difference[i] = (factor * (wanted[i] - reference[i])) + (momentum * difference[i]);
            }
        }

        private static void Clean(SamplingStep step, ReadOnlySpan<double> x, ReadOnlySpan<double> wanted, Span<double> clean)
        {
            for (var i = 0; i < clean.Length; i++)
            {
                clean[i] = (step.CleanSample * x[i]) + (step.CleanOutput * wanted[i]);
            }
        }

        private static double Shrink(ReadOnlySpan<double> difference, double limit)
        {
            var length = limit > 0 ? Reduce.Norm(difference) : 0;
            return length > limit ? limit / length : 1;
        }
    }
}
