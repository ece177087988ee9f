using System.ComponentModel.DataAnnotations;

namespace Ranking.Engine.Optimizers;

/// <summary>
/// perpGrad: the part of the gradient that is orthogonal to the point, o = g - (x·g / x·x) x, given to another method.
/// The point's length hardly changes: for functions of the direction of x alone, such as softmax losses late in training.
/// </summary>
[Entry("perpgrad", "perpGrad", revision: 2,
    Summary = "Never moves along the line to the origin: only the part of the gradient across it counts.",
    Formula = "x ← x − η (g − (x·g/x·x) x)",
    Source = "Prieto et al.: Grokking at the Edge of Numerical Stability, ICLR 2025, arXiv 2501.04697")]
public sealed class PerpGrad : AdamMethod<PerpGrad.Settings>
{
    // As in the authors' program: keeps 0/0 out.
    private const double Tiny = 1e-30;

    /// <summary>The method that follows the orthogonal gradient.</summary>
    public enum Follower
    {
        /// <summary>Gradient descent.</summary>
        Sgd,

        /// <summary>AdamW.</summary>
        AdamW,
    }

    /// <summary>The settings of perpGrad.</summary>
    public sealed record Settings : AdamSettings
    {
        /// <summary>Who gets the orthogonal gradient.</summary>
        [Display(Name = "Followed by", Description = "The method that gets the orthogonal gradient: adamW, whose steps are about as long as the step size however steep the ground, or sgd, which wants much smaller ones.")]
        public Follower Base { get; init; } = Follower.AdamW;

        /// <summary>Whether o is brought to the length of g.</summary>
        [Display(Name = "Rescale", Description = "Bring the orthogonal part to the length of the whole gradient.")]
        public bool Rescale { get; init; } = true;
    }

    /// <summary>Replaces the gradient g at <paramref name="point"/> by o.</summary>
    public static void Project(ReadOnlySpan<double> point, Span<double> gradient, bool rescale)
    {
        var length = Reduce.Norm(gradient);
        var along = Reduce.Dot(point, gradient) / (Reduce.SumOfSquares(point) + Tiny);
        for (var i = 0; i < gradient.Length; i++)
        {
            gradient[i] -= along * point[i];
        }

        var rest = Reduce.Norm(gradient);
        for (var i = 0; rescale && i < gradient.Length; i++)
        {
            gradient[i] *= length / (rest + Tiny);
        }
    }

    /// <inheritdoc/>
    protected override void Shape(Settings settings, AdamState state, Span<double> gradient) =>
        Project(state.Centre, gradient, settings.Rescale);

    /// <inheritdoc/>
    protected override void Move(Settings settings, AdamState state, AdamState next, ReadOnlySpan<double> gradient)
    {
        var keep = 1 - (settings.StepSize * settings.WeightDecay);
        if (settings.Base == Follower.AdamW)
        {
            Follow(settings, state, next, next.Square, keep);
            return;
        }

        for (var i = 0; i < gradient.Length; i++)
        {
            next.Centre[i] = (keep * state.Centre[i]) - (settings.StepSize * gradient[i]);
        }
    }
}
