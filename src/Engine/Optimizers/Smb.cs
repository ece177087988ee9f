using System.ComponentModel.DataAnnotations;
using System.Numerics.Tensors;

namespace Ranking.Engine.Optimizers;

/// <summary>
/// SMB: gradient descent that looks at its trial point x + s, s = -ηg. Where the function has not fallen enough there, the
/// step is replaced by that of a model built from both gradients, a combination of s, g and their difference y, which
/// bends the direction as well as the length. An accepted trial costs one gradient, a model step two.
/// </summary>
[Entry("smb", "SMB",
    Summary = "Gradient descent that corrects a step that was too long by a model of the landscape.",
    Formula = "x ← x + cₛs + c_g g + c_y y where s = −ηg fails",
    Source = "Birbil, Martin, Onay, Öztoprak: Bolstering Stochastic Gradient Descent with Model Building, 2022, arXiv 2111.07058")]
public sealed class Smb : GradientMethod<Smb.Settings, Smb.State>
{
    // Below this slope every trial is accepted, as in the authors' program.
    private const double Level = 1e-8;

    /// <summary>The settings of SMB.</summary>
    public sealed record Settings
    {
        /// <summary>The trial step.</summary>
        [Range(1e-8, 100.0), LogScale, Display(Name = "Step size", Description = "The factor η on the gradient of a trial.")]
        public double StepSize { get; init; } = 0.01;

        /// <summary>c.</summary>
        [Range(0.0, 1.0), Display(Name = "Sufficient fall", Description = "The share c of the fall that the slope promises which a trial must reach.")]
        public double SufficientFall { get; init; } = 0.1;

        /// <summary>The model's η.</summary>
        [Range(0.01, 0.9999), Advanced, Display(Name = "Model bound", Description = "How much a model step may differ from the trial: nearer to 1 is more.")]
        public double ModelBound { get; init; } = 0.99;
    }

    /// <summary>The state between two rounds.</summary>
    /// <param name="Centre">The point x.</param>
    /// <param name="Value">f(x), when the gradient is known.</param>
    /// <param name="Gradient">The gradient at x; null when it is wanted next.</param>
    /// <param name="IsModel">Whether x was reached by the model.</param>
    public sealed record State(double[] Centre, double Value, double[]? Gradient, bool IsModel);

    /// <inheritdoc/>
    protected override State Begin(Context<Settings> context) => new(context.Problem.Origin(), 0, null, false);

    /// <inheritdoc/>
    protected override ReadOnlySpan<double> Best(State state) => state.Centre;

    /// <inheritdoc/>
    protected override void Ask(Context<Settings> context, State state, Batch batch)
    {
        state.Centre.CopyTo(batch[0]);
        if (state.Gradient is { } gradient)
        {
            TensorPrimitives.MultiplyAdd(gradient, -context.Settings.StepSize, state.Centre, batch[0]);
        }
    }

    /// <inheritdoc/>
    protected override State Step(Context<Settings> context, State state, double value, ReadOnlySpan<double> gradient)
    {
        var settings = context.Settings;
        if (state.Gradient is not { } slope)
        {
            return state with { Value = value, Gradient = gradient.ToArray() };
        }

        var point = new double[gradient.Length];
        var squared = Reduce.SumOfSquares(slope);
        if (Math.Sqrt(squared) < Level || value <= state.Value - (settings.SufficientFall * settings.StepSize * squared))
        {
            TensorPrimitives.MultiplyAdd(slope, -settings.StepSize, state.Centre, point);
            context.Problem.Geometry.Project(point);
            return new State(point, value, gradient.ToArray(), false);
        }

        Model(settings, state.Centre, slope, gradient, point);
        context.Problem.Geometry.Project(point);
        return new State(point, 0, null, true);
    }

    // The minimiser of the model, in the authors' closed form.
    private static void Model(Settings settings, ReadOnlySpan<double> from, ReadOnlySpan<double> slope, ReadOnlySpan<double> gradient, Span<double> point)
    {
        var (step, change) = (new double[slope.Length], new double[slope.Length]);
        TensorPrimitives.Multiply(slope, -settings.StepSize, step);
        TensorPrimitives.Subtract(gradient, slope, change);
        var (ss, yy, ys) = (Reduce.SumOfSquares(step), Reduce.SumOfSquares(change), Reduce.Dot(change, step));
        var (yg, sg) = (Reduce.Dot(change, slope), Reduce.Dot(step, slope));
        var sigma = 0.5 * ((Math.Sqrt(ss) * (Math.Sqrt(yy) + (Reduce.Norm(slope) / settings.ModelBound))) - ys);
        var bend = ys + (2 * sigma);
        var theta = (bend * bend) - (ss * yy);
        var ofSlope = -ss / (2 * sigma);
        var ofStep = ofSlope / theta * ((yy * sg) - (bend * yg));
        var ofChange = ofSlope / theta * ((ss * yg) - (bend * sg));
        for (var i = 0; i < point.Length; i++)
        {
            point[i] = from[i] + (ofStep * step[i]) + (ofSlope * slope[i]) + (ofChange * change[i]);
        }
    }
}
