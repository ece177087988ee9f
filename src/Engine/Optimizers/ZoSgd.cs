using System.ComponentModel.DataAnnotations;
using System.Numerics.Tensors;

namespace Ranking.Engine.Optimizers;

/// <summary>
/// Gradient descent on differences of values along random directions: g = s/q Σ cᵢuᵢ with forward differences
/// c = (f(x+μu) - f(x))/μ or central ones c = (f(x+μu) - f(x-μu))/2μ; s = 1 for normal directions, d for unit ones.
/// </summary>
[Entry("zo-sgd", "ZO-SGD",
    Summary = "Estimates the gradient from values at random points nearby and follows it.",
    Formula = "x ← x − η/q Σ (f(x + μuᵢ) − f(x))/μ uᵢ",
    Source = "Ghadimi, Lan: Stochastic First- and Zeroth-Order Methods, 2013; Nesterov, Spokoiny: Random Gradient-Free Minimization, 2017")]
public sealed class ZoSgd : Optimizer<ZoSgd.Settings, ZoSgd.State>
{
    /// <summary>Which values a difference is taken of.</summary>
    public enum Difference
    {
        /// <summary>Of a perturbed point and the present one: m - 1 directions from m points.</summary>
        Forward,

        /// <summary>Of two opposite points: m/2 directions from m points.</summary>
        Central,
    }

    /// <summary>Where directions are drawn.</summary>
    public enum Distribution
    {
        /// <summary>Standard normal.</summary>
        Gaussian,

        /// <summary>Uniform on the unit sphere.</summary>
        Sphere,
    }

    /// <summary>The settings of ZO-SGD.</summary>
    public sealed record Settings
    {
        /// <summary>μ.</summary>
        [Range(1e-8, 100.0), LogScale, Display(Name = "Perturbation", Description = "How far μ the points of a difference lie from the present one.")]
        public double Smoothing { get; init; } = 0.01;

        /// <summary>η.</summary>
        [Range(1e-10, 100.0), LogScale, Display(Name = "Step size", Description = "The factor η on the estimated gradient.")]
        public double StepSize { get; init; } = 0.02;

        /// <summary>Forward or central differences.</summary>
        [Display(Name = "Difference", Description = "Forward differences use m points for m - 1 directions, central ones for m/2, more accurately.")]
        public Difference Form { get; init; } = Difference.Forward;

        /// <summary>Where directions are drawn.</summary>
        [Advanced, Display(Name = "Directions", Description = "Standard normal directions (gaussian) or unit ones times d (sphere).")]
        public Distribution Directions { get; init; } = Distribution.Gaussian;

        /// <summary>λ.</summary>
        [Range(0.0, 10.0), Advanced, Display(Name = "Weight decay", Description = "Shrinks the point by ηλ a step.")]
        public double WeightDecay { get; init; }
    }

    /// <summary>The state between two rounds.</summary>
    /// <param name="Centre">The point x.</param>
    public sealed record State(double[] Centre);

    /// <inheritdoc/>
    public override JudgementKind Accepts => JudgementKind.Values;

    /// <inheritdoc/>
    protected override State Begin(Context<Settings> context) => new(context.Problem.Origin());

    /// <inheritdoc/>
    protected override Query Plan(Context<Settings> context, State state)
    {
        var central = context.Settings.Form == Difference.Central;
        var candidates = Math.Max(2, context.Problem.Candidates);
        var roles = new Role[central ? candidates / 2 * 2 : candidates];
        roles[0] = new Role(central ? RoleKind.Sample : RoleKind.Incumbent, 0);
        return new Query(roles.Length, Math.Min(context.Problem.RankTop, roles.Length), JudgementKind.Values, Stage.Explore, [.. roles]);
    }

    /// <inheritdoc/>
    protected override void Ask(Context<Settings> context, State state, Batch batch)
    {
        var settings = context.Settings;
        if (settings.Form == Difference.Forward)
        {
            state.Centre.CopyTo(batch[0]);
            for (var i = 1; i < batch.Count; i++)
            {
                Draw(context, i - 1, batch[i]);
                TensorPrimitives.MultiplyAdd(batch[i], settings.Smoothing, state.Centre, batch[i]);
            }

            return;
        }

        for (var i = 0; i < batch.Count; i += 2)
        {
            Draw(context, i / 2, batch[i]);
            TensorPrimitives.MultiplyAdd(batch[i], -settings.Smoothing, state.Centre, batch[i + 1]);
            TensorPrimitives.MultiplyAdd(batch[i], settings.Smoothing, state.Centre, batch[i]);
        }
    }

    /// <inheritdoc/>
    protected override State Tell(Context<Settings> context, State state, ReadOnlyBatch batch, Answer answer)
    {
        var settings = context.Settings;
        var central = settings.Form == Difference.Central;
        var directions = central ? batch.Count / 2 : batch.Count - 1;
        var scale = (settings.Directions == Distribution.Sphere ? batch.Dimension : 1.0) / directions;
        var point = new double[batch.Dimension];
        TensorPrimitives.Multiply(state.Centre, 1 - (settings.StepSize * settings.WeightDecay), point);
        var direction = new double[batch.Dimension];
        for (var i = 0; i < directions; i++)
        {
            var (ahead, behind) = central ? (2 * i, (2 * i) + 1) : (i + 1, 0);
            var slope = (answer.Losses[ahead] - answer.Losses[behind]) / ((central ? 2 : 1) * settings.Smoothing);
            TensorPrimitives.Subtract(batch[ahead], state.Centre, direction);
            TensorPrimitives.MultiplyAdd(direction, -settings.StepSize * scale * slope / settings.Smoothing, point, point);
        }

        context.Problem.Geometry.Project(point);
        return new State(point);
    }

    /// <inheritdoc/>
    protected override ReadOnlySpan<double> Best(State state) => state.Centre;

    private static void Draw(Context<Settings> context, int direction, Span<double> destination)
    {
        if (context.Settings.Directions == Distribution.Sphere)
        {
            context.Noise.Direction(direction, destination);
        }
        else
        {
            context.Noise.Normal(direction, destination);
        }
    }
}
