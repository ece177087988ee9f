using System.ComponentModel.DataAnnotations;
using System.Numerics.Tensors;
using System.Text.Json.Serialization;

namespace Ranking.Engine.Optimizers;

/// <summary>
/// The covariance matrix adaptation evolution strategy, with active update: a normal distribution N(m, σ²C) moves
/// towards the better half of its samples, and C and σ learn from the way it went.
/// </summary>
[Entry("cma-es", "CMA-ES", revision: 2,
    Summary = "Samples a normal distribution that learns the shape of the landscape; strong up to some hundred dimensions.",
    Formula = "x ← Σ wᵢ xᵢ:λ; xᵢ ~ N(x, σ²C), C and σ adapt",
    Source = "Hansen: The CMA Evolution Strategy, A Tutorial, 2016, arXiv 1604.00772")]
public sealed class CmaEs : Optimizer<CmaEs.Settings, CmaEs.State>
{
    private const int MostDimensions = 1000;

    /// <summary>The settings of CMA-ES.</summary>
    public sealed record Settings
    {
        /// <summary>σ at the start.</summary>
        [Range(1e-6, 1000.0), LogScale, Display(Name = "First spread", Description = "Standard deviation σ of the first samples.")]
        public double Sigma { get; init; } = 0.5;

        /// <summary>Whether the worst samples push away.</summary>
        [Advanced, Display(Name = "Active", Description = "Let the worse half of the samples shrink the distribution in their directions.")]
        public bool Active { get; init; } = true;

        /// <summary>Whether λ follows the tutorial instead of the batch size.</summary>
        [Advanced, Display(Name = "Tutorial population", Description = "Show 4 + ⌊3 ln d⌋ candidates instead of the study's batch size.")]
        public bool DefaultPopulation { get; init; }
    }

    /// <summary>The state between two generations.</summary>
    /// <param name="Mean">m.</param>
    /// <param name="Sigma">σ.</param>
    /// <param name="Covariance">C, row-major.</param>
    /// <param name="SigmaPath">p_σ.</param>
    /// <param name="CovariancePath">p_c.</param>
    /// <param name="Generation">How many generations have taught.</param>
    public sealed record State(double[] Mean, double Sigma, double[] Covariance, double[] SigmaPath, double[] CovariancePath, int Generation)
    {
        // A pure function of the covariance, kept because asking and telling both need it and it costs O(d³).
        private SymmetricRoots? _roots;

        [JsonIgnore]
        internal SymmetricRoots Roots => _roots ??= new SymmetricRoots(Covariance, Mean.Length);
    }

    /// <inheritdoc/>
    public override JudgementKind Accepts => JudgementKind.Ranking;

    /// <inheritdoc/>
    protected override State Begin(Context<Settings> context)
    {
        var dimension = context.Problem.Dimension;
        if (dimension > MostDimensions)
        {
            throw new SettingsException(new Dictionary<string, string[]>
            {
                ["dimension"] = [$"CMA-ES keeps a matrix of d × d numbers and takes at most {MostDimensions} dimensions, not {dimension}."],
            });
        }

        return new State(
            context.Problem.Origin(), context.Settings.Sigma, SquareMatrices.Identity(dimension), new double[dimension], new double[dimension], 0);
    }

    /// <inheritdoc/>
    protected override Query Plan(Context<Settings> context, State state)
    {
        var population = context.Settings.DefaultPopulation
            ? CmaEsConstants.DefaultPopulation(context.Problem.Dimension)
            : Math.Max(2, context.Problem.Candidates);
        return Query.Samples(population, context.Problem.RankTop, JudgementKind.Ranking);
    }

