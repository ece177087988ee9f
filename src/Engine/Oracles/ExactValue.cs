namespace Ranking.Engine.Oracles;

/// <summary>Tells the value of every candidate.</summary>
[Entry("function-value", "Function value", Summary = "Tells the known value of every candidate.")]
public sealed class ExactValue : Oracle<ExactValue.Settings>
{
    /// <summary>It has no settings.</summary>
    public sealed record Settings;

    /// <inheritdoc/>
    public override JudgementKind Gives => JudgementKind.Values;

    /// <inheritdoc/>
    public override Judgement Judge(ReadOnlySpan<double> losses, int rankTop, Noise noise, Settings settings) =>
        new Judgement.Values([.. losses]);
}
