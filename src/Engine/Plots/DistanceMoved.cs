using Ranking.Engine.Sessions;

namespace Ranking.Engine.Plots;

/// <summary>How far the incumbent is from where it started, after each round.</summary>
[Entry("distance-moved", "Distance moved from the start", Summary = "How far the best point is from the start, in units of the latent's standard deviation.")]
public sealed class DistanceMoved : Plot
{
    /// <inheritdoc/>
    public override int Order => 1;

    /// <inheritdoc/>
    public override Figure Draw(SessionHistory history)
    {
        var rounds = Judged(history);
        var line = rounds.Select((round, i) => (round, X: i + 1.0)).Where(r => r.round.Query.Stage == Stage.LineSearch).ToArray();
        var last = rounds.IsEmpty ? "" : Rounded(rounds[^1].Distance);
        var moved = new Series("centre", [0, .. Numbers(rounds)], [0, .. rounds.Select(r => r.Distance)]) { Shape = Shape.Area, Label = last };
        var stops = new Series("line search", [.. line.Select(r => r.X)], [.. line.Select(r => r.round.Distance)]) { Shape = Shape.Squares };
        return new Figure("Distance moved from the start", "|x − x₀| / √d, in standard deviations of the latent", "round", line.Length == 0 ? [moved] : [moved, stops])
        {
            XTo = Horizon(history),
            FromZero = true,
            Summary = rounds.IsEmpty ? "" : $"After {rounds.Length} rounds the best point is {last} away from the start.",
        };
    }
}
