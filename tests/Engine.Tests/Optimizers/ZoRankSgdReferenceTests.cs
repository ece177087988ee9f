using System.Collections.Immutable;
using Ranking.Engine.Optimizers;
using Ranking.Engine.Tests.Reference;

namespace Ranking.Engine.Tests.Optimizers;

[Trait("Category", "Reference")]
public sealed class ZoRankSgdReferenceTests
{
    [Theory]
    [ReferenceData("zo", "zo-ranksgd-constant.json")]
    public void Constant_step_follows_the_published_trajectory(ReferenceCase example)
    {
        ArgumentNullException.ThrowIfNull(example);
        var run = Start(example, Constant(example), example.Whole("m"), example.Whole("k"), roundsPerDraw: 1);
        var (x, f) = (example.Expected.Rows("x"), Objectives.Of(example));
        var rankings = example.Expected.GetProperty("ranking").EnumerateArray().Select(r => r.Wholes()).ToArray();
        for (var t = 0; t < rankings.Length; t++)
        {
            example.AssertClose(x[t], run.Best, $"x[{t}]");
            Assert.Equal(rankings[t], run.Rank(f));
        }

        example.AssertClose(x[^1], run.Best, "last x");
    }

    [Theory]
    [ReferenceData("zo", "zo-ranksgd-tiers.json")]
    public void Ties_and_unlisted_candidates_follow_the_published_trajectory(ReferenceCase example)
    {
        ArgumentNullException.ThrowIfNull(example);
        var run = Start(example, Constant(example), example.Whole("m"), example.Whole("m"), roundsPerDraw: 1);
        var (x, f) = (example.Expected.Rows("x"), Objectives.Of(example));
        var expected = example.Expected.GetProperty("tiers").EnumerateArray()
            .Select(tiers => tiers.EnumerateArray().Select(tier => tier.Wholes().ToImmutableArray()).ToImmutableArray()).ToArray();
        var (quantum, listed) = (example.Parameter("quantum"), example.Whole("listedTiers"));
        for (var t = 0; t < expected.Length; t++)
        {
            example.AssertClose(x[t], run.Best, $"x[{t}]");
            var seen = run.Candidates().Select(p => Math.Floor(f(p) / quantum)).ToArray();
            var tiers = Enumerable.Range(0, seen.Length).GroupBy(i => seen[i]).OrderBy(g => g.Key).Select(g => g.ToImmutableArray());
            var ranking = new Judgement.Ranking([.. listed > 0 ? tiers.Take(listed) : tiers]);
            Assert.Equal(expected[t].Select(tier => tier.AsEnumerable()), ranking.Tiers.Select(tier => tier.AsEnumerable()));
            run.Tell(ranking);
        }

        example.AssertClose(x[^1], run.Best, "last x");
    }

    [Theory]
    [ReferenceData("zo", "zo-ranksgd-linesearch.json")]
    public void Line_search_follows_the_published_trajectory(ReferenceCase example)
    {
        ArgumentNullException.ThrowIfNull(example);
        var settings = Constant(example) with
        {
            Variant = ZoRankSgd.Variant.LineSearch,
            Shrink = example.Parameter("gamma"),
            TrialPoints = example.Whole("trials"),
            IncludeIncumbent = example.Parameters.GetProperty("includeCurrentPoint").GetBoolean(),
        };
        var run = Start(example, settings, example.Whole("m"), example.Whole("k"), roundsPerDraw: 2);
        var (x, f) = (example.Expected.Rows("x"), Objectives.Of(example));
        var rankings = example.Expected.GetProperty("ranking").EnumerateArray().Select(r => r.Wholes()).ToArray();
        var winners = example.Expected.GetProperty("lineSearchWinner").Wholes();
        for (var t = 0; t < winners.Length; t++)
        {
            example.AssertClose(x[t], run.Best, $"x[{t}]");
            Assert.Equal(rankings[t], run.Rank(f));
            Assert.Equal(Stage.LineSearch, run.Query.Stage);
            Assert.Equal([winners[t]], run.Rank(f));
        }

        example.AssertClose(x[^1], run.Best, "last x");
    }

    // The cases with "released" weights repeat an off-by-one of a published program, which is not offered here.
    [Theory]
    [ReferenceData("zo", "zo-ranksgd-interactive.json")]
    public void The_interactive_variant_follows_the_published_trajectory(ReferenceCase example)
    {
        ArgumentNullException.ThrowIfNull(example);
        if (example.Parameters.GetProperty("weights").GetString() != "exact")
        {
            return;
        }

        var settings = Constant(example) with
        {
            Variant = ZoRankSgd.Variant.Interactive,
            Shrink = example.Parameter("gamma"),
            TrialPoints = example.Whole("trials"),
        };
        var run = Start(example, settings, example.Whole("m"), example.Whole("k"), roundsPerDraw: 2);
        var (x, s, f) = (example.Expected.Rows("x"), example.Expected.Rows("averagedDirection"), Objectives.Of(example));
        var rankings = example.Expected.GetProperty("ranking").EnumerateArray().Select(r => r.Wholes()).ToArray();
        var winners = example.Expected.GetProperty("winner").Wholes();
        for (var t = 0; t < winners.Length; t++)
        {
            example.AssertClose(x[t], run.Best, $"x[{t}]");
            Assert.Equal(rankings[t], run.Rank(f));
            var first = run.Candidates()[0];
            example.AssertClose([.. x[t].Select((v, j) => v + (settings.StepSize * s[t][j]))], first, $"first trial step {t}");
            Assert.Equal([winners[t]], run.Rank(f));
        }

        example.AssertClose(x[^1], run.Best, "last x");
    }

    private static ZoRankSgd.Settings Constant(ReferenceCase example) => new()
    {
        Variant = ZoRankSgd.Variant.Constant,
        Smoothing = example.Parameter("mu"),
        StepSize = example.Parameter("eta"),
    };

    private static IRun Start(ReferenceCase example, ZoRankSgd.Settings settings, int candidates, int rankTop, uint roundsPerDraw)
    {
        var draws = example.Inputs.GetProperty("xi").EnumerateArray().Select(t => t.Rows()).ToArray();
        var problem = new Problem(example.Inputs.Vector("x0"), candidates, rankTop, new Geometry.Flat());
        return new ZoRankSgd().Start(problem, settings, (_, round) => new RecordedNoise(draws[Math.Min(round / roundsPerDraw, draws.Length - 1)]));
    }
}
