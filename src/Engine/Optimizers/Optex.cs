using System.ComponentModel.DataAnnotations;

namespace Ranking.Engine.Optimizers;

/// <summary>
/// OptEx around a first-order method: gradients predicted by <see cref="GradientMemory"/> stand for true ones in N - 1
/// further steps, all N points are evaluated at once, and the method goes on from one of them with its true gradient.
/// With N = 1 it is the method itself. Before the first gradient there is nothing to predict, and one point is asked.
/// </summary>
[Entry("optex", "OptEx",
    Summary = "Predicts the next steps of a first-order method from the gradients it has seen and evaluates several of them at once.",
    Source = "Shu et al.: OptEx: Expediting First-Order Optimization with Approximately Parallelized Iterations, NeurIPS 2024")]
public sealed class Optex : Optimizer<Optex.Settings, Optex.State>
{
    /// <summary>From which of the points the method goes on.</summary>
    public enum Choice
    {
        /// <summary>The last one.</summary>
        Last,

        /// <summary>The one with the lowest value.</summary>
        Lowest,
    }

    /// <summary>The settings of OptEx.</summary>
    public sealed record Settings : IValidatableObject
    {
        /// <summary>The method inside.</summary>
        [EntryKey(typeof(IGradientMethod)), Display(Name = "Method", Description = "The first-order method whose steps are predicted.")]
        public string Inner { get; init; } = "sgd";

        /// <summary>Its settings.</summary>
        [StringLength(100_000), Display(Name = "Its settings", Description = "The method's settings as a JSON object; empty for its defaults.")]
        public string InnerSettings { get; init; } = "";

        /// <summary>N.</summary>
        [Range(1, 32), Display(Name = "Points per round", Description = "How many successive points N are proposed at once; 1 is the method itself.")]
        public int Proposals { get; init; } = 4;

        /// <summary>From which point to go on.</summary>
        [Display(Name = "Go on from", Description = "The last of the points (last) or the one with the lowest value (lowest).")]
        public Choice From { get; init; } = Choice.Lowest;

        /// <summary>How many gradients are remembered.</summary>
        [Range(1, 256), LogScale, Advanced, Display(Name = "Memory", Description = "How many gradients the predictions rest on, the latest ones.")]
        public int Memory { get; init; } = 20;

        /// <summary>ℓ.</summary>
        [Range(0.1, 100.0), LogScale, Advanced, Display(Name = "Kernel width", Description = "How far a gradient tells of others, as a multiple of the largest distance between remembered points.")]
        public double Width { get; init; } = 2;

        /// <summary>σ².</summary>
        [Range(1e-8, 10.0), LogScale, Advanced, Display(Name = "Noise", Description = "How noisy gradients are, σ²; more makes predictions more cautious.")]
        public double Noise { get; init; } = 1e-4;

        /// <inheritdoc/>
        public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) =>
            InnerRun.Refusal(Inner, InnerSettings, nameof(InnerSettings)) is { } refusal ? [refusal] : [];
    }

    /// <summary>The state between two rounds.</summary>
    /// <param name="Inner">The method's state at the first of the points.</param>
    /// <param name="Points">The points of the present round, one after the other.</param>
    /// <param name="Predicted">The gradient that is predicted at each of them.</param>
    /// <param name="Seen">The points whose gradients are known, oldest first.</param>
    /// <param name="Gradients">Their gradients.</param>
    /// <param name="Best">The best point as the method sees it.</param>
    public sealed record State(InnerRun Inner, double[] Points, double[] Predicted, double[] Seen, double[] Gradients, double[] Best);

    /// <inheritdoc/>
    public override JudgementKind Accepts => JudgementKind.Gradients;

    /// <inheritdoc/>
    protected override State Begin(Context<Settings> context)
    {
        var settings = context.Settings;
        var inner = InnerRun.Begin(settings.Inner, InnerRun.Parse(settings.InnerSettings), context.Problem, context.Noise);
        return Proposed(context, inner, [], []);
    }

    /// <inheritdoc/>
    protected override Query Plan(Context<Settings> context, State state) =>
        Query.Samples(state.Points.Length / state.Best.Length, 1, JudgementKind.Gradients);

    /// <inheritdoc/>
    protected override void Ask(Context<Settings> context, State state, Batch batch) =>
        new Batch(state.Points, batch.Count, batch.Dimension).CopyTo(batch);

    /// <inheritdoc/>
    protected override State Tell(Context<Settings> context, State state, ReadOnlyBatch batch, Answer answer)
    {
        var (dimension, chosen) = (batch.Dimension, batch.Count - 1);
        for (var i = batch.Count - 1; context.Settings.From == Choice.Lowest && i >= 0; i--)
        {
            chosen = answer.Losses[i] <= answer.Losses[chosen] ? i : chosen;
        }

        var inner = state.Inner.Fork();
        for (var i = 0; i <= chosen; i++)
        {
            var rows = i < chosen ? state.Predicted : answer.Gradients;
            inner = Stepped(context, inner, answer.Losses[i], rows.Slice(i * dimension, dimension));
        }

        var kept = Math.Min(context.Settings.Memory, (state.Seen.Length / dimension) + batch.Count) * dimension;
        var seen = new double[state.Points.Length + state.Seen.Length];
        var gradients = new double[seen.Length];
        state.Seen.CopyTo(seen.AsSpan());
        state.Gradients.CopyTo(gradients.AsSpan());
        state.Points.CopyTo(seen.AsSpan(state.Seen.Length));
        answer.Gradients.CopyTo(gradients.AsSpan(state.Seen.Length));
        return Proposed(context, inner, seen[^kept..], gradients[^kept..]);
    }

    /// <inheritdoc/>
    protected override ReadOnlySpan<double> Best(State state) => state.Best;

    // The points that the method would ask for next if the predictions were true.
    private static State Proposed(Context<Settings> context, InnerRun inner, double[] seen, double[] gradients)
    {
        var (settings, dimension) = (context.Settings, context.Problem.Dimension);
        var memory = new GradientMemory(seen, gradients, dimension, settings.Width, settings.Noise);
        var count = memory.Count == 0 ? 1 : settings.Proposals;
        var (points, predicted) = (new double[count * dimension], new double[count * dimension]);
        var ahead = inner.Fork();
        for (var i = 0; i < count; i++)
        {
            var point = points.AsSpan(i * dimension, dimension);
            var gradient = predicted.AsSpan(i * dimension, dimension);
            Run(settings, context.Problem, ahead).Ask(new Batch(point, 1, dimension));
            memory.Predict(point, gradient);
            ahead = i + 1 < count ? Stepped(context, ahead, 0, gradient) : ahead;
        }

        return new State(inner, points, predicted, seen, gradients, Run(settings, context.Problem, inner).Best.ToArray());
    }

    private static IRun Run(Settings settings, Problem problem, InnerRun inner) => inner.Run(settings.Inner, InnerRun.Parse(settings.InnerSettings), problem);

    private static InnerRun Stepped(Context<Settings> context, InnerRun inner, double value, ReadOnlySpan<double> gradient)
    {
        var (settings, row, none) = (context.Settings, gradient.ToArray(), Comparisons.From(1));
        return inner.Told(settings.Inner, InnerRun.Parse(settings.InnerSettings), context.Problem, run => run.Tell(new Answer(none, null, [value], row)));
    }
}
