using System.ComponentModel.DataAnnotations;

namespace Ranking.Engine.Oracles;

/// <summary>The (m,k)-ranking oracle: the k best of m candidates in their true order.</summary>
[Entry("exact-ranking", "Exact ranking", Summary = "Puts the best candidates in their true order.",
    Source = "Tang, Rybin, Chang: Zeroth-Order Optimization Meets Human Feedback, ICLR 2024, arXiv 2303.03751")]
public sealed class ExactRanking : Oracle<ExactRanking.Settings>
{
    /// <summary>The settings of the exact ranking.</summary>
    public sealed record Settings
    {
        /// <summary>k.</summary>
        [Range(0, 64), Display(Name = "Places", Description = "How many places k are told; 0 tells as many as the round asks for.")]
        public int Places { get; init; }
    }

    /// <inheritdoc/>
    public override Judgement Judge(ReadOnlySpan<double> losses, int rankTop, Noise noise, Settings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var places = Math.Min(losses.Length, settings.Places > 0 ? settings.Places : rankTop);
        return Judgement.Ranking.Of(Ascending(losses).AsSpan(0, places));
    }
}
