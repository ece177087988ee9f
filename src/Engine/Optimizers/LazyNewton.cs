using System.ComponentModel.DataAnnotations;

namespace Ranking.Engine.Optimizers;

/// <summary>
/// Lazy Newton: x ← x - (H + δI)⁻¹ g with a fresh gradient, but a Hessian that is measured only once in several steps. A
/// period of 1 without damping is Newton's method.
/// </summary>
[Entry("lazy-newton", "Lazy Newton",
    Summary = "Newton's method that measures curvature once and uses it for several steps.",
    Formula = "x ← x − (H₀ + δI)⁻¹ g, H₀ from some steps ago",
    Source = "Doikov, Chayti, Jaggi: Second-order optimization with lazy Hessians, ICML 2023, arXiv 2212.00781")]
public sealed class LazyNewton : NewtonMethod<LazyNewton.Settings>
{
    /// <summary>The settings of lazy Newton.</summary>
    public sealed record Settings : NewtonSettings
    {
        /// <summary>Steps per Hessian.</summary>
        [Range(1, 1000), Display(Name = "Refresh every", Description = "How many steps use one Hessian.")]
        public int Period { get; init; } = 3;

        /// <summary>δ.</summary>
        [Range(0.0, 1e6), LogScale, Display(Name = "Damping", Description = "Added to each curvature, δ; shortens steps, most where curvature is small.")]
        public double Damping { get; init; } = 30;
    }

    /// <inheritdoc/>
    protected override int Period(Settings settings) => settings.Period;

    /// <inheritdoc/>
    protected override double[] Move(Settings settings, double[] slopes, double[] curvatures) =>
        Newton(slopes, curvatures.Select(w => w + settings.Damping));
}