    /// <inheritdoc/>
    protected override void Ask(Context<Settings> context, State state, Batch batch)
    {
        var draw = new double[batch.Dimension];
        for (var i = 0; i < batch.Count; i++)
        {
            context.Noise.Normal(i, draw);
            SquareMatrices.Apply(state.Roots.Root, draw, batch[i]);
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

        var d = batch.Dimension;
        var constants = CmaEsConstants.Of(d, batch.Count, context.Settings.Active);
        var weights = new double[batch.Count];
        answer.Comparisons.Spread(constants.Weights, weights);

        // Parents alone, so that their weights sum to 1 where a tie reaches beyond them too.
        var parents = new double[batch.Count];
        answer.Comparisons.Spread([.. constants.Weights.Select(weight => Math.Max(0, weight))], parents);

        // y = (x - m)/σ of the points as shown, and z = C^-½ y; their means over the parents.
        var (steps, draws) = (new double[batch.Count][], new double[batch.Count][]);
        var (step, draw, squares) = (new double[d], new double[d], 0.0);
        for (var i = 0; i < batch.Count; i++)
        {
            (steps[i], draws[i]) = (new double[d], new double[d]);
            TensorPrimitives.Subtract(batch[i], state.Mean, steps[i]);
            TensorPrimitives.Divide(steps[i], state.Sigma, steps[i]);
            SquareMatrices.Apply(state.Roots.Inverse, steps[i], draws[i]);
            if (parents[i] > 0)
            {
                squares += parents[i] * parents[i];
                TensorPrimitives.MultiplyAdd(steps[i], parents[i], step, step);
                TensorPrimitives.MultiplyAdd(draws[i], parents[i], draw, draw);
            }
        }

        // 1/Σw² is μ_eff for a strict order; ties spread the weights, and then the paths keep their variance.
        var mass = 1 / squares;
        var (cs, cc) = (constants.CSigma, constants.CC);
        var sigmaPath = Path(state.SigmaPath, cs, Math.Sqrt(cs * (2 - cs) * mass), draw);
        var length = Reduce.Norm(sigmaPath);
        var settled = Math.Sqrt(1 - Exponential.Of(2 * (state.Generation + 1) * NormalQuantile.Log(1 - cs)));
        var moves = length / settled < (1.4 + (2.0 / (d + 1))) * constants.ChiN;
        var covariancePath = Path(state.CovariancePath, cc, moves ? Math.Sqrt(cc * (2 - cc) * mass) : 0, step);

        var mean = new double[d];
        TensorPrimitives.MultiplyAdd(step, state.Sigma, state.Mean, mean);
        context.Problem.Geometry.Project(mean);
        return new State(
            mean,
            Widening.Bounded(state.Sigma * Exponential.Of(Math.Min(1, cs / constants.DSigma * ((length / constants.ChiN) - 1)))),
            Adapted(state.Covariance, constants, moves, covariancePath, weights, steps, draws),
            sigmaPath,
            covariancePath,
            state.Generation + 1);
    }

    /// <inheritdoc/>
    protected override ReadOnlySpan<double> Best(State state) => state.Mean;

    private static double[] Adapted(
        double[] covariance, CmaEsConstants constants, bool moves, double[] path, double[] weights, double[][] steps, double[][] draws)
    {
        var d = path.Length;
        var (c1, cMu, cc) = (constants.C1, constants.CMu, constants.CC);
        var sum = 0.0;
        foreach (var weight in weights)
        {
            sum += weight;
        }

        var next = new double[covariance.Length];
        TensorPrimitives.Multiply(covariance, 1 + (moves ? 0 : c1 * cc * (2 - cc)) - c1 - (cMu * sum), next);
        AddOuter(next, c1, path);
        for (var i = 0; i < weights.Length; i++)
        {
            // A negative weight counts by the direction of its sample only, whatever its length.
            var weight = weights[i] >= 0 ? weights[i] : weights[i] * d / Math.Max(Reduce.SumOfSquares(draws[i]), 1e-300);
            AddOuter(next, cMu * weight, steps[i]);
        }

        return next;
    }

    private static double[] Path(double[] path, double rate, double factor, double[] step)
    {
        var next = new double[path.Length];
        TensorPrimitives.Multiply(path, 1 - rate, next);
        TensorPrimitives.MultiplyAdd(step, factor, next, next);
        return next;
    }

    private static void AddOuter(double[] matrix, double factor, double[] vector)
    {
        var d = vector.Length;
        for (var row = 0; row < d; row++)
        {
            var target = matrix.AsSpan(row * d, d);
            TensorPrimitives.MultiplyAdd(vector, factor * vector[row], target, target);
        }
    }
}
