using System.Collections.Immutable;
using System.Text.Json;
using Ranking.Engine.Sessions;

namespace Ranking.Engine.Tests.Plots;

/// <summary>Session histories of any length, made by formula.</summary>
internal static class Histories
{
    private static readonly DateTimeOffset Noon = new(2030, 1, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly JsonElement None = JsonSerializer.SerializeToElement(new { });

    /// <summary>A history with this many judged rounds, every third a line search; values fall by a fifth each round.</summary>
    public static SessionHistory Of(int rounds, bool valueIsKnown)
    {
        var config = new SessionConfig("A session", "Which do you like best?", new Chosen("function", 1, None), new Chosen("zo-rank-sgd", 1, None), 6, 3, 1, 100, valueIsKnown, 7);
        return new SessionHistory(config, [new SessionEvent.Started(config, Noon)], [.. Enumerable.Range(0, rounds).Select(i => Round(i, valueIsKnown))]);
    }

    private static RoundRecord Round(int i, bool valueIsKnown)
    {
        var query = Query.Samples(6, 3, JudgementKind.Ranking) with { Stage = i % 3 == 2 ? Stage.LineSearch : Stage.Explore };
        var judged = new SessionEvent.Judged((uint)i, new Guid(i, 0, 0, new byte[8]), "Ada", Judgement.Ranking.Of(1, 4, 2), [5, 4, 3, 2, 1, 0], [], 4000, Noon.AddSeconds(30 * i));
        ImmutableArray<string> candidates = [.. Enumerable.Range(0, 6).Select(c => $"{i}-{c}")];
        return new RoundRecord((uint)i, $"b{i}", query, candidates, [judged], null, $"{i}-best", Math.Sqrt(i + 1) / 10, i < 2 ? null : Math.Sin(i), valueIsKnown ? 40 * Math.Pow(0.8, i) : null, 12);
    }
}
