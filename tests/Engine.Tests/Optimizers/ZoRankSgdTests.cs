using Ranking.Engine.Optimizers;

namespace Ranking.Engine.Tests.Optimizers;

public sealed class ZoRankSgdTests
{
    private static readonly ZoRankSgd.Settings LineSearch = new() { Variant = ZoRankSgd.Variant.LineSearch, Smoothing = 0.1, StepSize = 1 };

    [Fact]
    [Trait("Row", "1")]
    public void Line_search_comes_within_five_per_cent_of_a_hidden_point_for_ten_seeds()
    {
        for (var seed = 0ul; seed < 10; seed++)
        {
            var centre = new double[10];
            Noise.Philox(seed, Purpose.Oracle, 0).Normal(0, centre);
            double Distance(double[] x) => x.Zip(centre, (a, b) => (a - b) * (a - b)).Sum();
            var run = Start(LineSearch, new double[10], 6, 3, new Geometry.Flat(), seed);
            var start = Distance(new double[10]);
            for (var iteration = 0; iteration < 40; iteration++)
            {
                run.Rank(Distance);
                run.Rank(Distance);
            }

            Assert.InRange(Distance(run.Best.ToArray()), 0, 0.05 * start);
        }
    }

    [Fact]
    [Trait("Row", "1")]
    public void The_best_two_of_four_weigh_three_one_minus_two_minus_two_over_five()
    {
        var comparisons = Comparisons.From(4, Judgement.Ranking.Of(2, 0));
        Assert.Equal([1, -2, 3, -2], Enumerable.Range(0, 4).Select(comparisons.NetWins));
        Assert.Equal(5, comparisons.Count);
    }

    [Theory]
    [InlineData(ZoRankSgd.Variant.Constant)]
    [InlineData(ZoRankSgd.Variant.LineSearch)]
    [InlineData(ZoRankSgd.Variant.Interactive)]
    public void On_the_shell_every_candidate_and_the_incumbent_stay_on_the_shell(ZoRankSgd.Variant variant)
    {
        var run = Start(new() { Variant = variant }, Normals(64, 3), 6, 3, new Geometry.Shell(), 5);
        for (var round = 0; round < 20; round++)
        {
            Assert.All(run.Candidates(), p => Assert.Equal(8, Reduce.Norm(p), 1e-9));
            run.Rank(x => -x[0]);
            Assert.Equal(8, Reduce.Norm(run.Best), 1e-9);
        }
    }

    [Fact]
    public void The_default_settings_turn_a_latent_towards_a_hidden_one_on_the_shell()
    {
        var (start, target) = (Normals(256, 1), Normals(256, 2));
        double Away(double[] x) => -Reduce.Dot(x, target) / (Reduce.Norm(x) * Reduce.Norm(target));
        var run = Start(new(), start, 6, 3, new Geometry.Shell(), 9);
        for (var iteration = 0; iteration < 30; iteration++)
        {
            run.Rank(Away);
            run.Rank(Away);
        }

        Assert.InRange(Away(run.Best.ToArray()), -1, Away(start) - 0.5);
    }

    [Fact]
    public void None_better_moves_nothing_and_goes_on_exploring_elsewhere()
    {
        var run = Start(LineSearch, Normals(8, 1), 6, 3, new Geometry.Flat(), 1);
        var (start, first) = (run.Best.ToArray(), run.Candidates());
        run.Tell(new Judgement.Overall(Verdict.NoneBetter));
        Assert.Equal(Stage.Explore, run.Query.Stage);
        Assert.Equal(start, run.Best.ToArray());
        Assert.NotEqual(first[0], run.Candidates()[0]);
    }

    [Fact]
    public void None_better_in_the_line_search_stays_at_the_incumbent()
    {
        var run = Start(LineSearch, Normals(8, 1), 6, 3, new Geometry.Flat(), 1);
        var start = run.Best.ToArray();
        run.Rank(x => x[0]);
        run.Tell(new Judgement.Overall(Verdict.NoneBetter));
        Assert.Equal(Stage.Explore, run.Query.Stage);
        Assert.Equal(start, run.Best.ToArray());
    }

    [Theory]
    [InlineData(Verdict.AllAlike, 1.5, 8)]
    [InlineData(Verdict.AllBroken, 1 / 1.5, 1 / 8.0)]
    public void Verdicts_change_how_much_perturbations_differ_within_bounds(Verdict verdict, double once, double atMost)
    {
        var run = Start(LineSearch, new double[2000], 6, 3, new Geometry.Flat(), 1);
        run.Tell(new Judgement.Overall(verdict));
        Assert.InRange(Deviation(run) / LineSearch.Smoothing, 0.97 * once, 1.03 * once);
        for (var i = 0; i < 10; i++)
        {
            run.Tell(new Judgement.Overall(verdict));
        }

        Assert.InRange(Deviation(run) / LineSearch.Smoothing, 0.97 * atMost, 1.03 * atMost);
    }

