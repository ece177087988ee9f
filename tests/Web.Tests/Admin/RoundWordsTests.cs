using Ranking.Engine;
using Ranking.Engine.Sessions;
using Ranking.Web.Admin;

namespace Ranking.Web.Tests.Admin;

public sealed class RoundWordsTests
{
    private static readonly DateTimeOffset Noon = new(2030, 1, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void An_order_is_told_in_the_numbers_of_the_screen() =>
        Assert.Equal("1 > 2 = 5 > rest", RoundWords.Order(new Judgement.Ranking([[5], [1, 4]]), [5, 4, 3, 2, 1, 0]));

    [Fact]
    public void Values_are_told_as_the_order_they_imply() =>
        Assert.Equal("3 > 1 = 2", RoundWords.Order(new Judgement.Values([2, 2, 1]), [0, 1, 2]));

    [Fact]
    public void A_verdict_is_told_in_the_words_of_its_button() =>
        Assert.Equal("none is better", RoundWords.Order(new Judgement.Overall(Verdict.NoneBetter), [0, 1]));

    [Fact]
    public void Rounds_keep_their_number_through_skips_and_undo()
    {
        SessionEvent Judged(uint round) => new SessionEvent.Judged(round, Guid.Empty, "Ada", Judgement.Ranking.Of(0), [0, 1], [], 0, Noon);
        var lines = RoundWords.Events([Judged(0), new SessionEvent.Skipped(1, Guid.Empty, "Ada", "too hard", Noon), Judged(2), new SessionEvent.Undone(2, "Ada", Noon), Judged(2)]);
        Assert.Equal(
            ["Ada ranked round 1:", "Ada skipped round 2", "Ada ranked round 2:", "Ada undid round 2", "Ada ranked round 2:"],
            lines.Select(l => l.Text));
    }

    [Theory]
    [InlineData(20, "now")]
    [InlineData(130, "2 min ago")]
    [InlineData(7300, "2 h ago")]
    [InlineData(100_000, "yesterday")]
    [InlineData(1_000_000, "20 Dec")]
    public void Times_are_told_in_the_unit_that_fits(int seconds, string words) => Assert.Equal(words, RoundWords.Ago(Noon.AddSeconds(-seconds), Noon));

    [Fact]
    public void A_rater_who_answers_faster_than_one_can_look_is_flagged()
    {
        Assert.True(new RaterShare("Chen", 3, RaterShare.Median([500, 900, 20_000]), Noon).AnswersFast);
        Assert.False(new RaterShare("Ada", 3, RaterShare.Median([0, 4000, 6000]), Noon).AnswersFast);
        Assert.False(new RaterShare("script", 3, RaterShare.Median([0, 0]), Noon).AnswersFast);
    }
}
