using System.Text.Json;
using Ranking.Engine;
using Ranking.Engine.Rendering;
using Ranking.Engine.Sessions;
using Ranking.Engine.Spaces;

namespace Ranking.Data.Tests;

/// <summary>What every store of sessions promises.</summary>
public abstract class SessionStoreContract
{
    private protected static readonly SessionConfig Config = new(
        "A session", "Which do you like best?",
        new Chosen("external", 1, JsonSerializer.SerializeToElement(new { dimension = 6 })),
        new Chosen("zo-rank-sgd", 1, JsonSerializer.SerializeToElement(new { variant = "interactive" })),
        5, 3, 1, 1000, false, ulong.MaxValue - 3);

    private static readonly SessionSummary Summary = new(SessionStatus.Open, 1, 1, 1);

    /// <summary>The store under test.</summary>
    public abstract ISessionStore Store { get; }

    [Fact]
    public async Task A_session_nobody_made_is_not_there()
    {
        Assert.Null(await Store.LoadAsync(Id(1)));
        Assert.False(await Store.TryAppendAsync(Id(1), 0, [Judged(1)], Summary));
        Assert.Null(await Store.LoadAsync(Id(1)));
    }

    [Fact]
    public async Task A_new_session_has_its_start_and_nothing_else()
    {
        await CreateAsync(1);
        var (events, snapshot) = (await Store.LoadAsync(Id(1)))!.Value;
        Assert.Equal([Json(Started)], events.Select(Json));
        Assert.Null(snapshot);
    }

    [Fact]
    public async Task An_id_is_given_once()
    {
        await CreateAsync(1);
        await Assert.ThrowsAsync<StorageException>(() => Store.CreateAsync(Id(1), DataHouse.Study, Started with { At = At(99) }));
        Assert.Equal([Json(Started)], await LogAsync(1));
    }

    [Fact]
    public async Task Every_kind_of_event_comes_back_as_it_was_written()
    {
        SessionEvent[] events =
        [
            Judged(1),
            new SessionEvent.Judged(1, Id(2), "Zoë 😀 'quoted' \"twice\"", new Judgement.Values([0.1, 1.0 / 3, double.Epsilon, -0.0, 1e308]), [4, 3, 2, 1, 0], ["ab", "", "cd", "", ""], 7, At(2)),
            new SessionEvent.Judged(2, Id(3), "", new Judgement.Gradients([1], [Math.PI, -Math.E]), [0], [], 0, At(3)),
            new SessionEvent.Judged(3, Id(4), "Ada", new Judgement.Overall(Verdict.AllBroken), [1, 0], [], 0, At(4)),
            new SessionEvent.Skipped(4, Id(5), "Ada", "Too hard to say", At(5)),
            new SessionEvent.Undone(4, "Ada", At(6)),
            new SessionEvent.Paused(At(7)),
            new SessionEvent.Resumed(At(8)),
            new SessionEvent.Finished("abandoned", At(9)),
        ];
        await CreateAsync(1);
        Assert.True(await Store.TryAppendAsync(Id(1), 1, events, Summary));
        Assert.Equal([Json(Started), .. events.Select(Json)], await LogAsync(1));
    }

    [Fact]
    public async Task Only_the_writer_who_knows_the_whole_log_may_append()
    {
        await CreateAsync(1);
        Assert.True(await Store.TryAppendAsync(Id(1), 1, [Judged(1), Judged(2)], Summary));
        var log = await LogAsync(1);

        foreach (var version in new[] { -1, 0, 1, 2, 4, 5 })
        {
            Assert.False(await Store.TryAppendAsync(Id(1), version, [Judged(3)], Summary), $"version {version}");
            Assert.Equal(log, await LogAsync(1));
        }

        Assert.True(await Store.TryAppendAsync(Id(1), 3, [Judged(3)], Summary));
        Assert.Equal([.. log, Json(Judged(3))], await LogAsync(1));
    }

