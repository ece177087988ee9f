using System.ComponentModel.DataAnnotations;

namespace Ranking.Engine.Optimizers;

/// <summary>
/// Saddle-free Newton: x ← x - η (|H| + δI)⁻¹ g, where |H| has the eigenvectors of H and the absolute eigenvalues: away
/// from saddles along directions of negative curvature, where Newton's own step leads to them.
/// </summary>
[Entry("saddle-free-newton", "Saddle-free Newton",
    Summary = "Newton's method that flees saddle points instead of stopping there.",
    Formula = "x ← x − η (|H| + δI)⁻¹ g",
    Source = "Dauphin et al.: Identifying and attacking the saddle point problem in high-dimensional non-convex optimization, NeurIPS 2014, arXiv 1406.2572")]
public sealed class SaddleFreeNewton : NewtonMethod<SaddleFreeNewton.Settings>
{
    /// <summary>The settings of saddle-free Newton.</summary>
    public sealed record Settings : NewtonSettings
    {
        /// <summary>η.</summary>
        [Range(1e-8, 10.0), LogScale, Display(Name = "Step size", Description = "The factor η on the whole step.")]
        public double StepSize { get; init; } = 1;

        /// <summary>δ.</summary>
        [Range(0.0, 1e6), LogScale, Display(Name = "Damping", Description = "Added to each absolute curvature, δ; shortens steps where curvature is small.")]
        public double Damping { get; init; } = 1e-3;
    }

    /// <inheritdoc/>
    protected override double[] Move(Settings settings, double[] slopes, double[] curvatures) =>
        Newton([.. slopes.Select(slope => settings.StepSize * slope)], curvatures.Select(w => Math.Abs(w) + settings.Damping));
}
