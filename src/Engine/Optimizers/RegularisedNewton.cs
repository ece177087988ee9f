using System.ComponentModel.DataAnnotations;

namespace Ranking.Engine.Optimizers;

/// <summary>
/// Gradient-regularised Newton: x ← x - (H + lI)⁻¹ g, where l follows the gradient, |g|/γ or √(L|g|): careful far from a
/// minimum, Newton's own step close to it.
/// </summary>
[Entry("gradient-regularised-newton", "Regularised Newton",
    Summary = "Newton's method with a damping that fades as the gradient does.",
    Formula = "x ← x − (H + lI)⁻¹ g, l = |g|/γ",
    Source = "Semenov, Jaggi, Doikov: Gradient-Normalized Smoothness for Optimization with Approximate Hessians, 2025; √(L|g|): Mishchenko, SIAM J. Optim. 2023")]
public sealed class RegularisedNewton : NewtonMethod<RegularisedNewton.Settings>
{
    /// <summary>How l follows the gradient.</summary>
    public enum Rule
    {
        /// <summary>|g|/γ.</summary>
        Norm,

        /// <summary>√(L|g|).</summary>
        Root,
    }

    /// <summary>The settings of gradient-regularised Newton.</summary>
    public sealed record Settings : NewtonSettings
    {
        /// <summary>How l follows the gradient.</summary>
        [Display(Name = "Damping rule", Description = "Whether the damping is the gradient's length over γ, or the root of L times it.")]
        public Rule Rule { get; init; }

        /// <summary>γ.</summary>
        [Range(1e-6, 1e6), LogScale, Display(Name = "Smoothness", Description = "How far, γ, the landscape is well described by its Hessian.")]
        public double Gamma { get; init; } = 1;

        /// <summary>L.</summary>
        [Range(1e-6, 1e9), LogScale, Display(Name = "Change of curvature", Description = "How fast, L, curvature may change.")]
        public double Lipschitz { get; init; } = 10;
    }

    /// <inheritdoc/>
    protected override double[] Move(Settings settings, double[] slopes, double[] curvatures)
    {
        // Eigenvectors are orthonormal: the slopes along them are as long as the gradient.
        var length = Reduce.Norm(slopes);
        var damping = settings.Rule == Rule.Norm ? length / settings.Gamma : Math.Sqrt(settings.Lipschitz * length);
        return Newton(slopes, curvatures.Select(w => w + damping));
    }
}
