using System.ComponentModel.DataAnnotations;

namespace Ranking.Engine.Oracles;

/// <summary>
/// A judge who errs as the Plackett-Luce model does: each place goes to a candidate with probability proportional to
/// e^(-f/T) among those left. Drawn by adding Gumbel noise to each value and sorting. On top of it the ways in which
/// people fail: a liking for what is shown first, ties between what is close, answers without looking, and answers
/// against better knowledge.
/// </summary>
[Entry("plackett-luce", "Noisy ranking", 2, Summary = "Ranks with mistakes: the closer two candidates, the more often it errs.",
    Source = "Luce: Individual Choice Behavior, 1959; Plackett: The Analysis of Permutations, 1975")]
public sealed class NoisyRanking : Oracle<NoisyRanking.Settings>
{
    // Draws beside the candidates' own, at a position that no candidate's Gumbel noise uses.
    private const int WholeAnswer = 1;

    /// <summary>The settings of the noisy ranking.</summary>
    public sealed record Settings
    {
        /// <summary>T.</summary>
        [Range(0.0, 1000.0), Display(Name = "Temperature", Description = "How much it errs, T: the difference of values at which a pair is judged right in 73 of 100 cases; 0 never errs.")]
        public double Temperature { get; init; } = 0.5;

        /// <summary>Whether T and the other amounts count in standard deviations.</summary>
        [Display(Name = "Relative", Description = "Count temperature, position bias and tie width in standard deviations of the batch's values, so that errors do not vanish or prevail as a run proceeds.")]
        public bool Relative { get; init; } = true;

        /// <summary>The advantage of the first place on the screen.</summary>
        [Range(0.0, 1000.0), Advanced, Display(Name = "Position bias", Description = "By how much the first candidate seems better than the last one because it is shown first; those between in proportion.")]
        public double PositionBias { get; init; }

        /// <summary>What counts as the same.</summary>
        [Range(0.0, 1000.0), Advanced, Display(Name = "Tie width", Description = "Candidates that seem this close to the best of a tier tie with it.")]
        public double TieWidth { get; init; }

        /// <summary>The share of answers without looking.</summary>
        [Range(0.0, 1.0), Advanced, Display(Name = "Lapses", Description = "Share of answers that are an order by pure chance.")]
        public double Lapses { get; init; }

        /// <summary>The share of answers turned round.</summary>
        [Range(0.0, 1.0), Advanced, Display(Name = "Adversarial", Description = "Share of answers that are turned round: the worst first.")]
        public double Adversarial { get; init; }
    }

    /// <inheritdoc/>
    /// <remarks>Candidates are taken to be shown in the order of <paramref name="losses"/>.</remarks>
    public override Judgement Judge(ReadOnlySpan<double> losses, int rankTop, Noise noise, Settings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(noise);
        if (noise.Uniform(0, WholeAnswer) < settings.Lapses)
        {
            return Judgement.Ranking.Of(noise.Permutation(losses.Length, losses.Length).AsSpan(0, Math.Min(rankTop, losses.Length)));
        }

        var unit = settings.Relative ? Deviation(losses) : 1;
        var sign = noise.Uniform(1, WholeAnswer) < settings.Adversarial ? -1 : 1;
        var keys = losses.ToArray();
        for (var i = 0; i < keys.Length; i++)
        {
            var gumbel = NormalQuantile.Log(-NormalQuantile.Log(noise.Uniform(i, 0)));
            var place = keys.Length > 1 ? (double)i / (keys.Length - 1) : 0;
            keys[i] = sign * (keys[i] + (unit * ((settings.Temperature * gumbel) + (settings.PositionBias * place))));
        }

        return Tiered(keys, unit * settings.TieWidth, rankTop);
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
