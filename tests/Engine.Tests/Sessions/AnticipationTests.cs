using System.Collections.Immutable;
using Ranking.Engine.Sessions;

namespace Ranking.Engine.Tests.Sessions;

/// <summary>Pictures that are there before the answer is.</summary>
public sealed class AnticipationTests
{
    [Fact]
    public async Task The_pictures_that_follow_from_a_draft_are_there_when_it_is_submitted()
    {
        await using var house = new SessionHouse();
        var session = await house.StartAsync();
        var view = await SessionHouse.WhenAsync(session, v => v.IsReady);
        await session.AnticipateAsync(view.BatchId, [[2], [0], [4]]);
        await DrawnAsync(house, 2);

        await SessionHouse.JudgeAsync(session, 1, Judgement.Ranking.Of(2, 0, 4));
        var next = await SessionHouse.WhenAsync(session, v => v.BatchId != view.BatchId && v.IsReady);
        Assert.Equal(2, house.Space.Batches.Length);
        Assert.Equal((1, 1), (next.Foresight.Rounds, next.Foresight.Ready));
        Assert.True(next.Foresight.SecondsSaved > 0);
    }

    [Fact]
    public async Task Another_answer_than_the_draft_changes_nothing_but_the_wait()
    {
        await using var house = new SessionHouse();
        await using var plain = new SessionHouse();
        var (session, other) = (await house.StartAsync(), await plain.StartAsync());
        var view = await SessionHouse.WhenAsync(session, v => v.IsReady);
        await session.AnticipateAsync(view.BatchId, [[2], [0], [4]]);
        await SessionHouse.JudgeAsync(session, 1, Judgement.Ranking.Of(1, 3, 0));
        await SessionHouse.JudgeAsync(other, 1, Judgement.Ranking.Of(1, 3, 0));
        var next = await SessionHouse.WhenAsync(session, v => v.BatchId != view.BatchId && v.IsReady);
        Assert.Equal((1, 0), (next.Foresight.Rounds, next.Foresight.Ready));
        Assert.Equal(await PointsAsync(other), await PointsAsync(session));
    }

    [Fact]
    public async Task Where_one_pick_decides_the_likeliest_picks_are_made_before_anything_is_clicked()
    {
        await using var house = new SessionHouse();
        var session = await house.StartAsync();
        using var leave = new CancellationTokenSource();
        var watching = WatchAsync(session, leave.Token);
        await SessionHouse.JudgeAsync(session, 1, Judgement.Ranking.Of(0, 1, 2));
        var line = await SessionHouse.WhenAsync(session, v => v.Query.RankTop == 1 && v.IsReady);
        await DrawnAsync(house, 5);
        await SessionHouse.JudgeAsync(session, 2, Judgement.Ranking.Of(0));
        var next = await SessionHouse.WhenAsync(session, v => v.BatchId != line.BatchId && v.IsReady);
        Assert.Equal((2, 1), (next.Foresight.Rounds, next.Foresight.Ready));
        await leave.CancelAsync();
        await watching;
    }

    [Theory]
    [InlineData("another-batch", 3)]
    [InlineData(null, 2)]
    public async Task A_hint_that_is_too_late_or_too_short_is_passed_over(string? batch, int places)
    {
        await using var house = new SessionHouse();
        var session = await house.StartAsync();
        var view = await SessionHouse.WhenAsync(session, v => v.IsReady);
        await session.AnticipateAsync(batch ?? view.BatchId, [.. Enumerable.Range(0, places).Select(i => ImmutableArray.Create(i))]);
        await session.AnticipateAsync(view.BatchId, [[0], [0], [99]]);
        await SessionHouse.JudgeAsync(session, 1, Judgement.Ranking.Of(0, 1, 2));
        var next = await SessionHouse.WhenAsync(session, v => v.BatchId != view.BatchId && v.IsReady);
        Assert.Equal(0, next.Foresight.Ready);
        Assert.Equal(2, house.Space.Batches.Length);
    }

    private static async Task DrawnAsync(SessionHouse house, int batches)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (house.Space.Batches.Length < batches || !house.Spaces.IsIdle)
        {
            await Task.Delay(5, patience.Token);
        }
    }

    private static async Task WatchAsync(ISession session, CancellationToken leave)
    {
        await foreach (var _ in session.WatchAsync(leave))
        {
        }
    }

    private static async Task<double[][]> PointsAsync(ISession session) =>
        await Task.WhenAll((await session.CurrentAsync()).Candidates.Select(async c => (await session.PointAsync(c.Id))!));
}
