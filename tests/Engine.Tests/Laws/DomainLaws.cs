using Ranking.Engine.Tests.Optimizers;

namespace Ranking.Engine.Tests.Laws;

/// <summary>What holds for every optimiser of the catalogue in a bounded domain.</summary>
public sealed class DomainLaws
{
    private static readonly Catalog<IOptimizer> Optimizers = new();

    public static TheoryData<string> Keys => new(Optimizers.Entries.Select(entry => entry.Key));

    [Theory]
    [MemberData(nameof(Keys))]
    public void In_a_box_no_candidate_and_no_best_point_lies_outside(string key)
    {
        var run = Optimizers[key].Start(new Problem([0.9, -0.2, 5, 0.1], 6, 3, new Geometry.Box(-0.5, 1)), default, 2);
        for (var round = 0u; round < 200; round++)
        {
            Assert.All(run.Candidates().Append(run.Best.ToArray()), point => Assert.All(point, x => Assert.InRange(x, -0.5, 1)));
            Answer(run, round);
        }
    }

    // Heavy-tailed numbers, or an order where no numbers are wanted.
    private static void Answer(IRun run, uint round)
    {
        var (count, noise) = (run.Query.Count, Noise.Philox(7, Purpose.Oracle, round));
        var numbers = new double[count * (run.Best.Length + 1)];
        noise.Normal(0, numbers);
        numbers = [.. numbers.Select(x => x * x * x)];
        run.Tell(
            run.Query.Wants == JudgementKind.Gradients ? new Judgement.Gradients([.. numbers[..count]], [.. numbers[count..]])
            : (run.Query.Wants & JudgementKind.Values) != 0 ? new Judgement.Values([.. numbers[..count]])
            : Judgement.Ranking.Of(noise.Permutation(1, count).AsSpan(0, run.Query.RankTop)));
    }
}
