using Ranking.Engine.Optimizers;

namespace Ranking.Engine.Tests.Optimizers;

/// <summary>Answers may be summed up without anything that they taught getting lost.</summary>
public sealed class AnswerSummaryTests
{
    [Fact]
    public void The_posterior_is_the_same_whether_answers_are_kept_or_summed_up()
    {
        var batches = Fitted(7);
        var kept = IdealPosterior.Of(7, 9, 1.3, AnswerSummary.Empty, batches);
        for (var count = 1; count <= batches.Length; count++)
        {
            var earlier = batches[..count].Aggregate(AnswerSummary.Empty, (summary, batch) => summary.With(batch));
            Same(kept, IdealPosterior.Of(7, 9, 1.3, earlier, batches[count..]));
        }
    }

    [Fact]
    public void The_summary_moves_with_the_origin()
    {
        var batches = Fitted(5);
        var by = Draw(Noise.Philox(31, Purpose.Ask, 0), 1, 5)[0];
        var moved = Summed(batches).Moved(by);
        Same(
            IdealPosterior.Of(5, 5, 0.8, Summed([.. batches.Select(batch => batch.Moved(by))]), []),
            IdealPosterior.Of(5, 5, 0.8, moved, []));
    }

    [Fact]
    public void Coordinates_that_are_certain_leave_the_summary_as_they_leave_the_batches()
    {
        var batches = Fitted(6);
        double[] values = [0.4, -1.2];
        Same(
            IdealPosterior.Of(4, 4, 1.1, AnswerSummary.Empty, [.. batches.Select(batch => batch.Without(2, values))]),
            IdealPosterior.Of(4, 4, 1.1, Summed(batches).Without(2, values), []));
        Assert.Empty(Summed(batches).Without(6, [.. values, 0, 0, 0, 0]).Shift);
    }

    [Fact]
    public void Answers_about_more_directions_make_the_summary_grow()
    {
        var batches = Fitted(6);
        var few = Fitted(4);
        var summary = Summed(few).With(batches[0]);
        Assert.Equal(6, summary.Shift.Length);
        Same(IdealPosterior.Of(6, 6, 1, AnswerSummary.Empty, [.. few, batches[0]]), IdealPosterior.Of(6, 6, 1, summary, []));
    }

    private static AnswerSummary Summed(JudgedBatch[] batches) => batches.Aggregate(AnswerSummary.Empty, (summary, batch) => summary.With(batch));

    private static JudgedBatch[] Fitted(int dimension)
    {
        var batches = Enumerable.Range(0, 4).Select(round =>
        {
            var noise = Noise.Philox(30, Purpose.Ask, (uint)round);
            return JudgedBatch.Of(Draw(noise, 4, dimension), Comparisons.From(4, Judgement.Ranking.Of(2, 0, 3, 1)));
        });
        return IdealPosterior.Fit(dimension, dimension, 1, 0.2, AnswerSummary.Empty, [.. batches], 20).Batches;
    }

    private static double[][] Draw(Noise noise, int count, int dimension) =>
        [.. Enumerable.Range(0, count).Select(i =>
        {
            var point = new double[dimension];
            noise.Normal(i, point);
            return point;
        })];

    private static void Same(IdealPosterior expected, IdealPosterior actual)
    {
        Assert.Equal(expected.Trace, actual.Trace, 1e-9);
        for (var i = 0; i < expected.Mean.Length; i++)
        {
            var direction = new double[expected.Mean.Length];
            direction[i] = 1;
            Assert.Equal(expected.Mean[i], actual.Mean[i], 1e-9);
            Assert.Equal(expected.Variance(direction), actual.Variance(direction), 1e-9);
        }
    }
}
