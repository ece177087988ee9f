using System.Text.Json;
using Ranking.Engine.Functions;
using Ranking.Engine.Optimizers;
using Ranking.Engine.Tests.Reference;

namespace Ranking.Engine.Tests.Optimizers;

public sealed class DeepGaTests
{
    [Theory]
    [Trait("Category", "Reference")]
    [ReferenceData("zo", "deep-ga.json")]
    public void It_follows_the_published_generations(ReferenceCase example)
    {
        ArgumentNullException.ThrowIfNull(example);
        var (first, f, truncation) = (example.Inputs.Rows("population0"), Objectives.Of(example), example.Whole("truncation"));
        var generations = example.Inputs.GetProperty("generations").EnumerateArray().ToArray();
        Noise Draws(uint round) => round == 0
            ? new Pedigree([.. first.Select(x => x.Zip(first[0], (a, b) => a - b).ToArray())], [], truncation)
            : new Pedigree([[], .. generations[round - 1].Rows("noise")], generations[round - 1].GetProperty("parents").Wholes(), truncation);
        var settings = new DeepGa.Settings { Parents = truncation, Mutation = example.Parameter("mutationPower"), Spread = 1 };
        var run = new DeepGa().Start(new Problem(first[0], first.Length, first.Length, new Geometry.Flat()), settings, (_, round) => Draws(round));
        var (best, order) = (example.Expected.Rows("best"), example.Expected.GetProperty("order").EnumerateArray().Select(o => o.Wholes()).ToArray());
        for (var t = 0; t < best.Length; t++)
        {
            Assert.Equal(order[t], run.Rank(f));
            example.AssertClose(best[t], run.Best, $"best[{t}]");
        }

        var last = run.Candidates();
        foreach (var (expected, i) in example.Expected.Rows("finalPopulation").Select((x, i) => (x, i)))
        {
            example.AssertClose(expected, last[i], $"final[{i}]");
        }
    }

    [Fact]
    [Trait("Row", "19")]
    public void The_best_so_far_never_worsens_in_twenty_seeds()
    {
        var rastrigin = new Rastrigin();
        for (var seed = 0ul; seed < 20; seed++)
        {
            var run = Start(new Geometry.Flat(), seed);
            var best = rastrigin.Value(run.Best);
            for (var round = 0; round < 60; round++)
            {
                run.Rank(x => rastrigin.Value(x));
                Assert.InRange(rastrigin.Value(run.Best), 0, best);
                best = rastrigin.Value(run.Best);
            }
        }
    }

    [Theory]
    [Trait("Row", "19")]
    [InlineData("flat")]
    [InlineData("shell")]
    public void Every_point_ever_shown_grows_again_from_its_genome_without_the_difference_of_a_bit(string kind)
    {
        Geometry geometry = kind == "flat" ? new Geometry.Flat() : new Geometry.Shell();
        Noise Asked(uint round) => Noise.Philox(5, Purpose.Ask, round);
        var run = Start(geometry, 5);
        for (var round = 0u; round < 30; round++)
        {
            var state = JsonSerializer.Deserialize<DeepGa.State>(run.Save().State, StateJson.Options)!;
            var shown = run.Candidates();
            Assert.Equal(shown[0], DeepGa.Grow(state.Parents[0], Problem(geometry), Asked));
            for (var i = 1; i < shown.Length; i++)
            {
                var (parent, mutation) = DeepGa.Child(state, new DeepGa.Settings(), Asked(round), round, i);
                Assert.Equal(shown[i], DeepGa.Grow([.. state.Parents[parent], mutation], Problem(geometry), Asked));
            }

            run.Tell(round % 7 == 3 ? new Judgement.Overall(Verdict.AllAlike) : Judgement.Ranking.Of(Asked(round + 1000).Permutation(0, shown.Length)));
        }
    }

    [Fact]
    public void No_more_become_parents_than_were_ranked()
    {
        var run = new DeepGa().Start(Problem(new Geometry.Flat()) with { RankTop = 1 }, default, 3);
        var second = run.Candidates()[2];
        run.Tell(Judgement.Ranking.Of(2));
        Assert.Equal(1, run.Member("parents").GetArrayLength());
        Assert.Equal(second, run.Best.ToArray());
    }

    private static Problem Problem(Geometry geometry) => new([2, -1, 3, 0.5, -2], 8, 8, geometry);

    private static IRun Start(Geometry geometry, ulong seed) => new DeepGa().Start(Problem(geometry), default, seed);

    // Recorded mutations, and parents that the uniform numbers name.
    private sealed class Pedigree(double[][] draws, int[] parents, int of) : Noise
    {
        public override void Normal(int candidate, Span<double> destination) => draws[candidate].CopyTo(destination);

        public override double Uniform(int candidate, int position) => (parents[candidate - 1] + 0.5) / of;
    }
}