    [Fact]
    public async Task Of_writers_at_the_same_time_one_wins_each_place_and_none_is_lost()
    {
        const int Writers = 8;
        const int Each = 6;
        await CreateAsync(1);
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Run(async () =>
        {
            for (var i = 0; i < Each; i++)
            {
                var judged = Judged((writer * Each) + i);
                while (!await Store.TryAppendAsync(Id(1), (await Store.LoadAsync(Id(1)))!.Value.Events.Length, [judged], Summary))
                {
                }
            }
        })));

        var written = (await Store.LoadAsync(Id(1)))!.Value.Events.Skip(1).Cast<SessionEvent.Judged>().Select(j => j.Round).ToList();
        Assert.Equal(Enumerable.Range(0, Writers * Each).Select(i => (uint)i), written.Order());
        Assert.All(Enumerable.Range(0, Writers), writer => Assert.Equal(
            Enumerable.Range(writer * Each, Each).Select(i => (uint)i), written.Where(round => round / Each == writer)));
    }

    [Fact]
    public async Task Sessions_do_not_see_each_other()
    {
        await CreateAsync(1);
        await CreateAsync(2);
        Assert.True(await Store.TryAppendAsync(Id(2), 1, [Judged(5)], Summary));
        await Store.SaveSnapshotAsync(Id(2), new StoredSnapshot(2, new RunSnapshot(1, [1, 2, 3])));
        Assert.Equal([Json(Started)], await LogAsync(1));
        Assert.Null((await Store.LoadAsync(Id(1)))!.Value.Snapshot);
    }

    [Fact]
    public async Task The_last_snapshot_is_kept_byte_by_byte()
    {
        await CreateAsync(1);
        await Store.SaveSnapshotAsync(Id(1), new StoredSnapshot(1, new RunSnapshot(0, [7])));
        byte[] state = [.. Enumerable.Range(0, 100_000).Select(i => (byte)(i * 31))];
        await Store.SaveSnapshotAsync(Id(1), new StoredSnapshot(33, new RunSnapshot(uint.MaxValue, state)));
        var snapshot = (await Store.LoadAsync(Id(1)))!.Value.Snapshot!;
        Assert.Equal(33, snapshot.Version);
        Assert.Equal(uint.MaxValue, snapshot.Run.Round);
        Assert.Equal(state, snapshot.Run.State);
    }

    [Fact]
    public async Task A_session_goes_on_alike_without_its_snapshot_and_with_a_worthless_one()
    {
        await using var first = new SessionServer(Store);
        var id = await first.Sessions.StartAsync(DataHouse.Study, Config);
        await first.JudgeAsync(id, 70);
        var state = await first.StateAsync(id);
        Assert.NotNull((await Store.LoadAsync(id))!.Value.Snapshot);

        await using var second = new SessionServer(Store);
        Assert.Equal(state, await second.StateAsync(id));

        foreach (var worthless in new byte[][] { [], [0xFF, 0x00], "{\"centre\":\"AAAA\"}"u8.ToArray(), "null"u8.ToArray() })
        {
            await Store.SaveSnapshotAsync(id, new StoredSnapshot(65, new RunSnapshot(64, worthless)));
            await using var third = new SessionServer(Store);
            Assert.Equal(state, await third.StateAsync(id));
        }
    }

    [Fact]
    public async Task Two_servers_over_one_store_share_a_session_and_no_answer_counts_twice()
    {
        await using var one = new SessionServer(Store);
        await using var other = new SessionServer(Store);
        var id = await one.Sessions.StartAsync(DataHouse.Study, Config);
        for (var i = 0; i < 20; i++)
        {
            var (mine, theirs) = i % 2 == 0 ? (one, other) : (other, one);
            var batch = (await (await mine.Sessions.FindAsync(id))!.CurrentAsync()).BatchId;
            var answer = new SessionCommand.Judge(batch, Id(100 + i), "Ada", Judgement.Ranking.Of(i % 4), 5);
            var accepted = Assert.IsType<SubmitResult.Accepted>(await (await mine.Sessions.FindAsync(id))!.SendAsync(answer));

            // The other one has not heard of it: the same answer is the same, another one comes too late.
            var session = (await other.Sessions.FindAsync(id))!;
            Assert.IsType<SubmitResult.Stale>(await (await theirs.Sessions.FindAsync(id))!.SendAsync(answer with { JudgementId = Id(200 + i) }));
            Assert.Equal(accepted, await (await theirs.Sessions.FindAsync(id))!.SendAsync(answer));
            Assert.Equal(i + 1, (await session.CurrentAsync()).Taught);
        }

        Assert.Equal(await one.StateAsync(id), await other.StateAsync(id));
        Assert.Equal(21, (await Store.LoadAsync(id))!.Value.Events.Length);
    }

    private protected static SessionEvent.Started Started { get; } = new(Config, At(0));

    private protected static Guid Id(int number) => new(number, 1, 7, 1, 2, 3, 4, 5, 6, 7, 8);

    private protected static SessionEvent.Judged Judged(int number) =>
        new((uint)number, Id(1000 + number), "Ada", Judgement.Ranking.Of(2, 0, 1), [2, 0, 1, 3, 4], ["", "", "", "", ""], 1200, At(number));

    private protected static string Json(SessionEvent @event) => SessionJson.Write(@event);

    private protected Task CreateAsync(int number) => Store.CreateAsync(Id(number), DataHouse.Study, Started);

    private protected async Task<IEnumerable<string>> LogAsync(int number) => (await Store.LoadAsync(Id(number)))!.Value.Events.Select(Json).ToList();

    private static DateTimeOffset At(int second) => new DateTimeOffset(2026, 3, 1, 12, 0, 0, 123, TimeSpan.Zero).AddSeconds(second);
}

