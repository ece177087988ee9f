using System.ComponentModel.DataAnnotations;

namespace Ranking.Engine.Oracles;

/// <summary>Tells the value of every candidate with a normal error.</summary>
[Entry("noisy-value", "Noisy values", Summary = "Tells the known value of every candidate with a normal error of its own.")]
public sealed class NoisyValue : Oracle<NoisyValue.Settings>
{
    /// <summary>The settings of the noisy values.</summary>
    public sealed record Settings
    {
        /// <summary>σ.</summary>
        [Range(0.0, 1000.0), LogScale, Display(Name = "Deviation", Description = "Standard deviation σ of the error, in units of the value.")]
        public double Deviation { get; init; } = 1;
    }

    /// <inheritdoc/>
    public override JudgementKind Gives => JudgementKind.Values;

    /// <inheritdoc/>
    public override Judgement Judge(ReadOnlySpan<double> losses, int rankTop, Noise noise, Settings settings)
    {
        ArgumentNullException.ThrowIfNull(noise);
        ArgumentNullException.ThrowIfNull(settings);
        var told = losses.ToArray();
        Span<double> error = stackalloc double[1];
        for (var i = 0; i < told.Length; i++)
        {
            noise.Normal(i, error);
            told[i] += settings.Deviation * error[0];
        }

        return new Judgement.Values([.. told]);
    }
}