    [Theory]
    [InlineData(Verdict.AllAlike, 1.5)]
    [InlineData(Verdict.AllBroken, 1 / 1.5)]
    public void Verdicts_in_the_line_search_change_the_steps_along_the_same_direction(Verdict verdict, double factor)
    {
        var run = Start(LineSearch, new double[5], 6, 3, new Geometry.Flat(), 1);
        run.Rank(x => x[0]);
        var step = run.Candidates()[0];
        run.Tell(new Judgement.Overall(verdict));
        Assert.Equal(Stage.LineSearch, run.Query.Stage);
        Assert.Equal(factor, run.Query.Roles[0].Step, 1e-12);
        Assert.All(run.Candidates()[0].Zip(step), pair => Assert.Equal(factor * pair.Second, pair.First, 1e-12));
    }

    [Fact]
    public void A_line_search_that_cannot_differ_more_ends()
    {
        var run = Start(LineSearch, new double[5], 6, 3, new Geometry.Flat(), 1);
        run.Rank(x => x[0]);
        for (var i = 0; i < 7; i++)
        {
            run.Tell(new Judgement.Overall(Verdict.AllAlike));
        }

        Assert.Equal(Stage.Explore, run.Query.Stage);
    }

    [Fact]
    public void Skipping_shows_other_candidates_in_both_stages()
    {
        var run = Start(new(), Normals(6, 1), 6, 3, new Geometry.Flat(), 4);
        var first = run.Candidates();
        run.Skip();
        Assert.NotEqual(first[0], run.Candidates()[0]);
        run.Rank(x => x[0]);
        Assert.Equal(Stage.LineSearch, run.Query.Stage);
        run.Skip();
        Assert.Equal(Stage.Explore, run.Query.Stage);
    }

    [Fact]
    public void The_interactive_line_search_shows_steps_then_the_best_perturbation_then_the_incumbent()
    {
        var run = Start(new() { StepSize = 2, TrialPoints = 3 }, Normals(6, 1), 6, 3, new Geometry.Flat(), 4);
        var incumbent = run.Best.ToArray();
        var best = run.Candidates()[4];
        run.Tell(Judgement.Ranking.Of(4, 0, 2));
        Assert.Equal(
            [new(RoleKind.Step, 2), new(RoleKind.Step, 1), new(RoleKind.Step, 0.5), new(RoleKind.BestExplored, 0), new(RoleKind.Incumbent, 0)],
            run.Query.Roles.AsEnumerable());
        Assert.Equal((5, 1), (run.Query.Count, run.Query.RankTop));
        var shown = run.Candidates();
        Assert.Equal(best, shown[3]);
        Assert.Equal(incumbent, shown[4]);
    }

    [Fact]
    public void A_fixed_direction_length_makes_the_first_step_as_long_as_asked()
    {
        var run = Start(new() { NormaliseDirection = true, StepSize = 0.6 }, new double[100], 6, 3, new Geometry.Flat(), 4);
        run.Rank(x => x[0]);
        Assert.Equal(6, Reduce.Norm(run.Candidates()[0]), 1e-12);
    }

    [Fact]
    public void A_falling_step_is_divided_by_the_root_of_the_update()
    {
        var run = Start(new() { Decay = StepSchedule.InverseSqrt, StepSize = 6 }, new double[4], 6, 3, new Geometry.Flat(), 4);
        var steps = new List<double>();
        for (var update = 0; update < 4; update++)
        {
            run.Rank(x => x[0]);
            steps.Add(run.Query.Roles[0].Step);
            run.Rank(x => x[0]);
        }

        Assert.Equal([6, 6 / Math.Sqrt(2), 6 / Math.Sqrt(3), 3], steps);
    }

    [Fact]
    public void Several_judges_pull_with_the_union_of_their_pairs()
    {
        var judgements = new[] { Judgement.Ranking.Of(0, 1), Judgement.Ranking.Of(0, 2), Judgement.Ranking.Of(3) };
        var settings = new ZoRankSgd.Settings { Variant = ZoRankSgd.Variant.Constant, Smoothing = 0.5, StepSize = 1 };
        var run = Start(settings, new double[3], 4, 4, new Geometry.Flat(), 2);
        var shown = run.Candidates();
        run.Tell(judgements);
        var graph = Comparisons.From(4, judgements);
        var expected = Enumerable.Range(0, 3).Select(j => Enumerable.Range(0, 4).Sum(i => graph.NetWins(i) * shown[i][j]) / (graph.Count * 0.5));
        Assert.All(expected.Zip(run.Best.ToArray()), pair => Assert.Equal(pair.First, pair.Second, 1e-12));
    }

    private static double Deviation(IRun run) => Math.Sqrt(run.Candidates()[0].Average(x => x * x));

    private static double[] Normals(int dimension, ulong seed)
    {
        var point = new double[dimension];
        Noise.Philox(seed, Purpose.Begin, 0).Normal(0, point);
        return point;
    }

    private static IRun Start(ZoRankSgd.Settings settings, double[] start, int candidates, int rankTop, Geometry geometry, ulong seed) =>
        new ZoRankSgd().Start(new Problem(start, candidates, rankTop, geometry), settings, (purpose, round) => Noise.Philox(seed, purpose, round));
}
