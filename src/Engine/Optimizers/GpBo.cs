using System.ComponentModel.DataAnnotations;
using System.Numerics.Tensors;

namespace Ranking.Engine.Optimizers;

/// <summary>
/// Bayesian optimisation: a Gaussian process learns the values, and an acquisition rule picks the next points from a
/// pool: some uniform in the domain, some around the best point at many scales. Further points of a batch are picked
/// as if the earlier ones had come out as expected, which only makes the process surer of what lies near them.
/// </summary>
[Entry("gp-bo", "Bayesian optimisation (Gaussian process)",
    Summary = "Models the values by a Gaussian process and tries what promises most; best for few dimensions and dear values.",
    Source = "Frazier: A Tutorial on Bayesian Optimization, 2018, arXiv 1807.02811; batches after Ginsbourger, Le Riche, Carraro 2010; entropy search: Wang, Jegelka, ICML 2017, arXiv 1703.01968")]
public sealed class GpBo : Optimizer<GpBo.Settings, GpBo.State>
{
    private const int Scales = 12;

    /// <summary>What makes a point promising; z = (f* - μ)/σ.</summary>
    public enum Rule
    {
        /// <summary>Expected improvement, (f* - μ)Φ(z) + σφ(z).</summary>
        ExpectedImprovement,

        /// <summary>A low confidence bound, μ - κσ.</summary>
        ConfidenceBound,

        /// <summary>A low value of one draw from the posterior.</summary>
        Thompson,

        /// <summary>Much to be learnt about the lowest value there is (<see cref="Optimizers.MaxValueEntropy"/>).</summary>
        MaxValueEntropy,
    }

    /// <summary>The settings of Bayesian optimisation.</summary>
    public sealed record Settings
    {
        /// <summary>The acquisition rule.</summary>
        [Display(Name = "Rule", Description = "Pick by expected improvement (expectedImprovement), by a low confidence bound (confidenceBound), by a draw from the model (thompson) or by what a value would tell of the lowest one (maxValueEntropy).")]
        public Rule Acquisition { get; init; } = Rule.ExpectedImprovement;

        /// <summary>κ.</summary>
        [Range(0.0, 10.0), Advanced, Display(Name = "Boldness", Description = "How many standard deviations κ the confidence bound goes down.")]
        public double Boldness { get; init; } = 2;

        /// <summary>Random points at the start.</summary>
        [Range(2, 1000), Display(Name = "First points", Description = "How many random points are valued before the model is used.")]
        public int FirstPoints { get; init; } = 6;

        /// <summary>Half the width of the domain.</summary>
        [Range(1e-3, 1000.0), LogScale, Display(Name = "Range", Description = "Where the space has no bounds: how far from the start each coordinate may go at first.")]
        public double Range { get; init; } = 2;

        /// <summary>The noise of values.</summary>
        [Range(1e-8, 1.0), LogScale, Advanced, Display(Name = "Noise", Description = "The variance of the values' noise as a share of their variance.")]
        public double Noise { get; init; } = 1e-6;

        /// <summary>Points of the pool.</summary>
        [Range(16, 4096), LogScale, Advanced, Display(Name = "Pool", Description = "How many points the rule chooses from.")]
        public int Pool { get; init; } = 256;

        /// <summary>Points that are kept.</summary>
        [Range(8, 1000), LogScale, Advanced, Display(Name = "Most points", Description = "How many points the model keeps; beyond that the worst ones are forgotten.")]
        public int MostPoints { get; init; } = 50;
    }

    /// <summary>The state between two rounds.</summary>
    /// <param name="Points">The points the model knows, best first, one after the other.</param>
    /// <param name="Values">Their values, ascending.</param>
    /// <param name="Centre">The best point; the start before there is one.</param>
    public sealed record State(double[] Points, double[] Values, double[] Centre);

    /// <inheritdoc/>
    public override JudgementKind Accepts => JudgementKind.Values;

