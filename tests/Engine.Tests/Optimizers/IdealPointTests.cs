using System.Text;
using System.Text.Json;
using Ranking.Engine.Functions;
using Ranking.Engine.Optimizers;

namespace Ranking.Engine.Tests.Optimizers;

public sealed class IdealPointTests
{
    // Twenty rankings of six and twenty picks in a hundred dimensions; tuned ZO-RankSGD reaches .42, .26 and .25.
    [Theory]
    [InlineData("sphere", 0, 0.11)]
    [InlineData("rosenbrock", 0, 0.085)]
    [InlineData("mild-ellipsoid", 0, 0.18)]
    [InlineData("sphere", 0.5, 0.27)]
    [InlineData("rosenbrock", 0.5, 0.14)]
    public void Twenty_rounds_of_six_and_a_pick_go_most_of_the_way(string function, double noise, double atMost)
    {
        var objective = new Catalog<TestFunction>()[function];
        var reached = Enumerable.Range(0, 7).Select(seed =>
        {
            var start = Normals(100, (ulong)seed + 50);
            var run = Start(start, 6, 6, new Geometry.Flat(), (ulong)seed);
            for (var round = 0u; round < 40; round++)
            {
                Judge(run, x => objective.Value(x), noise, Noise.Philox((ulong)seed, Purpose.Oracle, round));
            }

            return objective.Value(run.Best) / objective.Value(start);
        });
        Assert.InRange(reached.Order().ElementAt(3), 0, atMost);
    }

    [Theory]
    [InlineData(0.03)]
    [InlineData(0.3)]
    [InlineData(30)]
    public void How_far_the_ideal_point_is_need_not_be_known(double distance)
    {
        var reached = Enumerable.Range(0, 5).Select(seed =>
        {
            var start = Normals(60, (ulong)seed + 90).Select(x => distance * x).ToArray();
            var run = Start(start, 6, 6, new Geometry.Flat(), (ulong)seed);
            for (var round = 0; round < 40; round++)
            {
                run.Rank(x => Reduce.SumOfSquares(x));
            }

            return Reduce.SumOfSquares(run.Best) / Reduce.SumOfSquares(start);
        });
        Assert.InRange(reached.Order().ElementAt(2), 0, 0.06);
    }

    [Fact]
    public void Rankings_of_the_best_three_alone_suffice()
    {
        var reached = Enumerable.Range(0, 5).Select(seed =>
        {
            var start = Normals(50, (ulong)seed + 70);
            var run = Start(start, 6, 3, new Geometry.Flat(), (ulong)seed);
            for (var round = 0; round < 40; round++)
            {
                run.Rank(x => Reduce.SumOfSquares(x));
            }

            return Reduce.SumOfSquares(run.Best) / Reduce.SumOfSquares(start);
        });
        Assert.InRange(reached.Order().ElementAt(2), 0, 0.1);
    }

    [Theory]
    [InlineData(256)]
    [InlineData(600)]
    public void On_the_shell_everything_stays_on_the_shell_and_turns_towards_a_hidden_latent(int dimension)
    {
        var (start, target) = (Normals(dimension, 1), Normals(dimension, 2));
        var run = Start(start, 6, 6, new Geometry.Shell(), 3);
        double Away(double[] x) => -Reduce.Dot(x, target) / (Reduce.Norm(x) * Reduce.Norm(target));
        for (var round = 0; round < 60; round++)
        {
            Assert.All(run.Candidates(), p => Assert.Equal(Math.Sqrt(dimension), Reduce.Norm(p), 1e-9));
            run.Rank(Away);
            Assert.Equal(Math.Sqrt(dimension), Reduce.Norm(run.Best), 1e-9);
        }

        Assert.InRange(Away(run.Best.ToArray()), -1, Away(start) - 0.4);
    }

    [Fact]
    public void The_subspace_of_a_large_latent_stops_growing_and_a_restored_run_goes_on_bit_for_bit()
    {
        const int Dimension = 16_384;
        var (start, target) = (Normals(Dimension, 1), Normals(Dimension, 2));
        var problem = new Problem(start, 6, 3, new Geometry.Shell());
        var run = new IdealPoint().Start(problem, default(JsonElement), 3);
        double Away(double[] x) => -Reduce.Dot(x, target) / Dimension;
        for (var round = 0; round < 24; round++)
        {
            run.Rank(Away);
        }

        var saved = run.Save();
        Assert.InRange(saved.State.Length, 1, 24_000_000);
        var restored = new IdealPoint().Restore(problem, default, 3, saved);
        run.Rank(Away);
        restored.Rank(Away);
        Assert.Equal(run.Best.ToArray(), restored.Best.ToArray());
        Assert.Equal(Encoding.UTF8.GetString(run.Save().State), Encoding.UTF8.GetString(restored.Save().State));
        Assert.InRange(Away(run.Best.ToArray()), -1, Away(start) - 0.03);
    }

    [Fact]
    public void A_ranking_shows_the_corners_of_a_regular_simplex_around_the_best()
    {
        var run = Start(Normals(10, 1), 6, 6, new Geometry.Flat(), 1);
        var (points, best) = (run.Candidates(), run.Best.ToArray());
        var radius = Reduce.Distance(points[0], best);
        for (var i = 0; i < 6; i++)
        {
            Assert.Equal(radius, Reduce.Distance(points[i], best), 1e-9);
            for (var j = 0; j < i; j++)
            {
                Assert.Equal(radius * Math.Sqrt(2 * 6 / 5.0), Reduce.Distance(points[i], points[j]), 1e-9);
            }
        }
    }

