using Ranking.Engine.Sessions;

namespace Ranking.Engine.Plots;

/// <summary>The true value of the incumbent, where a function knows it.</summary>
[Entry("known-value", "Known value of the best so far", Summary = "The true value of the best point after each round; lower is better.")]
public sealed class KnownValue : Plot
{
    /// <inheritdoc/>
    public override int Order => 0;

    /// <inheritdoc/>
    public override string? Missing(SessionHistory history)
    {
        var rounds = Judged(history);
        return rounds.IsEmpty ? "The first value comes after the first round."
            : rounds.Any(r => r.Value is null) ? "Only people can tell how good these pictures are: there is no known value."
            : null;
    }

    /// <inheritdoc/>
    public override Figure Draw(SessionHistory history)
    {
        var known = Judged(history).Select((round, i) => (X: i + 1.0, Y: round.Value)).Where(r => r.Y is { } y && double.IsFinite(y)).Select(r => (r.X, Y: r.Y!.Value)).ToArray();
        var log = known.Length > 1 && known.All(k => k.Y > 0) && known.Max(k => k.Y) > 100 * known.Min(k => k.Y);
        var last = known.Length == 0 ? "" : Rounded(known[^1].Y);
        return new Figure("Known value of the best so far", log ? "value of the test function, log scale, lower is better" : "value of the test function, lower is better", "round",
            [new Series("value", [.. known.Select(k => k.X)], [.. known.Select(k => k.Y)]) { Tone = Tone.Accent, Label = last }])
        {
            XFrom = 1,
            XTo = Horizon(history),
            FromZero = !log,
            LogY = log,
            Summary = known.Length == 0 ? "" : $"The value went from {Rounded(known[0].Y)} to {last}.",
        };
    }
}
