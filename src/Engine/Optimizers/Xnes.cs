using System.ComponentModel.DataAnnotations;
using System.Numerics.Tensors;
using System.Text.Json.Serialization;

namespace Ranking.Engine.Optimizers;

/// <summary>
/// The exponential natural evolution strategy: a normal distribution N(m, σ²BBᵀ), det B = 1, follows the natural
/// gradient of the expected utility in coordinates where the shape changes by a matrix exponential.
/// </summary>
[Entry("xnes", "xNES",
    Summary = "A normal distribution that turns and stretches along the natural gradient of its samples' ranks; for low dimensions.",
    Source = "Glasmachers, Schaul, Sun, Wierstra, Schmidhuber: Exponential Natural Evolution Strategies, GECCO 2010")]
public sealed class Xnes : Optimizer<Xnes.Settings, Xnes.State>
{
    private const int MostDimensions = 300;

    // The ratio of the distribution's axes, estimated from above by |B||B⁻¹|, beyond which rounding would decide.
    private const double MostElongated = 1e7;

    /// <summary>The settings of xNES.</summary>
    public sealed record Settings
    {
        /// <summary>σ at the start.</summary>
        [Range(1e-6, 1000.0), LogScale, Display(Name = "First spread", Description = "Standard deviation σ of the first samples.")]
        public double Sigma { get; init; } = 0.5;

        /// <summary>η of the mean.</summary>
        [Range(0.001, 10.0), LogScale, Advanced, Display(Name = "Mean rate", Description = "How far the mean follows the samples, η; 1 is the paper's.")]
        public double MeanRate { get; init; } = 1;

        /// <summary>η of σ.</summary>
        [Range(0.0, 10.0), Advanced, Display(Name = "Spread rate", Description = "How fast the spread adapts, η; 0 takes the paper's (9 + 3 ln d)/(5d√d).")]
        public double SigmaRate { get; init; }

        /// <summary>η of B.</summary>
        [Range(0.0, 10.0), Advanced, Display(Name = "Shape rate", Description = "How fast the shape adapts, η; 0 takes the paper's (9 + 3 ln d)/(5d√d).")]
        public double ShapeRate { get; init; }
    }

    /// <summary>The state between two rounds.</summary>
    /// <param name="Mean">m.</param>
    /// <param name="Sigma">σ.</param>
    /// <param name="Shape">B, row-major.</param>
    public sealed record State(double[] Mean, double Sigma, double[] Shape)
    {
        // A pure function of the shape, kept because two rounds need it and it costs O(d³).
        private double[]? _inverse;

        [JsonIgnore]
        internal double[]? Inverse => _inverse ??= SquareMatrices.Inverse(Shape, Mean.Length);
    }

    /// <inheritdoc/>
    public override JudgementKind Accepts => JudgementKind.Ranking;

    /// <inheritdoc/>
    protected override State Begin(Context<Settings> context)
    {
        var dimension = context.Problem.Dimension;
        return dimension <= MostDimensions
            ? new State(context.Problem.Origin(), context.Settings.Sigma, SquareMatrices.Identity(dimension))
            : throw new SettingsException(new Dictionary<string, string[]>
            {
                ["dimension"] = [$"xNES multiplies matrices of d × d numbers and takes at most {MostDimensions} dimensions, not {dimension}."],
            });
    }

    /// <inheritdoc/>
    protected override Query Plan(Context<Settings> context, State state) =>
        Query.Samples(Math.Max(2, context.Problem.Candidates), context.Problem.RankTop, JudgementKind.Ranking);

    /// <inheritdoc/>
    protected override void Ask(Context<Settings> context, State state, Batch batch)
    {
        var draw = new double[batch.Dimension];
        for (var i = 0; i < batch.Count; i++)
        {
            context.Noise.Normal(i, draw);
            SquareMatrices.Apply(state.Shape, draw, batch[i]);
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

        var (settings, d) = (context.Settings, batch.Dimension);
        var utilities = new double[batch.Count];
        answer.Comparisons.Spread(Utilities.Of(batch.Count), utilities);

        // z = B⁻¹(x - m)/σ of the points as shown; since the utilities sum to zero, G = Σ u(zzᵀ - I) = Σ u zzᵀ.
        var (offset, draw, shift, gradient) = (new double[d], new double[d], new double[d], new double[d * d]);
        for (var i = 0; i < batch.Count; i++)
        {
            TensorPrimitives.Subtract(batch[i], state.Mean, offset);
            TensorPrimitives.Divide(offset, state.Sigma, offset);
            SquareMatrices.Apply(state.Inverse!, offset, draw);
            TensorPrimitives.MultiplyAdd(draw, utilities[i], shift, shift);
            for (var row = 0; row < d; row++)
            {
                var target = gradient.AsSpan(row * d, d);
                TensorPrimitives.MultiplyAdd(draw, utilities[i] * draw[row], target, target);
            }
        }

        var growth = Trace(gradient, d) / d;
        for (var i = 0; i < d; i++)
        {
            gradient[(i * d) + i] -= growth;
        }

        var paper = (9 + (3 * NormalQuantile.Log(d))) / (5 * d * Math.Sqrt(d));
        TensorPrimitives.Multiply(gradient, (settings.ShapeRate > 0 ? settings.ShapeRate : paper) / 2, gradient);
        var mean = new double[d];
        SquareMatrices.Apply(state.Shape, shift, mean);
        TensorPrimitives.MultiplyAdd(mean, settings.MeanRate * state.Sigma, state.Mean, mean);
        context.Problem.Geometry.Project(mean);
        var sigma = Widening.Bounded(state.Sigma * Exponential.Of((settings.SigmaRate > 0 ? settings.SigmaRate : paper) / 2 * growth));
        var turned = new State(mean, sigma, SquareMatrices.Multiply(state.Shape, SquareMatrices.Exponential(gradient, d), d));
        return Resolved(IsSound(turned) ? turned : new State(mean, sigma, state.Shape));
    }

    /// <inheritdoc/>
    protected override ReadOnlySpan<double> Best(State state) => state.Mean;

    private static bool IsSound(State state) =>
        state.Inverse is { } inverse && Reduce.Norm(state.Shape) * Reduce.Norm(inverse) <= MostElongated * state.Mean.Length;

    // Samples that differ by less than the rounding of their coordinates would be read back as other, larger draws.
    private static State Resolved(State state) =>
        state with { Sigma = Math.Max(state.Sigma, 1e-15 * Math.Abs(TensorPrimitives.MaxMagnitude(state.Mean)) * Reduce.Norm(state.Inverse)) };

    private static double Trace(double[] matrix, int n)
    {
        var sum = 0.0;
        for (var i = 0; i < n; i++)
        {
            sum += matrix[(i * n) + i];
        }

        return sum;
    }
}
