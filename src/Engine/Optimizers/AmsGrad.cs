using System.ComponentModel.DataAnnotations;
using System.Numerics.Tensors;

namespace Ranking.Engine.Optimizers;

/// <summary>AMSGrad: Adam divided by the greatest v so far, so that steps never grow again once gradients were large.</summary>
[Entry("amsgrad", "AMSGrad",
    Summary = "Adam that remembers the largest squared gradients, so that its steps only shrink.",
    Formula = "x ← x − η m̂/(√(max v) + ε)",
    Source = "Reddi, Kale, Kumar: On the Convergence of Adam and Beyond, ICLR 2018, arXiv 1904.09237")]
public sealed class AmsGrad : AdamMethod<AmsGrad.Settings>
{
    /// <summary>The settings of AMSGrad.</summary>
    public sealed record Settings : AdamSettings
    {
        /// <summary>Whether m and v are freed from their start at zero.</summary>
        [Advanced, Display(Name = "Bias correction", Description = "Free the means from their start at zero, as Adam does and the paper does not.")]
        public bool BiasCorrection { get; init; } = true;
    }

    /// <inheritdoc/>
    protected override AdamState Begin(Context<Settings> context) => AdamState.At(context.Problem.Origin(), context.Problem.Dimension);

    /// <inheritdoc/>
    protected override void Move(Settings settings, AdamState state, AdamState next, ReadOnlySpan<double> gradient)
    {
        TensorPrimitives.Max(state.Kept, next.Square, next.Kept);
        Follow(settings, state, settings.BiasCorrection ? next : next with { Power1 = 0, Power2 = 0 }, next.Kept);
    }
}
