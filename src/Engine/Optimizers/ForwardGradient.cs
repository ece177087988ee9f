using System.ComponentModel.DataAnnotations;
using System.Numerics.Tensors;

namespace Ranking.Engine.Optimizers;

/// <summary>
/// The forward gradient: g = mean of (∇f·u)u over normal directions u, unbiased with one derivative per direction. A
/// guess direction v, here the last step, may take its part out of the chance: g = (∇f·v)v + mean of (∇f·u)u with the u
/// made orthogonal to v, which stays unbiased and varies less where the guess is good. Derivatives come from gradients,
/// or from central differences of values.
/// </summary>
[Entry("forward-grad", "Forward gradient",
    Summary = "Measures the slope along a few random directions and goes down each of them.",
    Source = "Baydin et al.: Gradients without Backpropagation, 2022, arXiv 2202.08587; Fournier et al.: Can Forward Gradient Match Backpropagation?, ICML 2023, arXiv 2306.06968")]
public sealed class ForwardGradient : Optimizer<ForwardGradient.Settings, ForwardGradient.State>
{
    /// <summary>Where derivatives along directions come from.</summary>
    public enum Derivative
    {
        /// <summary>From the gradient that the judge tells.</summary>
        Exact,

        /// <summary>From values at opposite points.</summary>
        Difference,
    }

    /// <summary>The settings of the forward gradient.</summary>
    public sealed record Settings : StepSettings
    {
        /// <summary>η.</summary>
        [Range(1e-10, 100.0), LogScale, Display(Name = "Step size", Description = "The factor η on the forward gradient.")]
        public override double StepSize { get; init; } = 0.02;

        /// <summary>q.</summary>
        [Range(1, 1024), LogScale, Display(Name = "Directions", Description = "How many random directions q a step looks along.")]
        public int Directions { get; init; } = 2;

        /// <summary>Exact or by differences.</summary>
        [Display(Name = "Derivative", Description = "Slopes along directions from the judge's gradient (exact) or from values at opposite points (difference).")]
        public Derivative Slopes { get; init; } = Derivative.Exact;

        /// <summary>Whether the last step is a guess.</summary>
        [Display(Name = "Guess the last step", Description = "Also look along the last step, and let random directions tell only of what lies across it.")]
        public bool GuessLastStep { get; init; }

        /// <summary>μ.</summary>
        [Range(1e-8, 100.0), LogScale, Advanced, Display(Name = "Perturbation", Description = "With differences: how far μ the two points of a difference lie from the present one.")]
        public double Smoothing { get; init; } = 1e-3;
    }

    /// <summary>The state between two rounds.</summary>
    /// <param name="Centre">The point x.</param>
    /// <param name="Guess">The last step at unit length; null without one.</param>
    public sealed record State(double[] Centre, double[]? Guess);

    /// <inheritdoc/>
    public override JudgementKind Accepts => JudgementKind.Values | JudgementKind.Gradients;

    /// <summary>Gradients by default; values where <see cref="Settings.Slopes"/> are differences.</summary>
    public override Information Needs => Information.Gradients;

    /// <inheritdoc/>
    protected override State Begin(Context<Settings> context) => new(context.Problem.Origin(), null);

    /// <inheritdoc/>
    protected override Query Plan(Context<Settings> context, State state) => context.Settings.Slopes == Derivative.Exact
        ? new Query(1, 1, JudgementKind.Gradients, Stage.Explore, [new Role(RoleKind.Incumbent, 0)])
        : Query.Samples(2 * Count(context.Settings, state), context.Problem.RankTop, JudgementKind.Values);

    /// <inheritdoc/>
    protected override void Ask(Context<Settings> context, State state, Batch batch)
    {
        if (context.Settings.Slopes == Derivative.Exact)
        {
            state.Centre.CopyTo(batch[0]);
            return;
        }

        for (var i = 0; i < batch.Count; i += 2)
        {
            Direct(context, state, i / 2, batch[i]);
            TensorPrimitives.MultiplyAdd(batch[i], -context.Settings.Smoothing, state.Centre, batch[i + 1]);
            TensorPrimitives.MultiplyAdd(batch[i], context.Settings.Smoothing, state.Centre, batch[i]);
        }
    }

    /// <inheritdoc/>
    protected override State Tell(Context<Settings> context, State state, ReadOnlyBatch batch, Answer answer)
    {
        var settings = context.Scheduled().Settings;
        var isExact = settings.Slopes == Derivative.Exact;
        var (point, direction) = (state.Centre.AsSpan().ToArray(), new double[batch.Dimension]);
        for (var i = 0; i < Count(settings, state); i++)
        {
            double slope;
            if (isExact)
            {
                Direct(context, state, i, direction);
                slope = Reduce.Dot(answer.Gradients, direction);
            }
            else
            {
                TensorPrimitives.Subtract(batch[2 * i], state.Centre, direction);
                TensorPrimitives.Divide(direction, settings.Smoothing, direction);
                slope = (answer.Losses[2 * i] - answer.Losses[(2 * i) + 1]) / (2 * settings.Smoothing);
            }

            var share = i == settings.Directions ? 1 : settings.Directions;
            TensorPrimitives.MultiplyAdd(direction, -settings.StepSize * slope / share, point, point);
        }

        context.Problem.Geometry.Project(point);
        TensorPrimitives.Subtract(point, state.Centre, direction);
        var length = Reduce.Norm(direction);
        if (settings.GuessLastStep && length > 0 && double.IsFinite(length))
        {
            TensorPrimitives.Divide(direction, length, direction);
            return new State(point, direction);
        }

        return new State(point, settings.GuessLastStep ? state.Guess : null);
    }

    /// <inheritdoc/>
    protected override ReadOnlySpan<double> Best(State state) => state.Centre;

    private static int Count(Settings settings, State state) => settings.Directions + (state.Guess is null ? 0 : 1);

    // The random directions come first, the guess last.
    private static void Direct(Context<Settings> context, State state, int index, Span<double> direction)
    {
        if (index == context.Settings.Directions)
        {
            state.Guess.CopyTo(direction);
            return;
        }

        context.Noise.Normal(index, direction);
        if (state.Guess is { } guess)
        {
            TensorPrimitives.MultiplyAdd(guess, -Reduce.Dot(guess, direction), direction, direction);
        }
    }
}
