using System.ComponentModel.DataAnnotations;

namespace Ranking.Engine.Optimizers;

/// <summary>
/// GLD-Fast: the radii 2⁻ᵏR for k = -K … K with K = ⌈log₂(4√Q)⌉ around a radius R that halves every
/// H = ⌈dQ log₂ Q⌉ sweeps; Q bounds the condition number.
/// </summary>
[Entry("gld-fast", "GLD-Fast",
    Summary = "Tries a few distances around one that shrinks by itself; asks only which is best.",
    Source = "Golovin, Karro, Kochanski, Lee, Song, Zhang: Gradientless Descent, ICLR 2020, arXiv 1911.06317")]
public sealed class GldFast : GradientlessDescent<GldFast.Settings>
{
    // Below this the radius stays: smaller ones would vanish beside the point's own rounding.
    private const int MostShrinkings = 200;

    /// <summary>The settings of GLD-Fast.</summary>
    public sealed record Settings
    {
        /// <summary>R.</summary>
        [Range(1e-6, 1e6), LogScale, Display(Name = "First distance", Description = "The middle distance R of the first sweeps.")]
        public double Radius { get; init; } = 1;

        /// <summary>Q.</summary>
        [Range(1.0, 1e6), LogScale, Display(Name = "Condition bound", Description = "How many times steeper Q the steepest direction may be than the flattest; larger values shrink the distance later.")]
        public double ConditionBound { get; init; } = 2;
    }

    /// <inheritdoc/>
    protected override int Points(Settings settings) => (2 * Reach(settings)) + 1;

    /// <inheritdoc/>
    protected override double Radius(Settings settings, int dimension, int sweep, int k)
    {
        var shrinkings = Math.Min(MostShrinkings, sweep / Patience(dimension, settings.ConditionBound));
        return Math.ScaleB(settings.Radius, Reach(settings) - k - (int)shrinkings);
    }

    private static int Reach(Settings settings) => Halvings(4 * Math.Sqrt(settings.ConditionBound));

    // H. The logarithm of a power of two is exact, so that rounding up does not go one too far.
    private static double Patience(int dimension, double q)
    {
        var exponent = Math.ILogB(q);
        var log2 = exponent + (NormalQuantile.Log(Math.ScaleB(q, -exponent)) / NormalQuantile.Log(2));
        return Math.Max(1, Math.Ceiling(dimension * q * log2));
    }
}