    /// <summary>The expected improvement on <paramref name="best"/> of a normal value, for minimisation.</summary>
    public static double ExpectedImprovement(double best, double mean, double deviation)
    {
        if (!(deviation > 0))
        {
            return Math.Max(0, best - mean);
        }

        var z = (best - mean) / deviation;
        return Math.Max(0, ((best - mean) * NormalDistribution.Cumulative(z)) + (deviation * NormalDistribution.Density(z)));
    }

    /// <inheritdoc/>
    protected override State Begin(Context<Settings> context) => new([], [], context.Problem.Origin());

    /// <inheritdoc/>
    protected override Query Plan(Context<Settings> context, State state) =>
        Query.Samples(Math.Clamp(context.Problem.Candidates, 1, context.Settings.Pool), context.Problem.RankTop, JudgementKind.Values);

    /// <inheritdoc/>
    protected override void Ask(Context<Settings> context, State state, Batch batch)
    {
        if (state.Values.Length < context.Settings.FirstPoints)
        {
            for (var i = 0; i < batch.Count; i++)
            {
                DrawUniform(context, i, batch[i]);
            }

            return;
        }

        var pool = DrawPool(context, state, batch.Dimension);
        var settings = context.Settings;
        var process = GaussianProcess.Fit(state.Points, state.Values, batch.Dimension, Width(context), settings.Noise);
        var choice = new PoolChoice(process, pool, settings.Pool, batch.Count, settings.Noise);
        for (var i = 0; i < batch.Count; i++)
        {
            choice.Next(settings, state.Values[0], context.Noise, i).CopyTo(batch[i]);
        }
    }

    /// <inheritdoc/>
    protected override State Tell(Context<Settings> context, State state, ReadOnlyBatch batch, Answer answer)
    {
        var known = state.Values.Length;
        var values = new double[known + batch.Count];
        state.Values.CopyTo(values.AsSpan());
        answer.Losses.CopyTo(values.AsSpan(known));
        var order = new int[values.Length];
        for (var i = 0; i < order.Length; i++)
        {
            order[i] = i;
        }

        Array.Sort(order, (a, b) => values[a] != values[b] ? values[a].CompareTo(values[b]) : a.CompareTo(b));
        var kept = Math.Min(order.Length, context.Settings.MostPoints);
        var (points, best) = (new double[kept * batch.Dimension], new double[kept]);
        for (var i = 0; i < kept; i++)
        {
            var at = order[i];
            best[i] = values[at];
            var point = at < known ? state.Points.AsSpan(at * batch.Dimension, batch.Dimension) : batch[at - known];
            point.CopyTo(points.AsSpan(i * batch.Dimension));
        }

        return new State(points, best, points.AsSpan(0, batch.Dimension).ToArray());
    }

    /// <inheritdoc/>
    protected override ReadOnlySpan<double> Best(State state) => state.Centre;

    private static double Width(Context<Settings> context) =>
        context.Problem.Geometry is Geometry.Box box ? box.Upper - box.Lower : 2 * context.Settings.Range;

    private static double[] DrawPool(Context<Settings> context, State state, int dimension)
    {
        var pool = new double[context.Settings.Pool * dimension];
        for (var i = 0; i < context.Settings.Pool; i++)
        {
            var point = pool.AsSpan(i * dimension, dimension);
            if (i % 2 == 0)
            {
                DrawUniform(context, i, point);
            }
            else
            {
                context.Noise.Normal(i, point);
                TensorPrimitives.MultiplyAdd(point, Math.ScaleB(Width(context), -2 - (i / 2 % Scales)), state.Centre, point);
            }

            context.Problem.Geometry.Project(point);
        }

        return pool;
    }

    private static void DrawUniform(Context<Settings> context, int candidate, Span<double> point)
    {
        var box = context.Problem.Geometry as Geometry.Box;
        for (var j = 0; j < point.Length; j++)
        {
            var u = context.Noise.Uniform(candidate, j);
            point[j] = box is not null
                ? box.Lower + (u * (box.Upper - box.Lower))
                : context.Problem.Start[j] + (((2 * u) - 1) * context.Settings.Range);
        }
    }
}
