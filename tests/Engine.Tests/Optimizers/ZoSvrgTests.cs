using System.Text.Json;
using Ranking.Engine.Optimizers;
using Ranking.Engine.Tests.Reference;

namespace Ranking.Engine.Tests.Optimizers;

public sealed class ZoSvrgTests
{
    // The published objective is a mean of parts, and each direction belongs to one part. The method sees differences
    // from the unperturbed points only, so the judge tells each candidate's difference in the part of its direction.
    [Theory]
    [Trait("Category", "Reference")]
    [ReferenceData("zo", "zo-svrg.json")]
    public void It_follows_the_published_trajectory(ReferenceCase example)
    {
        ArgumentNullException.ThrowIfNull(example);
        var (q, batch, inner) = (example.Whole("q"), example.Whole("batch"), example.Whole("innerSteps"));
        var centres = example.Inputs.Rows("centers");
        var rounds = example.Inputs.GetProperty("epochs").EnumerateArray().SelectMany(epoch => Rounds(epoch, centres.Length)).ToArray();
        var settings = new ZoSvrg.Settings
        {
            Smoothing = example.Parameter("mu"),
            StepSize = example.Parameter("eta"),
            SnapshotDirections = centres.Length * q,
            InnerSteps = inner,
        };
        var run = new ZoSvrg().Start(
            example.Start(2 * ((batch * q) + 1)), settings, (_, round) => new RecordedNoise(rounds[Math.Min(round, rounds.Length - 1)].Draws));
        var (x, steps) = (example.Expected.Rows("x"), 0);
        foreach (var (parts, _) in rounds)
        {
            example.AssertClose(x[steps], run.Best, $"x[{steps}]");
            var candidates = run.Candidates();
            var half = 1 + (parts.Length * q);
            run.Tell(new Judgement.Values([.. candidates.Select((candidate, i) =>
                i % half == 0 ? 0 : Part(centres[parts[((i % half) - 1) / q]], candidate) - Part(centres[parts[((i % half) - 1) / q]], candidates[i - (i % half)]))]));
            steps += parts.Length == batch ? 1 : 0;
        }

        example.AssertClose(x[^1], run.Best, "last x");
    }

    [Fact]
    public void Snapshots_and_inner_steps_alternate()
    {
        var run = new ZoSvrg().Start(
            new Problem([1, 2, 3], 6, 3, new Geometry.Flat()),
            new ZoSvrg.Settings { InnerSteps = 2, SnapshotDirections = 9 },
            (purpose, round) => Noise.Philox(1, purpose, round));
        var counts = new List<int>();
        for (var round = 0; round < 6; round++)
        {
            counts.Add(run.Query.Count);
            run.Value(x => x.Sum(v => v * v));
        }

        Assert.Equal([10, 6, 6, 10, 6, 6], counts);
    }

    private static double Part(double[] centre, double[] x) => x.Zip(centre, (a, b) => (a - b) * (a - b)).Sum();

    private static IEnumerable<(int[] Parts, double[][] Draws)> Rounds(JsonElement epoch, int parts)
    {
        yield return ([.. Enumerable.Range(0, parts)], Flat(epoch.GetProperty("snapshotU")));
        foreach (var step in epoch.GetProperty("inner").EnumerateArray())
        {
            yield return (step.GetProperty("batch").Wholes(), Flat(step.GetProperty("u")));
        }
    }

    private static double[][] Flat(JsonElement draws) => [.. draws.EnumerateArray().SelectMany(part => part.Rows())];
}
