using System.Collections.Immutable;
using Ranking.Engine.Sessions;

namespace Ranking.Engine.Tests.Sessions;

/// <summary>What must hold of every session, whatever was judged.</summary>
public sealed class SessionLawsTests
{
    public static TheoryData<string, int> Sessions => new()
    {
        { "constant", 1 },
        { "lineSearch", 1 },
        { "interactive", 1 },
        { "interactive", 3 },
    };

    [Theory]
    [MemberData(nameof(Sessions))]
    public async Task Replay_is_the_same_as_live(string variant, int perRound)
    {
        await using var house = new SessionHouse();
        var session = await house.StartAsync(SessionHouse.Config(variant, perRound: perRound));
        await WanderAsync(session, 60);
        await using var after = house.Restart();
        var again = await after.FindAsync((await session.CurrentAsync()).SessionId);
        Assert.Equal(await SessionHouse.StateAsync(session), await SessionHouse.StateAsync(again));
    }

    [Theory]
    [MemberData(nameof(Sessions))]
    public async Task Snapshot_and_tail_are_the_same_as_all_events(string variant, int perRound)
    {
        await using var house = new SessionHouse();
        var session = await house.StartAsync(SessionHouse.Config(variant, perRound: perRound));
        await WanderAsync(session, 75);
        var id = (await session.CurrentAsync()).SessionId;
        var (events, snapshot) = (await house.Store.LoadAsync(id))!.Value;
        Assert.NotNull(snapshot);

        var space = (await house.Spaces.OpenAsync("sketch", SessionHouse.Config().Space.Settings)).Space;
        var optimizer = house.Optimizers["zo-rank-sgd"];
        var replayed = SessionMachine.Open(id, optimizer, space, events);
        var resumed = SessionMachine.Open(id, optimizer, space, events, snapshot);
        var damaged = SessionMachine.Open(id, optimizer, space, events, snapshot with { Run = snapshot.Run with { State = [1, 2, 3] } });
        Assert.Equal(replayed.Save().Run.State, resumed.Save().Run.State);
        Assert.Equal(replayed.Save().Run.State, damaged.Save().Run.State);
        Assert.Equal(replayed.Points.ToArray(), resumed.Points.ToArray());
    }

    [Fact]
    public async Task A_snapshot_from_before_an_undo_that_went_further_back_is_of_no_use_and_does_no_harm()
    {
        await using var house = new SessionHouse();
        var session = await house.StartAsync();
        for (var i = 0; i < 34; i++)
        {
            await SessionHouse.JudgeAsync(session, i);
        }

        for (var i = 0; i < 10; i++)
        {
            await session.SendAsync(new SessionCommand.Undo("Ada"));
        }

        var other = Judgement.Ranking.Of(4, 3, 2, 1, 0);
        for (var i = 100; i < 112; i++)
        {
            var view = await session.CurrentAsync();
            await SessionHouse.JudgeAsync(session, i, view.Query.Count == 5 ? other : null);
        }

        await using var after = house.Restart();
        var again = await after.FindAsync((await session.CurrentAsync()).SessionId);
        Assert.Equal(await SessionHouse.StateAsync(session), await SessionHouse.StateAsync(again));
    }

    [Theory]
    [MemberData(nameof(Sessions))]
    public async Task Undo_gives_back_the_very_same_batch(string variant, int perRound)
    {
        await using var house = new SessionHouse();
        var session = await house.StartAsync(SessionHouse.Config(variant, perRound: perRound));
        var states = new Stack<string>();
        for (var i = 0; i < 40; i++)
        {
            states.Push(await SessionHouse.StateAsync(session));
            var view = await session.CurrentAsync();
            Assert.IsType<SubmitResult.Accepted>(i % 7 == 3
                ? await session.SendAsync(new SessionCommand.Skip(view.BatchId, SessionHouse.Id(i), "Ada", "Too hard to say"))
                : await SessionHouse.JudgeAsync(session, i));
        }

        while (states.TryPop(out var state))
        {
            Assert.True((await session.CurrentAsync()).CanUndo);
            Assert.IsType<SubmitResult.Accepted>(await session.SendAsync(new SessionCommand.Undo("Ada")));
            Assert.Equal(state, await SessionHouse.StateAsync(session));
        }

        Assert.False((await session.CurrentAsync()).CanUndo);
        Assert.IsType<SubmitResult.Stale>(await session.SendAsync(new SessionCommand.Undo("Ada")));
    }

    [Fact]
    public async Task Submitting_twice_is_the_same_as_submitting_once()
    {
        await using var house = new SessionHouse();
        var session = await house.StartAsync();
        var view = await session.CurrentAsync();
        var command = new SessionCommand.Judge(view.BatchId, SessionHouse.Id(1), "Ada", Judgement.Ranking.Of(0, 1), 5);
        var first = Assert.IsType<SubmitResult.Accepted>(await session.SendAsync(command));
        var state = await SessionHouse.StateAsync(session);
        Assert.Equal(first, await session.SendAsync(command));
        Assert.Equal(state, await SessionHouse.StateAsync(session));

        // Also much later, and after a restart.
        await SessionHouse.JudgeAsync(session, 2);
        Assert.Equal(first, await session.SendAsync(command));
        await using var after = house.Restart();
        Assert.Equal(first, await (await after.FindAsync(view.SessionId)).SendAsync(command));
    }

