using System.ComponentModel.DataAnnotations;

namespace Ranking.Engine.Optimizers;

/// <summary>GLD-Search: every sweep tries the radii 2⁻ᵏR for k = 0 … K with K = ⌈log₂(R/r)⌉.</summary>
[Entry("gld-search", "GLD-Search",
    Summary = "Tries all distances from large to small around the best point so far and keeps the winner; asks only which is best.",
    Source = "Golovin, Karro, Kochanski, Lee, Song, Zhang: Gradientless Descent, ICLR 2020, arXiv 1911.06317")]
public sealed class GldSearch : GradientlessDescent<GldSearch.Settings>
{
    /// <summary>The settings of GLD-Search.</summary>
    public sealed record Settings
    {
        /// <summary>R.</summary>
        [Range(1e-6, 1e6), LogScale, Display(Name = "Largest distance", Description = "The expected distance R of the farthest points of a sweep.")]
        public double Largest { get; init; } = 4;

        /// <summary>r.</summary>
        [Range(1e-6, 1e6), LogScale, Display(Name = "Smallest distance", Description = "The distance r down to which a sweep halves; at or above R only R is tried.")]
        public double Smallest { get; init; } = 0.1;
    }

    /// <inheritdoc/>
    protected override int Points(Settings settings) => Halvings(settings.Largest / settings.Smallest) + 1;

    /// <inheritdoc/>
    protected override double Radius(Settings settings, int dimension, int sweep, int k) => Math.ScaleB(settings.Largest, -k);
}