    [Fact]
    public void Picks_ask_how_far_to_go_until_the_answers_have_outgrown_what_was_expected()
    {
        // A simplex around the mean has its centre in the mean; candidates at several distances have not.
        var run = Start(Normals(6, 1), 6, 6, new Geometry.Flat(), 1);
        var away = new List<double>();
        for (var round = 0; round < 240; round++)
        {
            var points = run.Candidates();
            var centre = Enumerable.Range(0, 6).Select(j => points.Average(p => p[j])).ToArray();
            away.Add(Reduce.Distance(centre, run.Best) / points.Max(p => Reduce.Distance(p, run.Best)));
            run.Rank(x => Reduce.SumOfSquares(x));
        }

        Assert.True(away[1] > 1e-3);
        Assert.InRange(away[239], 0, away[1] / 10);
    }

    [Fact]
    public void None_better_than_the_best_leaves_it_there_and_shows_what_is_nearer()
    {
        var run = Start(Normals(6, 1), 4, 4, new Geometry.Flat(), 2);
        var (start, away) = (run.Best.ToArray(), Reduce.Distance(run.Candidates()[0], run.Best));
        run.Tell(new Judgement.Overall(Verdict.NoneBetter));
        Assert.Equal(0, Reduce.Distance(start, run.Best), 1e-4 * away);
        run.Skip();
        Assert.InRange(Reduce.Distance(run.Candidates()[0], run.Best), 0, 0.98 * away);
    }

    [Theory]
    [InlineData(Verdict.AllAlike, 1.5, 8)]
    [InlineData(Verdict.AllBroken, 1 / 1.5, 1 / 8.0)]
    public void Verdicts_change_how_much_candidates_differ_within_bounds(Verdict verdict, double once, double atMost)
    {
        var run = Start(Normals(20, 1), 6, 6, new Geometry.Flat(), 2);
        var before = Reduce.Distance(run.Candidates()[0], run.Best);
        run.Tell(new Judgement.Overall(verdict));
        Assert.Equal(once, Reduce.Distance(run.Candidates()[0], run.Best) / before, 1e-9);
        for (var i = 0; i < 10; i++)
        {
            run.Tell(new Judgement.Overall(verdict));
        }

        Assert.Equal(atMost, Reduce.Distance(run.Candidates()[0], run.Best) / before, 1e-9);
    }

    [Fact]
    public void Skipping_shows_other_candidates_and_teaches_nothing()
    {
        var run = Start(Normals(8, 1), 6, 3, new Geometry.Flat(), 2);
        run.Rank(x => x[0]);
        var (best, shown) = (run.Best.ToArray(), run.Candidates());
        run.Skip();
        Assert.Equal(best, run.Best.ToArray());
        Assert.NotEqual(shown[0], run.Candidates()[0]);
    }

    [Fact]
    public void How_much_the_judge_errs_is_learned_from_the_answers()
    {
        double Learned(double error)
        {
            var run = Start(Normals(20, 5), 6, 6, new Geometry.Flat(), 6);
            for (var round = 0u; round < 80; round++)
            {
                Judge(run, x => Reduce.SumOfSquares(x), error, Noise.Philox(7, Purpose.Oracle, round));
            }

            return JsonSerializer.Deserialize<IdealPoint.State>(run.Save().State, StateJson.Options)!.Slip;
        }

        Assert.InRange(Learned(0), 0.01, 0.15);
        Assert.InRange(Learned(1), 0.4, 2.5);
    }

    [Fact]
    public void An_ideal_point_that_moves_is_found_again()
    {
        var (first, second) = (Normals(12, 1), Normals(12, 2));
        var run = Start(new double[12], 6, 6, new Geometry.Flat(), 3);
        for (var round = 0; round < 100; round++)
        {
            var ideal = round < 8 ? first : second;
            run.Rank(x => Reduce.Distance(x, ideal));
            Assert.All(run.Best.ToArray(), x => Assert.True(double.IsFinite(x)));
        }

        Assert.InRange(Reduce.Distance(run.Best, second) / Reduce.Distance(first, second), 0, 0.1);
    }

    [Fact]
    public void What_is_forgotten_makes_room_in_the_memory()
    {
        var run = new IdealPoint().Start(
            new Problem(Normals(30, 1), 6, 6, new Geometry.Flat()), new IdealPoint.Settings { Memory = 20 }, (purpose, round) => Noise.Philox(4, purpose, round));
        for (var round = 0; round < 12; round++)
        {
            run.Rank(x => Reduce.SumOfSquares(x));
            var state = JsonSerializer.Deserialize<IdealPoint.State>(run.Save().State, StateJson.Options)!;
            Assert.InRange(state.Batches.Sum(batch => batch.Pairs.Length), round < 4 ? 5 : 16, 20);
        }
    }

    private static IRun Start(double[] start, int candidates, int rankTop, Geometry geometry, ulong seed) =>
        new IdealPoint().Start(new Problem(start, candidates, rankTop, geometry), new IdealPoint.Settings(), (purpose, round) => Noise.Philox(seed, purpose, round));

    private static double[] Normals(int dimension, ulong seed)
    {
        var vector = new double[dimension];
        Noise.Philox(seed, Purpose.Begin, 0).Normal(0, vector);
        return vector;
    }

    // A ranking after Gaussian noise whose standard deviation is a share of the values' own.
    private static void Judge(IRun run, Func<double[], double> objective, double share, Noise noise)
    {
        var values = run.Candidates().Select(objective).ToArray();
        var mean = values.Average();
        var deviation = Math.Sqrt(values.Average(v => (v - mean) * (v - mean)));
        var errors = new double[values.Length];
        noise.Normal(0, errors);
        run.Tell(Judgement.Ranking.Of([.. Enumerable.Range(0, values.Length).OrderBy(i => values[i] + (share * deviation * errors[i])).Take(run.Query.RankTop)]));
    }
}
