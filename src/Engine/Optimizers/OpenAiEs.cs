using System.ComponentModel.DataAnnotations;
using System.Numerics.Tensors;

namespace Ranking.Engine.Optimizers;

/// <summary>
/// The evolution strategy of OpenAI: mirrored pairs x ± σe, weighted by their centred ranks to an estimate of the
/// gradient, g = Σ uᵢ(xᵢ - x)/σ / 2n over n pairs, which Adam or momentum follows.
/// </summary>
[Entry("openai-es", "OpenAI-ES",
    Summary = "Ranks mirrored pairs of perturbations and hands the direction to Adam or to momentum.",
    Source = "Salimans, Ho, Chen, Sidor, Sutskever: Evolution Strategies as a Scalable Alternative to Reinforcement Learning, 2017, arXiv 1703.03864")]
public sealed class OpenAiEs : Optimizer<OpenAiEs.Settings, OpenAiEs.State>
{
    /// <summary>What follows the estimated gradient.</summary>
    public enum UpdateRule
    {
        /// <summary>Adam, with β₁, β₂ and ε.</summary>
        Adam,

        /// <summary>v ← βv + (1 - β)h, x ← x - ηv.</summary>
        Momentum,
    }

    /// <summary>The settings of OpenAI-ES.</summary>
    public sealed record Settings
    {
        /// <summary>σ.</summary>
        [Range(1e-6, 100.0), LogScale, Display(Name = "Perturbation", Description = "Standard deviation σ of the mirrored perturbations.")]
        public double Sigma { get; init; } = 0.1;

        /// <summary>η.</summary>
        [Range(1e-6, 100.0), LogScale, Display(Name = "Step size", Description = "The step η: with Adam about the length of a step in each coordinate.")]
        public double StepSize { get; init; } = 0.1;

        /// <summary>What follows the gradient.</summary>
        [Display(Name = "Update", Description = "Whether Adam or momentum follows the estimated gradient.")]
        public UpdateRule Update { get; init; } = UpdateRule.Adam;

        /// <summary>β of momentum, β₁ of Adam.</summary>
        [Range(0.0, 0.9999), Advanced, Display(Name = "Gradient memory", Description = "Decay β of the running mean of the gradient.")]
        public double Beta1 { get; init; } = 0.9;

        /// <summary>β₂ of Adam.</summary>
        [Range(0.0, 0.999999), Advanced, Display(Name = "Square memory", Description = "With Adam: decay β₂ of the running mean of the squared gradient.")]
        public double Beta2 { get; init; } = 0.999;

        /// <summary>ε of Adam.</summary>
        [Range(1e-16, 1.0), LogScale, Advanced, Display(Name = "Epsilon", Description = "With Adam: added to the root, so that nothing is divided by zero.")]
        public double Epsilon { get; init; } = 1e-8;

        /// <summary>λ.</summary>
        [Range(0.0, 10.0), Advanced, Display(Name = "Weight decay", Description = "Pulls the point to the origin by adding λx to the gradient; the paper's networks used 0.005.")]
        public double WeightDecay { get; init; }

        /// <summary>Whether the estimate is divided by σ.</summary>
        [Advanced, Display(Name = "Divide by perturbation", Description = "Divide the estimate by σ, as in the paper; its authors' program does not.")]
        public bool DivideBySigma { get; init; }
    }

    /// <summary>The state between two rounds.</summary>
    /// <param name="Centre">The point x.</param>
    /// <param name="Mean">The running mean of the gradient.</param>
    /// <param name="Square">With Adam: the running mean of its square; else empty.</param>
    /// <param name="Power1">β₁ᵗ after t updates.</param>
    /// <param name="Power2">β₂ᵗ after t updates.</param>
    /// <param name="Spread">Verdicts' factor on σ.</param>
    public sealed record State(double[] Centre, double[] Mean, double[] Square, double Power1, double Power2, double Spread);

    /// <inheritdoc/>
    public override JudgementKind Accepts => JudgementKind.Ranking;

