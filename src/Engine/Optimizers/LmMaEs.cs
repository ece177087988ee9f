using System.ComponentModel.DataAnnotations;
using System.Numerics.Tensors;

namespace Ranking.Engine.Optimizers;

/// <summary>
/// The limited-memory matrix adaptation evolution strategy: a few evolution paths of different memory stand for the
/// matrix of CMA-ES. A draw z becomes a step d by d ← (1 - c_d,j) d + c_d,j m_j (m_j·d) over the paths m_j, which takes
/// O(d log d) time and memory instead of O(d²).
/// </summary>
[Entry("lm-ma-es", "LM-MA-ES (limited-memory CMA)",
    Summary = "CMA-ES with a limited memory: learns a few directions along which to stretch its samples, not a whole matrix; for ten thousand dimensions and more.",
    Source = "Loshchilov, Glasmachers, Beyer: Large Scale Black-Box Optimization by Limited-Memory Matrix Adaptation, IEEE Transactions on Evolutionary Computation 2019, arXiv 1705.06693")]
public sealed class LmMaEs : Optimizer<LmMaEs.Settings, LmMaEs.State>
{
    /// <summary>The settings of LM-MA-ES.</summary>
    public sealed record Settings
    {
        /// <summary>σ at the start.</summary>
        [Range(1e-6, 1000.0), LogScale, Display(Name = "First spread", Description = "Standard deviation σ of the first samples.")]
        public double Sigma { get; init; } = 0.5;

        /// <summary>m.</summary>
        [Range(0, 64), Advanced, Display(Name = "Paths", Description = "How many evolution paths are kept; 0 takes the paper's 4 + ⌊3 ln d⌋.")]
        public int Paths { get; init; }
    }

    /// <summary>The state between two generations.</summary>
    /// <param name="Mean">y.</param>
    /// <param name="Sigma">σ.</param>
    /// <param name="SigmaPath">p_σ.</param>
    /// <param name="Paths">m_j, the quickest first.</param>
    /// <param name="Generation">How many generations have taught.</param>
    public sealed record State(double[] Mean, double Sigma, double[] SigmaPath, double[][] Paths, int Generation);

    /// <inheritdoc/>
    public override JudgementKind Accepts => JudgementKind.Ranking;

    /// <summary>Turns a draw z into a step d in place.</summary>
    /// <param name="draw">z, then d.</param>
    /// <param name="paths">The paths m_j that have learned already.</param>
    public static void Stretch(Span<double> draw, ReadOnlySpan<double[]> paths)
    {
        var rate = 1.0 / draw.Length;
        foreach (var path in paths)
        {
            var along = Reduce.Dot(path, draw);
            TensorPrimitives.Multiply(draw, 1 - rate, draw);
            TensorPrimitives.MultiplyAdd(path, rate * along, draw, draw);
            rate /= 1.5;
        }
    }

    /// <inheritdoc/>
    protected override State Begin(Context<Settings> context)
    {
        var d = context.Problem.Dimension;
        var paths = new double[context.Settings.Paths > 0 ? context.Settings.Paths : CmaEsConstants.DefaultPopulation(d)][];
        for (var j = 0; j < paths.Length; j++)
        {
            paths[j] = new double[d];
        }

        return new State(context.Problem.Origin(), context.Settings.Sigma, new double[d], paths, 0);
    }

    /// <inheritdoc/>
    protected override Query Plan(Context<Settings> context, State state) =>
        Query.Samples(Math.Max(2, context.Problem.Candidates), context.Problem.RankTop, JudgementKind.Ranking);

    /// <inheritdoc/>
    protected override void Ask(Context<Settings> context, State state, Batch batch)
    {
        var learned = state.Paths.AsSpan(0, Math.Min(state.Generation, state.Paths.Length));
        for (var i = 0; i < batch.Count; i++)
        {
            context.Noise.Normal(i, batch[i]);
            Stretch(batch[i], learned);
            TensorPrimitives.MultiplyAdd(batch[i], state.Sigma, state.Mean, batch[i]);
        }
    }

    /// <inheritdoc/>
    protected override State Tell(Context<Settings> context, State state, ReadOnlyBatch batch, Answer answer)
    {
        if (answer.Comparisons.Count == 0)
        {
            return state with { Sigma = Widening.Bounded(state.Sigma * Widening.Of(answer.Verdict)) };
        }

        var (d, weights) = (batch.Dimension, new double[batch.Count]);
        answer.Comparisons.Spread(CmaEsConstants.Of(d, batch.Count, active: false).Weights, weights);

        // The paths learn from the draws z, which the paper keeps and which are drawn again here.
        var (spare, asked) = (context.Spare, context.Asked(context.Round));
        var (shift, draw) = (spare.TakeZeros(d), spare.Take(d));
        for (var i = 0; i < batch.Count; i++)
        {
            if (weights[i] > 0)
            {
                asked.Normal(i, draw);
                TensorPrimitives.MultiplyAdd(draw, weights[i], shift, shift);
            }
        }

        // The weights sum to 1: the next mean is the weighted mean of the points as shown.
        var mean = spare.TakeZeros(d);
        batch.AddWeighted(weights, mean);
        context.Problem.Geometry.Project(mean);

        // 1/Σw² is μ_w for a strict order. Rates that the paper made for many dimensions stop at ½ in few.
        var (mass, population) = (1 / Reduce.SumOfSquares(weights), (double)batch.Count);
        var sigmaRate = Math.Min(0.5, 2 * population / d);
        var sigmaPath = Followed(spare, state.SigmaPath, shift, sigmaRate, mass);
        var paths = new double[state.Paths.Length][];
        for (var j = 0; j < paths.Length; j++)
        {
            paths[j] = Followed(spare, state.Paths[j], shift, Math.Min(0.5, Math.ScaleB(population / d, -2 * j)), mass);
        }

        spare.Give(shift);
        spare.Give(draw);
        var growth = Math.Min(1, sigmaRate / 2 * ((Reduce.SumOfSquares(sigmaPath) / d) - 1));
        return new State(mean, Widening.Bounded(state.Sigma * Exponential.Of(growth)), sigmaPath, paths, state.Generation + 1);
    }

    /// <inheritdoc/>
    protected override void Retire(State before, State after, SpareVectors spare)
    {
        if (before.Mean != after.Mean)
        {
            spare.Give(before.Mean);
            spare.Give(before.SigmaPath);
            foreach (var path in before.Paths)
            {
                spare.Give(path);
            }
        }
    }

    /// <inheritdoc/>
    protected override ReadOnlySpan<double> Best(State state) => state.Mean;

    // p ← (1 - c) p + √(c (2 - c) μ_w) Σ w z.
    private static double[] Followed(SpareVectors spare, double[] path, double[] shift, double rate, double mass)
    {
        var next = spare.Take(path.Length);
        TensorPrimitives.Multiply(path, 1 - rate, next);
        TensorPrimitives.MultiplyAdd(shift, Math.Sqrt(rate * (2 - rate) * mass), next, next);
        return next;
    }
}
