using System.Numerics.Tensors;

namespace Ranking.Engine.Guidances;

/// <summary>
/// LinearAG (arXiv:2312.12487, section 5.2): the reference's answer is estimated from answers that are there already, as a linear
/// combination whose coefficients are fitted by least squares in a rehearsal with all calls. In the first half of the calls every
/// second one is estimated, in the second half all are.
/// </summary>
[Entry("linear-adaptive", "Linear adaptive (LinearAG)", Summary = "Most unwanted answers are estimated from earlier ones; about five calls in place of eight.", Source = "arXiv:2312.12487")]
public sealed class LinearAdaptive : Guidance
{
    // How far back answers are looked at: older ones add nothing but ill-conditioned equations.
    private const int Window = 3;

    /// <inheritdoc/>
    public override Guide? Rehearse(GuidanceRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        return run.Settings.Scale == 1 ? null : new Rehearsal(run);
    }

    /// <inheritdoc/>
    public override Guide Begin(GuidanceRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        return new Estimator(run, (run.Rehearsed as Rehearsal)?.Coefficients());
    }

    // The wanted answer of this call, those of earlier calls, and the reference's of earlier calls; for every sample.
    private sealed class History(int count, int dimension)
    {
        private readonly double[] _wanted = new double[count * (Window + 1) * dimension];
        private readonly double[] _reference = new double[count * (Window + 1) * dimension];

        public static int Terms(int call) => 1 + (2 * Math.Min(call, Window));

        public Span<double> Wanted(int call, int sample) => _wanted.AsSpan(At(call, sample), dimension);

        public Span<double> Reference(int call, int sample) => _reference.AsSpan(At(call, sample), dimension);

        public ReadOnlySpan<double> Term(int call, int sample, int term)
        {
            var back = Math.Min(call, Window);
            return term <= back ? Wanted(call - term, sample) : Reference(call - (term - back), sample);
        }

        private int At(int call, int sample) => ((sample * (Window + 1)) + (call % (Window + 1))) * dimension;
    }

    // Guides with all calls, and sums up the normal equations of every call on the way.
    private sealed class Rehearsal(GuidanceRun run) : Guide
    {
        private readonly History _history = new(run.Count, run.Dimension);
        private readonly double[][] _matrices = [.. run.Plan.Steps.Select((_, call) => new double[History.Terms(call) * History.Terms(call)])];
        private readonly double[][] _right = [.. run.Plan.Steps.Select((_, call) => new double[History.Terms(call)])];

        public override int Reference(int call, int sample) => Prompt.Negative;

        public override void Combine(int call, int sample, ReadOnlySpan<double> x, ReadOnlySpan<double> reference, ReadOnlySpan<double> wanted, Span<double> guided)
        {
            wanted.CopyTo(_history.Wanted(call, sample));
            var (matrix, right) = (_matrices[call], _right[call]);
            for (var i = 0; i < right.Length; i++)
            {
                var term = _history.Term(call, sample, i);
                right[i] += Reduce.Dot(term, reference);
                for (var j = 0; j <= i; j++)
                {
                    matrix[(i * right.Length) + j] += Reduce.Dot(term, _history.Term(call, sample, j));
                }
            }

            reference.CopyTo(_history.Reference(call, sample));
            ClassifierFree.Combine(reference, wanted, run.Settings.Scale, run.Settings.Rescale, guided);
        }

        // A trace of a ridge: answers of neighbouring calls are nearly the same.
        public double[][] Coefficients() => [.. _matrices.Zip(_right, (sums, right) =>
        {
            var (matrix, solution, n) = ((double[])sums.Clone(), (double[])right.Clone(), right.Length);
            var trace = Enumerable.Range(0, n).Sum(i => matrix[(i * n) + i]);
            for (var ridge = 1e-10 * trace / n; ridge > 0 && double.IsFinite(ridge); ridge *= 10)
            {
                for (var i = 0; i < n; i++)
                {
                    matrix[(i * n) + i] += ridge;
                }

                if (Cholesky.TryFactor(matrix, n, n))
                {
                    Cholesky.Solve(matrix, n, n, solution);
                    return solution;
                }

                sums.CopyTo(matrix, 0);
            }

            return new double[n];
        })];
    }

    // Without coefficients all calls are made.
    private sealed class Estimator(GuidanceRun run, double[][]? coefficients) : Guide
    {
        private readonly History _history = new(run.Count, run.Dimension);

        public override int Reference(int call, int sample) => run.Settings.Scale == 1 || IsEstimated(call) ? Prompt.None : Prompt.Negative;

        public override void Combine(int call, int sample, ReadOnlySpan<double> x, ReadOnlySpan<double> reference, ReadOnlySpan<double> wanted, Span<double> guided)
        {
            if (run.Settings.Scale == 1)
            {
                wanted.CopyTo(guided);
                return;
            }

            wanted.CopyTo(_history.Wanted(call, sample));
            var known = _history.Reference(call, sample);
            if (reference.IsEmpty)
            {
                guided.Clear();
                for (var i = 0; i < coefficients![call].Length; i++)
                {
                    TensorPrimitives.MultiplyAdd(_history.Term(call, sample, i), coefficients[call][i], guided, guided);
                }

                guided.CopyTo(known);
            }
            else
            {
                reference.CopyTo(known);
            }

            ClassifierFree.Combine(known, wanted, run.Settings.Scale, run.Settings.Rescale, guided);
        }

        private bool IsEstimated(int call) => coefficients is not null && (call % 2 == 1 || 2 * call >= run.Plan.Steps.Length);
    }
}