    /// <inheritdoc/>
    protected override State Begin(Context<Settings> context)
    {
        var d = context.Problem.Dimension;
        return new State(context.Problem.Origin(), new double[d], new double[context.Settings.Update == UpdateRule.Adam ? d : 0], 1, 1, 1);
    }

    /// <inheritdoc/>
    protected override Query Plan(Context<Settings> context, State state) =>
        Query.Samples(Math.Max(1, context.Problem.Candidates / 2) * 2, context.Problem.RankTop, JudgementKind.Ranking);

    /// <inheritdoc/>
    protected override void Ask(Context<Settings> context, State state, Batch batch)
    {
        var (pairs, sigma) = (batch.Count / 2, context.Settings.Sigma * state.Spread);
        for (var i = 0; i < pairs; i++)
        {
            context.Noise.Normal(i, batch[i]);
            TensorPrimitives.MultiplyAdd(batch[i], -sigma, state.Centre, batch[pairs + i]);
            TensorPrimitives.MultiplyAdd(batch[i], sigma, state.Centre, batch[i]);
        }
    }

    /// <inheritdoc/>
    protected override State Tell(Context<Settings> context, State state, ReadOnlyBatch batch, Answer answer)
    {
        if (answer.Comparisons.Count == 0)
        {
            return state with { Spread = Widening.After(state.Spread, answer.Verdict) };
        }

        // h = λx - g: the centred ranks sum to zero, so that x itself cancels out of Σ u(xᵢ - x).
        var (settings, d, count) = (context.Settings, batch.Dimension, batch.Count);
        var sigma = settings.Sigma * state.Spread;
        var (ranks, weights) = (new double[count], new double[count]);
        for (var r = 0; r < count; r++)
        {
            ranks[r] = -(0.5 - ((double)r / (count - 1))) / (count * sigma * (settings.DivideBySigma ? sigma : 1));
        }

        answer.Comparisons.Spread(ranks, weights);
        var point = context.Spare.Take(d);
        TensorPrimitives.Multiply(state.Centre, settings.WeightDecay, point);
        batch.AddWeighted(weights, point);
        var mean = context.Spare.Take(d);
        TensorPrimitives.Multiply(state.Mean, settings.Beta1, mean);
        TensorPrimitives.MultiplyAdd(point, 1 - settings.Beta1, mean, mean);
        return settings.Update == UpdateRule.Adam
            ? Adapted(context, state, point, mean)
            : Moved(context, state with { Mean = mean }, mean, settings.StepSize, point);
    }

    /// <inheritdoc/>
    protected override void Retire(State before, State after, SpareVectors spare)
    {
        if (before.Centre != after.Centre)
        {
            spare.Give(before.Centre);
            spare.Give(before.Mean);
            spare.Give(before.Square == after.Square ? null : before.Square);
        }
    }

    /// <inheritdoc/>
    protected override ReadOnlySpan<double> Best(State state) => state.Centre;

    private static State Adapted(Context<Settings> context, State state, double[] gradient, double[] mean)
    {
        var settings = context.Settings;
        var (power1, power2) = (state.Power1 * settings.Beta1, state.Power2 * settings.Beta2);
        var square = context.Spare.Take(gradient.Length);
        TensorPrimitives.Multiply(gradient, gradient, gradient);
        TensorPrimitives.Multiply(state.Square, settings.Beta2, square);
        TensorPrimitives.MultiplyAdd(gradient, 1 - settings.Beta2, square, square);
        TensorPrimitives.Sqrt(square, gradient);
        TensorPrimitives.Add(gradient, settings.Epsilon, gradient);
        TensorPrimitives.Divide(mean, gradient, gradient);
        var step = settings.StepSize * Math.Sqrt(1 - power2) / (1 - power1);
        return Moved(context, state with { Mean = mean, Square = square, Power1 = power1, Power2 = power2 }, gradient, step, gradient);
    }

    private static State Moved(Context<Settings> context, State state, double[] direction, double step, double[] point)
    {
        TensorPrimitives.MultiplyAdd(direction, -step, state.Centre, point);
        context.Problem.Geometry.Project(point);
        return state with { Centre = point };
    }
}
