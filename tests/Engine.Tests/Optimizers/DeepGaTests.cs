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

    [Theory]
    [Trait("Row", "19")]
    [InlineData("{}")]
    [InlineData("""{"novelty":0.5}""")]
    [InlineData("""{"novelty":1}""")]
    public void The_best_so_far_never_worsens_in_twenty_seeds(string settings)
    {
        var rastrigin = new Rastrigin();
        for (var seed = 0ul; seed < 20; seed++)
        {
            var run = Start(new Geometry.Flat(), seed, settings);
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
    [Trait("Row", "19")]
    public void Novelty_alone_makes_the_farthest_points_parents_beside_the_best()
    {
        var run = Start(new Geometry.Flat(), 4, """{"novelty":1,"neighbours":3,"parents":3}""");
        var archive = new List<double[]>();
        for (var round = 0; round < 20; round++)
        {
            var shown = run.Candidates();
            double Novelty(double[] point) => shown.Where(other => other != point).Concat(archive)
                .Select(other => Reduce.Distance(point, other)).Order().Take(3).Average();
            var best = run.Rank(x => x[0])[0];
            var farthest = Enumerable.Range(0, shown.Length).OrderByDescending(i => Novelty(shown[i])).ToArray();
            var parents = JsonSerializer.Deserialize<DeepGa.State>(run.Save().State, StateJson.Options)!.Parents;
            int[] expected = [best, .. farthest.Where(i => i != best).Take(2)];
            Assert.Equal(
                expected.Select(i => shown[i]),
                parents.Select(genome => DeepGa.Grow(genome, Problem(new Geometry.Flat()), r => Noise.Philox(4, Purpose.Ask, r))));
            archive.Add(shown[farthest[0]]);
        }
    }

    [Fact]
    [Trait("Row", "19")]
    public void With_novelty_too_only_the_order_of_the_values_counts()
    {
        var states = new Func<double, double>[] { v => v, v => 1000 * v, v => v * v * v }.Select(transform =>
        {
            var run = Start(new Geometry.Flat(), 2, """{"novelty":0.4}""");
            for (var round = 0; round < 40; round++)
            {
                run.Value(x => transform(Reduce.SumOfSquares(x)));
            }

            return Convert.ToBase64String(run.Save().State);
        });
        Assert.Single(states.Distinct());
    }

    [Fact]
    [Trait("Row", "19")]
    public void Novelty_leads_farther_afield()
    {
        // The mean distance of what is shown from the start after forty rounds without any preference.
        static double Range(string settings) => Enumerable.Range(0, 10).Average(seed =>
        {
            var run = Start(new Geometry.Flat(), (ulong)seed, settings);
            for (var round = 0u; round < 40; round++)
            {
                run.Tell(Judgement.Ranking.Of(Noise.Philox((ulong)seed, Purpose.Oracle, round).Permutation(0, 8)));
            }

            return run.Candidates().Average(x => Reduce.Distance(x, Problem(new Geometry.Flat()).Start));
        });

        Assert.True(Range("""{"novelty":1}""") > 1.2 * Range("{}"));
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

    private static IRun Start(Geometry geometry, ulong seed, string settings = "{}") =>
        new DeepGa().Start(Problem(geometry), JsonSerializer.Deserialize<JsonElement>(settings), seed);

    // Recorded mutations, and parents that the uniform numbers name.
    private sealed class Pedigree(double[][] draws, int[] parents, int of) : Noise
    {
        public override void Normal(int candidate, Span<double> destination) => draws[candidate].CopyTo(destination);

        public override double Uniform(int candidate, int position) => (parents[candidate - 1] + 0.5) / of;
    }
}
