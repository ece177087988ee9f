using System.ComponentModel.DataAnnotations;

namespace Ranking.Engine.Oracles;

/// <summary>
/// A judge who errs as the Plackett-Luce model does: each place goes to a candidate with probability proportional to
/// e^(-f/T) among those left. Drawn by adding Gumbel noise to each value and sorting.
/// </summary>
[Entry("plackett-luce", "Noisy ranking", Summary = "Ranks with mistakes: the closer two candidates, the more often it errs.",
    Source = "Luce: Individual Choice Behavior, 1959; Plackett: The Analysis of Permutations, 1975")]
public sealed class NoisyRanking : Oracle<NoisyRanking.Settings>
{
    /// <summary>The settings of the noisy ranking.</summary>
    public sealed record Settings
    {
        /// <summary>T.</summary>
        [Range(0.0, 1000.0), Display(Name = "Temperature", Description = "How much it errs, T: the difference of values at which a pair is judged right in 73 of 100 cases; 0 never errs.")]
        public double Temperature { get; init; } = 0.5;

        /// <summary>Whether T counts in standard deviations.</summary>
        [Display(Name = "Relative", Description = "Count the temperature in standard deviations of the batch's values, so that errors do not vanish or prevail as a run proceeds.")]
        public bool Relative { get; init; } = true;
    }

    /// <inheritdoc/>
    public override Judgement Judge(ReadOnlySpan<double> losses, int rankTop, Noise noise, Settings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(noise);
        var temperature = settings.Temperature * (settings.Relative ? Deviation(losses) : 1);
        var keys = losses.ToArray();
        for (var i = 0; i < keys.Length; i++)
        {
            keys[i] += temperature * NormalQuantile.Log(-NormalQuantile.Log(noise.Uniform(i, 0)));
        }

        return Judgement.Ranking.Of(Ascending(keys).AsSpan(0, Math.Min(rankTop, keys.Length)));
    }

    private static double Deviation(ReadOnlySpan<double> losses)
    {
        var (mean, squares) = (0.0, 0.0);
        foreach (var loss in losses)
        {
            mean += loss / losses.Length;
        }

        foreach (var loss in losses)
        {
            squares += (loss - mean) * (loss - mean) / losses.Length;
        }

        return Math.Sqrt(squares);
    }
}
