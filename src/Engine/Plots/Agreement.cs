using System.Globalization;
using Ranking.Engine.Sessions;

namespace Ranking.Engine.Plots;

/// <summary>Whether the incumbent goes on in the direction it had.</summary>
[Entry("agreement", "Agreement with the round before", Summary = "Cosine between successive moves of the best point: above the band, the answers agree.")]
public sealed class Agreement : Plot
{
    /// <inheritdoc/>
    public override int Order => 2;

    /// <inheritdoc/>
    public override Figure Draw(SessionHistory history)
    {
        var bars = Judged(history).Select((round, i) => (X: i + 1.0, Y: round.Agreement)).Where(r => r.Y is not null).Select(r => (r.X, Y: r.Y!.Value)).ToArray();
        return new Figure("Agreement with the round before", "cosine between successive moves, −1 to 1", "round",
        [
            Side("same way", Tone.Positive, bars.Where(b => b.Y >= 0)),
            Side("against", Tone.Negative, bars.Where(b => b.Y < 0)),
        ])
        {
            XFrom = 1,
            XTo = Horizon(history),
            FromZero = true,
            Levels = [new Level(-Chance, Chance, string.Create(CultureInfo.InvariantCulture, $"chance, ±{Chance:0.00}"))],
            Summary = bars.Length == 0 ? "" : $"{bars.Count(b => b.Y > Chance)} of {bars.Length} moves go on the way of the move before.",
        };

        static Series Side(string name, Tone tone, IEnumerable<(double X, double Y)> bars)
        {
            var points = bars.ToArray();
            return new Series(name, [.. points.Select(p => p.X)], [.. points.Select(p => p.Y)]) { Shape = Shape.Bars, Tone = tone };
        }
    }

    // Two random directions have a cosine of about ±2/√d; the dimension is not part of a history, and no band below 0.05 can be seen.
    private const double Chance = 0.05;
}
