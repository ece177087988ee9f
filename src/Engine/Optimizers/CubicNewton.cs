using System.ComponentModel.DataAnnotations;

namespace Ranking.Engine.Optimizers;

/// <summary>
/// Cubic Newton: the step h with the lowest g·h + ½h·Hh + (M/6)|h|³, which is safe even where H has negative eigenvalues:
/// h = -(H + ½MrI)⁻¹g with r = |h| and H + ½MrI positive semidefinite. One Hessian may serve several steps.
/// </summary>
[Entry("cubic-newton", "Cubic Newton",
    Summary = "Newton's method with a cubic term that keeps it from going too far.",
    Formula = "x ← x + argmin g·h + ½h·Hh + (M/6)|h|³",
    Source = "Nesterov, Polyak: Cubic regularization of Newton method and its global performance, 2006; lazy: Doikov, Chayti, Jaggi, ICML 2023")]
public sealed class CubicNewton : NewtonMethod<CubicNewton.Settings>
{
    // Halvings that leave no number between the bounds of any two doubles worth telling apart.
    private const int Halvings = 200;

    /// <summary>The settings of cubic Newton.</summary>
    public sealed record Settings : NewtonSettings
    {
        /// <summary>M.</summary>
        [Range(1e-6, 1e9), LogScale, Display(Name = "Cubic weight", Description = "How fast, M, curvature may change; larger is more careful.")]
        public double Cubic { get; init; } = 10;

        /// <summary>Steps per Hessian.</summary>
        [Range(1, 1000), Display(Name = "Refresh every", Description = "How many steps use one Hessian.")]
        public int Period { get; init; } = 1;
    }

    /// <inheritdoc/>
    protected override int Period(Settings settings) => settings.Period;

    /// <inheritdoc/>
    protected override double[] Move(Settings settings, double[] slopes, double[] curvatures)
    {
        var half = 0.5 * settings.Cubic;
        var lowest = curvatures.Min();
        var least = Math.Max(0, -lowest / half);

        // |h(r)| falls as r grows: find where it equals r.
        var (low, high) = (least, Math.Max(1, 2 * least));
        while (Length(high) > high)
        {
            high *= 2;
        }

        for (var n = 0; n < Halvings; n++)
        {
            var middle = 0.5 * (low + high);
            (low, high) = Length(middle) > middle ? (middle, high) : (low, middle);
        }

        var step = Shifted(high);
        var length = Reduce.Norm(step);
        if (length < least)
        {
            // There is no slope along the lowest curvature: the rest of r goes that way, to either side.
            step[Array.IndexOf(curvatures, lowest)] = Math.Sqrt((least * least) - (length * length));
        }

        return step;

        double[] Shifted(double r) => Newton(slopes, curvatures.Select(w => w + (half * r)));
        double Length(double r) => Reduce.Norm(Shifted(r));
    }
}
