using System.Text.Json;
using Ranking.Engine.Functions;
using Ranking.Engine.Optimizers;

namespace Ranking.Engine.Tests.Optimizers;

public sealed class PreferenceSearchTests
{
    [Theory]
    [InlineData("preferential-bo", """{"choice":"eubo"}""")]
    [InlineData("preferential-bo", """{"choice":"thompson"}""")]
    [InlineData("sequential-line-search", """{"shape":"line"}""")]
    [InlineData("sequential-line-search", """{"shape":"plane"}""")]
    public void Twenty_rounds_of_six_find_most_of_what_there_is_in_five_dimensions(string key, string settings)
    {
        var reached = Enumerable.Range(0, 5).Select(seed =>
        {
            var target = Normals(5, (ulong)seed + 20);
            double Away(double[] x) => Math.Pow(Reduce.Distance(x, target), 2);
            var run = Start(key, settings, new double[5], 6, (ulong)seed);
            for (var round = 0; round < 20; round++)
            {
                run.Rank(Away);
            }

            return Away(run.Best.ToArray()) / Reduce.SumOfSquares(target);
        });
        Assert.InRange(reached.Order().ElementAt(2), 0, 0.3);
    }

    [Fact]
    public void A_noisy_judge_of_branin_is_led_to_one_of_its_valleys()
    {
        var branin = new Catalog<TestFunction>()["branin"];
        var reached = Enumerable.Range(0, 5).Select(seed =>
        {
            var run = Start("preferential-bo", """{"spread":4}""", [2.5, 7.5], 6, (ulong)seed);
            for (var round = 0u; round < 20; round++)
            {
                var noise = Noise.Philox((ulong)seed, Purpose.Oracle, round);
                var errors = new double[6];
                noise.Normal(0, errors);
                var values = run.Candidates().Select((x, i) => branin.Value(x) + errors[i]).ToArray();
                run.Tell(Judgement.Ranking.Of([.. Enumerable.Range(0, 6).OrderBy(i => values[i])]));
            }

            return branin.Value(run.Best) - branin.Value(branin.Minimum(2));
        });
        Assert.InRange(reached.Order().ElementAt(2), 0, 5);
    }

    [Fact]
    public void Ties_teach_that_candidates_are_alike()
    {
        var run = Start("preferential-bo", "{}", new double[3], 4, 1);
        run.Tell(new Judgement.Ranking([[1, 2], [0], [3]]));
        var state = State(run);
        Assert.Contains(new PreferencePair(1, 2, true), state.Data.Pairs);
        Assert.Equal(4, state.Data.Pairs.Length);
    }

    [Fact]
    public void The_favourite_is_always_shown_and_its_wins_narrow_the_search()
    {
        var run = Start("preferential-bo", "{}", new double[3], 4, 1);
        for (var round = 0; round < 6; round++)
        {
            Assert.Equal(run.Best.ToArray(), run.Candidates()[0]);
            Assert.Equal(RoleKind.Incumbent, run.Query.Roles[0].Kind);
            var reach = State(run).Reach;
            run.Tell(Judgement.Ranking.Of(0));
            Assert.Equal(0.8 * reach, State(run).Reach, 1e-12);
        }

        Assert.Equal(new double[3], run.Best.ToArray());
    }

    [Fact]
    public void None_better_is_a_win_of_the_favourite()
    {
        var (first, second) = (Start("preferential-bo", "{}", new double[3], 4, 1), Start("preferential-bo", "{}", new double[3], 4, 1));
        first.Tell(new Judgement.Overall(Verdict.NoneBetter));
        second.Tell(Judgement.Ranking.Of(0));
        Assert.Equal(second.Save().State, first.Save().State);
    }

    [Theory]
    [InlineData(Verdict.AllAlike, 1.5)]
    [InlineData(Verdict.AllBroken, 1 / 1.5)]
    public void Verdicts_change_how_far_candidates_are(Verdict verdict, double factor)
    {
        var run = Start("preferential-bo", "{}", new double[3], 4, 1);
        var reach = State(run).Reach;
        run.Tell(new Judgement.Overall(verdict));
        Assert.Equal(factor * reach, State(run).Reach, 1e-12);
    }

    [Fact]
    public void The_memory_is_bounded_and_keeps_the_newest_points()
    {
        var run = Start("preferential-bo", """{"memory":16}""", new double[3], 4, 1);
        for (var round = 0; round < 12; round++)
        {
            run.Rank(x => Reduce.SumOfSquares(x));
            var data = State(run).Data;
            Assert.InRange(data.Points.Length, 4, 16);
            Assert.All(data.Pairs, pair => Assert.True(pair.Better < data.Points.Length && pair.Worse < data.Points.Length));
        }
    }

    [Fact]
    public void A_line_passes_through_the_favourite_and_goes_an_eighth_beyond_the_other_point()
    {
        var run = Start("sequential-line-search", "{}", new double[4], 6, 1);
        run.Rank(x => Reduce.SumOfSquares(x));
        var (points, roles) = (run.Candidates(), run.Query.Roles);
        var favourite = Assert.Single(roles, role => role.Kind == RoleKind.Incumbent);
        Assert.Equal(run.Best.ToArray(), points[roles.IndexOf(favourite)]);
        Assert.Equal(1.125, roles[^1].Step, 1e-12);
        Assert.Equal(-0.125, roles[0].Kind == RoleKind.Incumbent ? -0.125 : roles[0].Step, 1e-12);
        var length = Reduce.Distance(points[0], points[^1]);
        Assert.All(points, p => Assert.Equal(length, Reduce.Distance(p, points[0]) + Reduce.Distance(p, points[^1]), 1e-9));
    }

    [Fact]
    public void A_plane_has_the_favourite_in_the_middle_of_a_square_grid()
    {
        var run = Start("sequential-line-search", """{"shape":"plane"}""", new double[4], 9, 1);
        run.Rank(x => Reduce.SumOfSquares(x));
        var points = run.Candidates();
        Assert.Equal(9, points.Length);
        Assert.Equal(run.Best.ToArray(), points[4]);
        for (var i = 0; i < 4; i++)
        {
            Assert.All(points[i].Zip(points[8 - i], (a, b) => (a + b) / 2).Zip(points[4]), pair => Assert.Equal(pair.Second, pair.First, 1e-12));
        }
    }

    private static PreferenceState State(IRun run) => JsonSerializer.Deserialize<PreferenceState>(run.Save().State, StateJson.Options)!;

    private static IRun Start(string key, string settings, double[] start, int candidates, ulong seed) =>
        new Catalog<IOptimizer>()[key].Start(
            new Problem(start, candidates, candidates, new Geometry.Flat()), JsonDocument.Parse(settings).RootElement, seed);

    private static double[] Normals(int dimension, ulong seed)
    {
        var vector = new double[dimension];
        Noise.Philox(seed, Purpose.Begin, 0).Normal(0, vector);
        return vector;
    }
}
