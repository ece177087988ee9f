using System.Collections.Immutable;
using Ranking.Engine;
using Ranking.Engine.Playground;
using Ranking.Web.Playground;

namespace Ranking.Web.Tests.Playground;

public sealed class RaceWordsTests
{
    [Theory]
    [InlineData(0, "0")]
    [InlineData(0.0271, "0.0271")]
    [InlineData(0.5, "0.5")]
    [InlineData(12.3456, "12.3")]
    [InlineData(12345.6, "12,346")]
    [InlineData(1.6e-4, "1.6×10⁻⁴")]
    [InlineData(3.25e21, "3.3×10²¹")]
    [InlineData(-2.5, "-2.5")]
    public void Numbers_have_three_figures(double value, string text) => Assert.Equal(text, RaceWords.Number(value));

    [Fact]
    public void Who_reached_the_goal_with_fewer_evaluations_is_first_and_the_others_follow_by_value()
    {
        ImmutableArray<Trajectory> race =
        [
            Run([9, 0.5], [0, 10], Outcome.NotReached), Run([9, 1e-9], [0, 30], Outcome.Reached), Run([9, 5e-4], [0, 20], Outcome.Reached), Run([9, 0.5], [0, 10], Outcome.LeftMap),
        ];
        Assert.Equal([3, 2, 1, 3], RaceWords.Places(race).AsEnumerable());
        Assert.Equal("C came within 0.001 of the lowest value first, after 20 evaluations; 2 of 4 did. 1 went astray.", RaceWords.Summary(race, ["A", "B", "C", "D"]));
    }

    [Fact]
    public void A_race_that_nobody_wins_says_who_came_nearest() => Assert.Equal(
        "Nobody came within 0.001 of the lowest value; A came nearest, 0.5 above it.", RaceWords.Summary([Run([9, 0.5], [0, 10], Outcome.NotReached)], ["A"]));

    [Fact]
    public void The_same_optimiser_twice_gets_two_names() =>
        Assert.Equal(["Adam", "Lion", "Adam 2"], RaceWords.Names([new Pick("adam"), new Pick("lion"), new Pick("adam")], new Catalog<IOptimizer>()).AsEnumerable());

    [Fact]
    public void Curves_keep_the_drop_they_show_and_end_above_the_rounding_errors()
    {
        double[] gaps = [1, .. Enumerable.Repeat(0.5, 500), 1e-30];
        var run = Run(gaps, [.. Enumerable.Range(0, gaps.Length)], Outcome.Reached);
        var series = RaceFigure.Draw([run], ["A"], new Shown(new RaceSetup("sphere", 1, 1, [run.Optimizer], new Pick("exact-ranking"), new Pick("function-value"), new RaceRules()))).Series[0];
        Assert.Equal<double>([0, 1, 500, 501], series.X);
        Assert.Equal<double>([1, 0.5, 0.5, 1e-8], series.Y);
    }

    private static Trajectory Run(double[] gaps, int[] evaluations, Outcome outcome) =>
        new(new Pick("adam"), [.. gaps], [.. gaps], [.. gaps], [.. evaluations], [], outcome, gaps.Length - 1);
}