/// <summary>The contract over the store of the playground.</summary>
public sealed class InMemorySessionStoreTests : SessionStoreContract
{
    /// <inheritdoc/>
    public override ISessionStore Store { get; } = new InMemorySessionStore();
}

/// <summary>A server of sessions over a store.</summary>
internal sealed class SessionServer(ISessionStore store) : IAsyncDisposable
{
    private static readonly Catalog<ISpace> Kinds = new();
    private readonly OpenSpaces _spaces = new(Kinds, new InMemoryArtifactStore(), TimeProvider.System);
    private LocalSessions? _sessions;

    public LocalSessions Sessions => _sessions ??= new LocalSessions(store, new InMemoryArtifactStore(), _spaces, Kinds, new Catalog<IOptimizer>(), TimeProvider.System);

    /// <summary>Judges a number of rounds, each like every other server would.</summary>
    public async Task JudgeAsync(Guid id, int rounds)
    {
        var session = (await Sessions.FindAsync(id))!;
        for (var i = 0; i < rounds; i++)
        {
            var view = await session.CurrentAsync();
            var order = Noise.Philox(3, Purpose.Oracle, view.Round).Permutation(0, view.Query.Count);
            Assert.IsType<SubmitResult.Accepted>(await session.SendAsync(new SessionCommand.Judge(
                view.BatchId, new Guid((int)view.Round, 2, 7, 1, 2, 3, 4, 5, 6, 7, 8), "Ada", Judgement.Ranking.Of(order.AsSpan(0, view.Query.RankTop)), 10)));
        }
    }

    /// <summary>All that a session's log decides: where it stands, and every point bit for bit.</summary>
    public async Task<string> StateAsync(Guid id)
    {
        var session = (await Sessions.FindAsync(id))!;
        var view = await session.CurrentAsync();
        var points = new List<string>();
        foreach (var name in view.Candidates.Select(c => c.Id).Append(view.Bests[^1].CandidateId))
        {
            points.Add($"{name} {Convert.ToHexString(StateJson.ToBytes(await session.PointAsync(name) ?? []))}");
        }

        return JsonSerializer.Serialize(new { view.BatchId, view.Round, view.Taught, view.TotalJudgements, view.Comparisons, view.Status, points });
    }

    public async ValueTask DisposeAsync()
    {
        if (_sessions is not null)
        {
            await _sessions.DisposeAsync();
        }

        await _spaces.DisposeAsync();
    }
}
