using System.ComponentModel.DataAnnotations;

namespace Ranking.Engine.Optimizers;

/// <summary>
/// Mirror descent on the simplex (exponentiated gradient): xᵢ ← xᵢ exp(-ηgᵢ), divided by the sum, so that coordinates stay
/// positive and sum to 1. The optimistic form asks at the point where one more step along the last gradient would lead.
/// </summary>
[Entry("mirror-descent", "Mirror descent (simplex)",
    Summary = "Moves shares: coordinates stay positive and sum to one, and each grows or shrinks by a factor.",
    Formula = "xᵢ ← xᵢ exp(−ηgᵢ) / Σ",
    Source = "Nemirovski, Yudin 1983; Kivinen, Warmuth 1997; optimistic: Rakhlin, Sridharan 2013; Bubeck: Convex Optimization, 2015")]
public sealed class MirrorDescent : GradientMethod<MirrorDescent.Settings, MirrorDescent.State>
{
    // A share that has become nothing could never grow again.
    private const double Least = 1e-300;

    /// <summary>The settings of mirror descent.</summary>
    public sealed record Settings
    {
        /// <summary>η.</summary>
        [Range(1e-8, 100.0), LogScale, Display(Name = "Step size", Description = "How fast, η, shares grow and shrink.")]
        public double StepSize { get; init; } = 0.1;

        /// <summary>Whether the next gradient is expected to be like the last.</summary>
        [Display(Name = "Optimistic", Description = "Ask one step ahead, as if the next gradient were the last one.")]
        public bool Optimistic { get; init; }
    }

    /// <summary>The state between two steps.</summary>
    /// <param name="Base">The point that gradients have led to.</param>
    /// <param name="Centre">The point where the next gradient is asked.</param>
    public sealed record State(double[] Base, double[] Centre);

    /// <inheritdoc/>
    protected override State Begin(Context<Settings> context)
    {
        var point = context.Problem.Origin();
        if (point.Min() <= 0 || Math.Abs(point.Sum() - 1) > 1e-9)
        {
            Array.Fill(point, 1.0 / point.Length);
        }

        return new State(point, point);
    }

    /// <inheritdoc/>
    protected override ReadOnlySpan<double> Best(State state) => state.Centre;

    /// <inheritdoc/>
    protected override State Step(Context<Settings> context, State state, double value, ReadOnlySpan<double> gradient)
    {
        var next = Moved(state.Base, context.Settings.StepSize, gradient);
        return new State(next, context.Settings.Optimistic ? Moved(next, context.Settings.StepSize, gradient) : next);
    }

    private static double[] Moved(double[] point, double stepSize, ReadOnlySpan<double> gradient)
    {
        var (next, lowest, sum) = (new double[point.Length], double.PositiveInfinity, 0.0);
        foreach (var slope in gradient)
        {
            lowest = Math.Min(lowest, slope);
        }

        // The factor of the steepest coordinate is 1, so that none overflows.
        for (var i = 0; i < next.Length; i++)
        {
            next[i] = Math.Max(Least, point[i] * Exponential.Of(-stepSize * (gradient[i] - lowest)));
            sum += next[i];
        }

        for (var i = 0; i < next.Length; i++)
        {
            next[i] /= sum;
        }

        return next;
    }
}
