using System.ComponentModel.DataAnnotations;

namespace Ranking.Engine.Optimizers;

/// <summary>The settings that all methods of the Adam family share.</summary>
public record AdamSettings : StepSettings
{
    /// <summary>η.</summary>
    [Range(1e-8, 100.0), LogScale, Display(Name = "Step size", Description = "About the length η of a step in each coordinate.")]
    public override double StepSize { get; init; } = 0.1;

    /// <summary>β₁.</summary>
    [Range(0.0, 0.9999), Display(Name = "Gradient memory", Description = "Decay β₁ of the running mean of the gradient.")]
    public double Beta1 { get; init; } = 0.9;

    /// <summary>β₂.</summary>
    [Range(0.0, 0.999999), Display(Name = "Square memory", Description = "Decay β₂ of the running mean of the squared gradient.")]
    public double Beta2 { get; init; } = 0.999;

    /// <summary>ε.</summary>
    [Range(1e-16, 1.0), LogScale, Advanced, Display(Name = "Epsilon", Description = "Added to the root, so that nothing is divided by zero.")]
    public double Epsilon { get; init; } = 1e-8;

    /// <summary>λ.</summary>
    [Range(0.0, 10.0), Advanced, Display(Name = "Weight decay", Description = "How strongly, λ, the point is drawn to the origin.")]
    public double WeightDecay { get; init; }
}

/// <summary>The state of the Adam family between two steps.</summary>
/// <param name="Centre">The point x.</param>
/// <param name="Mean">m.</param>
/// <param name="Square">v.</param>
/// <param name="Kept">What the method keeps besides; empty where that is nothing.</param>
/// <param name="Power1">β₁ᵗ after t steps.</param>
/// <param name="Power2">β₂ᵗ after t steps.</param>
/// <param name="Steps">t.</param>
public sealed record AdamState(double[] Centre, double[] Mean, double[] Square, double[] Kept, double Power1, double Power2, int Steps)
{
    /// <summary>The state before the first step, with room for <paramref name="kept"/> further numbers.</summary>
    public static AdamState At(double[] centre, int kept = 0)
    {
        ArgumentNullException.ThrowIfNull(centre);
        return new(centre, new double[centre.Length], new double[centre.Length], new double[kept], 1, 1, 0);
    }

    /// <summary>The counts of the step after this one, its vectors all zero.</summary>
    public AdamState Next(AdamSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return At(new double[Centre.Length], Kept.Length) with
        {
            Power1 = Power1 * settings.Beta1,
            Power2 = Power2 * settings.Beta2,
            Steps = Steps + 1,
        };
    }
}

/// <summary>
/// A method with running means m of the gradient and v of its square. Those that differ in the step alone say so in
/// <see cref="Move"/>; weight decay enters by the gradient, g + λx, unless a method has it otherwise.
/// </summary>
/// <typeparam name="TSettings">The settings record.</typeparam>
public abstract class AdamMethod<TSettings> : GradientMethod<TSettings, AdamState>
    where TSettings : AdamSettings, new()
{
    /// <inheritdoc/>
    protected override AdamState Begin(Context<TSettings> context) => AdamState.At(context.Problem.Origin());

    /// <inheritdoc/>
    protected override ReadOnlySpan<double> Best(AdamState state) => state.Centre;

    /// <inheritdoc/>
    protected sealed override AdamState Step(Context<TSettings> context, AdamState state, double value, ReadOnlySpan<double> gradient) =>
        Moved(context.Problem.Geometry, context.Settings, state, gradient);

    /// <summary>The state after a step along <paramref name="gradient"/>, which may be an estimate.</summary>
    internal AdamState Moved(Geometry geometry, TSettings settings, AdamState state, ReadOnlySpan<double> gradient)
    {
        var next = state.Next(settings);
        var shaped = gradient.ToArray();
        Shape(settings, state, shaped);
        Average(settings, state, next, shaped);
        Move(settings, state, next, shaped);
        geometry.Project(next.Centre);
        return next;
    }

    /// <summary>Turns the gradient that was told into the one that the means are taken of.</summary>
    protected virtual void Shape(TSettings settings, AdamState state, Span<double> gradient)
    {
        for (var i = 0; i < gradient.Length; i++)
        {
            gradient[i] += settings.WeightDecay * state.Centre[i];
        }
    }

    /// <summary>Writes the means of <paramref name="next"/>.</summary>
    protected virtual void Average(TSettings settings, AdamState state, AdamState next, ReadOnlySpan<double> gradient)
    {
        for (var i = 0; i < gradient.Length; i++)
        {
            next.Mean[i] = (settings.Beta1 * state.Mean[i]) + ((1 - settings.Beta1) * gradient[i]);
            next.Square[i] = (settings.Beta2 * state.Square[i]) + ((1 - settings.Beta2) * gradient[i] * gradient[i]);
        }
    }

    /// <summary>Writes the point of <paramref name="next"/>, whose means are those of this step.</summary>
    protected abstract void Move(TSettings settings, AdamState state, AdamState next, ReadOnlySpan<double> gradient);

    /// <summary>Adam's own step from <paramref name="keep"/> times the point: x - η m̂ / (√v̂ + ε).</summary>
    protected static void Follow(AdamSettings settings, AdamState state, AdamState next, ReadOnlySpan<double> square, double keep = 1)
    {
        var (stepSize, root) = (settings.StepSize / (1 - next.Power1), Math.Sqrt(1 - next.Power2));
        for (var i = 0; i < square.Length; i++)
        {
            next.Centre[i] = (keep * state.Centre[i]) - (stepSize * next.Mean[i] / ((Math.Sqrt(square[i]) / root) + settings.Epsilon));
        }
    }

    /// <summary>
    /// The factor r √(1-β₂ᵗ) on the step while v knows too few gradients to be relied on (Liu et al., ICLR 2020, algorithm
    /// 2); null for as long as its variance cannot be told at all.
    /// </summary>
    /// <param name="settings">The settings.</param>
    /// <param name="next">The state with the counts of this step.</param>
    /// <param name="threshold">The length ρ of the memory from which on its variance can be told.</param>
    protected static double? Rectified(AdamSettings settings, AdamState next, double threshold)
    {
        var longest = (2 / (1 - settings.Beta2)) - 1;
        var length = longest - (2 * next.Steps * next.Power2 / (1 - next.Power2));
        return length >= threshold && longest > 4
            ? Math.Sqrt((1 - next.Power2) * (length - 4) / (longest - 4) * (length - 2) / length * longest / (longest - 2))
            : null;
    }
}
