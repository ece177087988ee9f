using System.ComponentModel.DataAnnotations;
using System.Numerics.Tensors;

namespace Ranking.Engine.Optimizers;

/// <summary>
/// Any first-order method on a smoothed black box: its gradient at x is the estimate mean of
/// d/2γ (f(x+γe) - f(x-γe)) e over unit directions e, that of f averaged over the ball of radius γ. All pairs of a step
/// are one batch, to be valued in parallel.
/// </summary>
[Entry("accelerated-zo", "First-order method on values",
    Summary = "Lets a first-order method, such as an accelerated one, run on slopes that are estimated from a batch of values.",
    Source = "Gasnikov et al.: The Power of First-Order Smooth Optimization for Black-Box Non-Smooth Problems, ICML 2022, arXiv 2201.12289")]
public sealed class AcceleratedSmoothing : Optimizer<AcceleratedSmoothing.Settings, AcceleratedSmoothing.State>
{
    /// <summary>The settings of the wrapper.</summary>
    public sealed record Settings : IValidatableObject
    {
        /// <summary>The method inside.</summary>
        [EntryKey(typeof(IGradientMethod)), Display(Name = "Method", Description = "The first-order method that gets the estimated gradients.")]
        public string Inner { get; init; } = "sgd";

        /// <summary>Its settings.</summary>
        [StringLength(100_000), Display(Name = "Its settings", Description = "The method's settings as a JSON object; empty for its defaults.")]
        public string InnerSettings { get; init; } = "";

        /// <summary>γ.</summary>
        [Range(1e-8, 100.0), LogScale, Display(Name = "Smoothing", Description = "The radius γ of the ball over which the objective is averaged.")]
        public double Smoothing { get; init; } = 0.01;

        /// <inheritdoc/>
        public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) =>
            InnerRun.Refusal(Inner, InnerSettings, nameof(InnerSettings)) is { } refusal ? [refusal] : [];
    }

    /// <summary>The state between two rounds.</summary>
    /// <param name="Inner">The method's state.</param>
    /// <param name="Centre">The point whose gradient it asks for.</param>
    /// <param name="Best">The best point as it sees it.</param>
    public sealed record State(InnerRun Inner, double[] Centre, double[] Best);

    /// <inheritdoc/>
    public override JudgementKind Accepts => JudgementKind.Values;

    /// <inheritdoc/>
    protected override State Begin(Context<Settings> context) => Of(
        context, InnerRun.Begin(context.Settings.Inner, InnerRun.Parse(context.Settings.InnerSettings), context.Problem, context.Noise));

    /// <inheritdoc/>
    protected override Query Plan(Context<Settings> context, State state) =>
        Query.Samples(Math.Max(2, context.Problem.Candidates / 2 * 2), context.Problem.RankTop, JudgementKind.Values);

    /// <inheritdoc/>
    protected override void Ask(Context<Settings> context, State state, Batch batch)
    {
        for (var i = 0; i < batch.Count; i += 2)
        {
            context.Noise.Direction(i / 2, batch[i]);
            TensorPrimitives.MultiplyAdd(batch[i], -context.Settings.Smoothing, state.Centre, batch[i + 1]);
            TensorPrimitives.MultiplyAdd(batch[i], context.Settings.Smoothing, state.Centre, batch[i]);
        }
    }

    /// <inheritdoc/>
    protected override State Tell(Context<Settings> context, State state, ReadOnlyBatch batch, Answer answer)
    {
        var losses = answer.Losses;
        var (smoothing, mean) = (context.Settings.Smoothing, 0.0);
        var (gradient, direction) = (new double[batch.Dimension], new double[batch.Dimension]);
        for (var i = 0; i < batch.Count; i += 2)
        {
            mean += (losses[i] + losses[i + 1]) / batch.Count;
            TensorPrimitives.Subtract(batch[i], state.Centre, direction);
            var slope = (losses[i] - losses[i + 1]) / (2 * smoothing);
            TensorPrimitives.MultiplyAdd(direction, slope * batch.Dimension / (smoothing * batch.Count / 2), gradient, gradient);
        }

        var (settings, none) = (context.Settings, Comparisons.From(1));
        return Of(context, state.Inner.Told(
            settings.Inner, InnerRun.Parse(settings.InnerSettings), context.Problem, run => run.Tell(new Answer(none, null, [mean], gradient))));
    }

    /// <inheritdoc/>
    protected override ReadOnlySpan<double> Best(State state) => state.Best;

    private static State Of(Context<Settings> context, InnerRun inner)
    {
        var run = inner.Run(context.Settings.Inner, InnerRun.Parse(context.Settings.InnerSettings), context.Problem);
        var centre = new double[context.Problem.Dimension];
        run.Ask(new Batch(centre, 1, centre.Length));
        return new State(inner, centre, run.Best.ToArray());
    }
}