    [Fact]
    public async Task Shuffling_the_tiles_changes_only_the_evidence()
    {
        await using var house = new SessionHouse();
        var space = (await house.Spaces.OpenAsync("sketch", SessionHouse.Config().Space.Settings)).Space;
        var optimizer = house.Optimizers["zo-rank-sgd"];
        SessionEvent started = new SessionEvent.Started(SessionHouse.Config(), DateTimeOffset.UnixEpoch);
        SessionEvent Judged(ImmutableArray<int> shown, string rater, int second) => new SessionEvent.Judged(
            0, SessionHouse.Id(second), rater, Judgement.Ranking.Of(2, 0), shown, [], second, DateTimeOffset.UnixEpoch.AddSeconds(second));
        var one = SessionMachine.Open(SessionHouse.Id(9), optimizer, space, [started, Judged([0, 1, 2, 3, 4], "Ada", 1)]);
        var other = SessionMachine.Open(SessionHouse.Id(9), optimizer, space, [started, Judged([4, 2, 0, 1, 3], "Ben", 2)]);
        Assert.Equal(one.Save().Run.State, other.Save().Run.State);
        Assert.Equal(one.View().BatchId, other.View().BatchId);
        Assert.Equal(one.Points.ToArray(), other.Points.ToArray());
    }

    [Fact]
    public async Task Asking_does_not_change_the_state()
    {
        await using var house = new SessionHouse();
        var session = await house.StartAsync();
        await WanderAsync(session, 20);
        var id = (await session.CurrentAsync()).SessionId;
        var space = (await house.Spaces.OpenAsync("sketch", SessionHouse.Config().Space.Settings)).Space;
        var machine = SessionMachine.Open(id, house.Optimizers["zo-rank-sgd"], space, (await house.Store.LoadAsync(id))!.Value.Events);
        var before = machine.Save().Run.State;
        _ = machine.Points;
        _ = machine.View();
        machine.Decide(new SessionCommand.Judge(machine.View().BatchId, SessionHouse.Id(1000), "Ada", Judgement.Ranking.Of(1), 0), [], DateTimeOffset.UnixEpoch);
        machine.Decide(new SessionCommand.Undo("Ada"), [], DateTimeOffset.UnixEpoch);
        Assert.Equal(before, machine.Save().Run.State);
    }

    [Fact]
    public async Task A_name_means_the_same_point_for_ever_even_after_it_was_taken_back()
    {
        await using var house = new SessionHouse();
        var session = await house.StartAsync();
        var points = new Dictionary<string, double[]?>();
        for (var i = 0; i < 25; i++)
        {
            var view = await session.CurrentAsync();
            foreach (var name in view.Candidates.Select(c => c.Id).Append(view.Bests[^1].CandidateId))
            {
                points.TryAdd(name, await session.PointAsync(name));
            }

            if (i % 5 == 4)
            {
                await session.SendAsync(new SessionCommand.Undo("Ada"));
                await session.SendAsync(new SessionCommand.Undo("Ada"));
            }
            else
            {
                await SessionHouse.JudgeAsync(session, i, Judgement.Ranking.Of(i % 3, 3));
            }
        }

        await using var after = house.Restart();
        var again = await after.FindAsync((await session.CurrentAsync()).SessionId);
        foreach (var (name, point) in points)
        {
            Assert.NotNull(point);
            Assert.Equal(point, await again.PointAsync(name));
        }
    }

    // A walk through everything that can be done.
    private static async Task WanderAsync(ISession session, int steps)
    {
        for (var i = 0; i < steps; i++)
        {
            var view = await session.CurrentAsync();
            var what = Noise.Philox(11, Purpose.Oracle, (uint)i).Uniform(9, 0);
            SessionCommand command = what switch
            {
                < 0.15 when view.CanUndo => new SessionCommand.Undo("Ben"),
                < 0.25 => new SessionCommand.Skip(view.BatchId, SessionHouse.Id(i), "Ben", "Too hard to say"),
                < 0.3 => new SessionCommand.Pause(),
                _ => new SessionCommand.Judge(view.BatchId, SessionHouse.Id(i), "Ada", SessionHouse.Answer(view.Query, 5, (uint)i), 10),
            };
            Assert.IsType<SubmitResult.Accepted>(await session.SendAsync(command));
            if (command is SessionCommand.Pause)
            {
                Assert.IsType<SubmitResult.Accepted>(await session.SendAsync(new SessionCommand.Resume()));
            }
        }
    }
}
