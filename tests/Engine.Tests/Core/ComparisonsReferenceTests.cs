using System.Collections.Immutable;
using Ranking.Engine.Tests.Reference;

namespace Ranking.Engine.Tests.Core;

[Trait("Category", "Reference")]
public sealed class ComparisonsReferenceTests
{
    [Theory]
    [ReferenceData("zo", "rank-estimator.json")]
    public void The_comparison_graph_gives_the_published_weights_and_estimate(ReferenceCase example)
    {
        ArgumentNullException.ThrowIfNull(example);
        var xi = example.Inputs.Rows("xi");
        var graph = Graph(example, xi.Length);
        Assert.Equal(example.Expected.GetProperty("edgeCount").GetInt32(), graph.Count);
        Assert.Equal(example.Expected.GetProperty("weights").Wholes().Select(w => -w), Enumerable.Range(0, xi.Length).Select(graph.NetWins));

        var estimate = new double[example.Dimension];
        for (var j = 0; j < estimate.Length && graph.Count > 0; j++)
        {
            estimate[j] = -Enumerable.Range(0, xi.Length).Sum(i => graph.NetWins(i) * xi[i][j]) / graph.Count;
        }

        example.AssertClose(example.Expected.Vector("g"), estimate, "g");
    }

    [Theory]
    [ReferenceData("zo", "rank-estimator-moments.json")]
    public void The_weights_have_the_published_variance(ReferenceCase example)
    {
        ArgumentNullException.ThrowIfNull(example);
        var (m, k) = (example.Whole("m"), example.Whole("k"));
        var graph = Comparisons.From(m, Judgement.Ranking.Of([.. Enumerable.Range(0, k)]));
        Assert.Equal(example.Expected.GetProperty("edgeCount").GetInt32(), graph.Count);
        var variance = Enumerable.Range(0, m).Sum(i => (double)graph.NetWins(i) * graph.NetWins(i)) / ((double)graph.Count * graph.Count);
        example.AssertClose(example.Expected.GetProperty("variancePerOrthogonalCoordinate").GetDouble(), variance, "variance");
    }

    private static Comparisons Graph(ReferenceCase example, int count)
    {
        var inputs = example.Inputs;
        if (inputs.TryGetProperty("pairs", out var pairs))
        {
            return Comparisons.FromPairs(count, [.. pairs.EnumerateArray().Select(p => p.Wholes()).Select(p => (p[0], p[1]))]);
        }

        if (inputs.TryGetProperty("groups", out var groups))
        {
            var tiers = groups.EnumerateArray().Select(tier => tier.Wholes().ToImmutableArray()).Where(tier => tier.Length > 0).ToImmutableArray();
            return tiers.IsEmpty ? Comparisons.From(count) : Comparisons.From(count, new Judgement.Ranking(tiers));
        }

        if (inputs.TryGetProperty("values", out var values))
        {
            // A sort that keeps the order of equal values, cut to k: the convention of this file.
            var numbers = values.Vector();
            var best = Enumerable.Range(0, count).OrderBy(i => numbers[i]).Take(example.Whole("k")).ToArray();
            Assert.Equal(example.Expected.GetProperty("ranking").Wholes(), best);
            return Comparisons.From(count, Judgement.Ranking.Of(best));
        }

        return Comparisons.From(count, Judgement.Ranking.Of(inputs.GetProperty("ranking").Wholes()));
    }
}
