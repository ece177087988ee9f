using System.ComponentModel.DataAnnotations;

namespace Ranking.Engine.Optimizers;

/// <summary>
/// Lazy Newton: x ← x - (H + δI)⁻¹ g with a fresh gradient, but a Hessian that is measured only once in several steps. A
/// period of 1 without damping and lifting is Newton's method.
/// </summary>
[Entry("lazy-newton", "Lazy Newton", revision: 2,
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

        /// <summary>Whether negative curvature is lifted to zero.</summary>
        [Advanced, Display(Name = "Lift negative curvature", Description = "Where the lowest curvature is negative, raise all by as much, so that steps go downhill and not to saddles and peaks.")]
        public bool Lift { get; init; } = true;
    }

    /// <inheritdoc/>
    protected override int Period(Settings settings) => settings.Period;

    /// <inheritdoc/>
    protected override double[] Move(Settings settings, double[] slopes, double[] curvatures) =>
        Newton(slopes, curvatures.Select(w => w + settings.Damping + (settings.Lift ? Math.Max(0, -curvatures.Min()) : 0)));
}
