using System.ComponentModel.DataAnnotations;

namespace Ranking.Engine.Oracles;

/// <summary>A judge who does not look closely: candidates of nearly the same value share a tier.</summary>
[Entry("lazy", "Lazy ranking", Summary = "Ties candidates that are nearly as good as each other and lists only the best tiers.")]
public sealed class LazyRanking : Oracle<LazyRanking.Settings>
{
    /// <summary>The settings of the lazy ranking.</summary>
    public sealed record Settings
    {
        /// <summary>The width of a tier.</summary>
        [Range(0.0, 1.0), Display(Name = "Tolerance", Description = "Values this close to the best of a tier tie with it, as a share of the range of the batch's values.")]
        public double Tolerance { get; init; } = 0.2;
    }

    /// <inheritdoc/>
    public override Judgement Judge(ReadOnlySpan<double> losses, int rankTop, Noise noise, Settings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var (lowest, highest) = (losses[0], losses[0]);
        foreach (var loss in losses)
        {
            (lowest, highest) = (Math.Min(lowest, loss), Math.Max(highest, loss));
        }

        return Tiered(losses, settings.Tolerance * (highest - lowest), rankTop);
    }
}
