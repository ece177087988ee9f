using System.Collections.Immutable;
using Ranking.Engine.Rendering;

namespace Ranking.Engine.Sessions;

/// <summary>The rounds of one session that are made ahead, and how often they were the ones that came.</summary>
internal sealed class Anticipation
{
    private const int MostPicks = 3;

    private ImmutableArray<RenderJob> _expected = [];
    private int _rounds;
    private int _ready;
    private TimeSpan _saved;

    /// <summary>What it brought so far.</summary>
    public Foresight Summary => new(_rounds, _ready, _saved.TotalSeconds);

    /// <summary>The picks of a round in which one pick decides, likeliest first: by how often each place won such rounds before.</summary>
    public static IReadOnlyList<Judgement> LikeliestPicks(SessionLog log, Query query)
    {
        var wins = new int[query.Count];
        foreach (var judged in log.Rounds.SelectMany(round => round.Judgements))
        {
            if (judged.Judgement is Judgement.Ranking { Tiers: [[var winner], ..] } && judged.Shown.Length == query.Count && winner < wins.Length)
            {
                wins[winner]++;
            }
        }

        return [.. Enumerable.Range(0, query.Count).OrderByDescending(i => wins[i]).Take(MostPicks).Select(i => Judgement.Ranking.Of(i))];
    }

    /// <summary>Takes what is expected now; rounds that were expected before keep their jobs.</summary>
    /// <param name="owner">The session.</param>
    /// <param name="rounds">The rounds' points, likeliest first.</param>
    /// <param name="lease">The space, which names the points.</param>
    public IReadOnlyList<RenderJob> Expect(object owner, IEnumerable<ReadOnlyMemory<double>> rounds, SpaceLease lease) =>
        _expected =
        [
            .. rounds.Select(points => _expected.FirstOrDefault(job => !job.Done.IsCanceled && job.Points.Span.SequenceEqual(points.Span)) ?? new RenderJob(owner, Names(points, lease), points)),
        ];

    /// <summary>Compares what came with what was expected, and expects nothing more.</summary>
    public void Meet(ReadOnlyMemory<double> points)
    {
        _rounds++;
        if (_expected.FirstOrDefault(job => job.Points.Span.SequenceEqual(points.Span)) is { Done.IsCompletedSuccessfully: true } made)
        {
            _ready++;
            _saved += made.Took;
        }

        _expected = [];
    }

    // Nobody has asked for these points yet: they go by their own names, under which every picture is found again.
    private static ImmutableArray<string> Names(ReadOnlyMemory<double> points, SpaceLease lease)
    {
        var dimension = lease.Space.Dimension;
        return [.. Enumerable.Range(0, points.Length / dimension).Select(i => lease.Key.Of(points.Span.Slice(i * dimension, dimension)))];
    }
}
