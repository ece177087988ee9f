using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Ranking.Engine;
using Ranking.Engine.Sessions;

namespace Ranking.Data.Tests;

/// <summary>The contract over a real file, and what only a file can lose.</summary>
public sealed class SqliteSessionStoreTests : SessionStoreContract, IAsyncLifetime
{
    private DataHouse _house = null!;

    /// <inheritdoc/>
    public override ISessionStore Store => _house.Sessions();

    public async Task InitializeAsync() => _house = await DataHouse.OpenAsync();

    public Task DisposeAsync()
    {
        _house.Dispose();
        return Task.CompletedTask;
    }

    [Fact]
    public async Task A_log_survives_that_everything_is_closed_and_opened_again()
    {
        await CreateAsync(1);
        await Store.TryAppendAsync(Id(1), 1, [Judged(1), Judged(2)], new SessionSummary(SessionStatus.Open, 2, 2, 12));
        await Store.SaveSnapshotAsync(Id(1), new StoredSnapshot(3, new RunSnapshot(2, [1, 2])));
        SqliteConnection.ClearAllPools();

        await _house.Database().PrepareAsync();
        Assert.Equal([Json(Started), Json(Judged(1)), Json(Judged(2))], await LogAsync(1));
        Assert.Equal([1, 2], (await Store.LoadAsync(Id(1)))!.Value.Snapshot!.Run.State);
    }

    [Fact]
    public async Task A_copy_of_the_folder_without_snapshots_replays_to_the_same_state()
    {
        await using var server = new SessionServer(Store);
        var id = await server.Sessions.StartAsync(DataHouse.Study, Config);
        await server.JudgeAsync(id, 70);
        using var copy = new DataHouse();

        // Unlike SQLite's backup, a command waits where another test closes all connections and the log is tidied up.
        _house.Read($"VACUUM INTO '{copy.Folder.DatabaseFile}'");
        Assert.Equal(1L, copy.Read("SELECT COUNT(*) FROM Snapshots"));
        copy.Read("DELETE FROM Snapshots");

        await copy.Database().PrepareAsync();
        await using var fresh = new SessionServer(copy.Sessions());
        Assert.Equal(await server.StateAsync(id), await fresh.StateAsync(id));
    }

    [Theory]
    [InlineData("UPDATE Snapshots SET State = zeroblob(length(State))")]
    [InlineData("UPDATE Snapshots SET State = substr(State, 1, length(State) - 1) || x'00'")]
    [InlineData("UPDATE Snapshots SET State = x'00'")]
    [InlineData("UPDATE Snapshots SET Version = Version - 1")]
    [InlineData("UPDATE Snapshots SET Round = Round - 1")]
    public async Task A_damaged_snapshot_is_as_good_as_none(string damage)
    {
        await CreateAsync(1);
        await Store.SaveSnapshotAsync(Id(1), new StoredSnapshot(33, new RunSnapshot(32, [1, 2, 3])));
        _house.Read(damage);
        var (events, snapshot) = (await Store.LoadAsync(Id(1)))!.Value;
        Assert.Single(events);
        Assert.Null(snapshot);
    }

    [Fact]
    public async Task The_list_of_sessions_says_what_the_log_says()
    {
        await CreateAsync(1);
        await Store.TryAppendAsync(Id(1), 1, [Judged(1), new SessionEvent.Finished("finished", Judged(9).At)], new SessionSummary(SessionStatus.Finished, 3, 4, 5));
        await using var db = _house.Contexts().CreateDbContext();
        var row = await db.Sessions.SingleAsync(s => s.Id == Id(1));
        Assert.Equal((Config.Title, Config.Seed, DataHouse.Study), (row.Title, row.Seed, row.StudyId));
        Assert.Equal((SessionStatus.Finished, 3, 3, 4, 5), (row.Status, row.Version, row.Taught, row.Judgements, row.Comparisons));
        Assert.Equal((Started.At.ToUnixTimeMilliseconds(), Judged(9).At.ToUnixTimeMilliseconds()), (row.CreatedMs, row.UpdatedMs));
    }

    [Fact]
    public async Task A_row_that_lags_behind_its_log_does_not_let_an_event_be_written_over()
    {
        await CreateAsync(1);
        await Store.TryAppendAsync(Id(1), 1, [Judged(1)], new SessionSummary(SessionStatus.Open, 1, 1, 1));
        _house.Read("UPDATE Sessions SET Version = 1");
        Assert.False(await Store.TryAppendAsync(Id(1), 1, [Judged(2)], new SessionSummary(SessionStatus.Open, 1, 1, 1)));
        Assert.Equal([Json(Started), Json(Judged(1))], await LogAsync(1));
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("{\"event\":\"judged\"")]
    [InlineData("{\"event\":\"invented\",\"at\":\"2026-03-01T12:00:00+00:00\"}")]
    [InlineData("null")]
    public async Task A_damaged_event_is_named_and_not_guessed(string payload)
    {
        await CreateAsync(1);
        using (var connection = _house.Connect())
        {
            using var command = connection.CreateCommand();
            command.CommandText = "UPDATE Events SET Payload = $payload";
            command.Parameters.AddWithValue("$payload", payload);
            Assert.Equal(1, command.ExecuteNonQuery());
        }

        var refused = await Assert.ThrowsAsync<StorageException>(() => Store.LoadAsync(Id(1)));
        Assert.StartsWith("A stored event", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("PRAGMA query_only = 1;", "read-only")]
    [InlineData("PRAGMA max_page_count = 1;", "The disk is full")]
    public async Task A_disk_that_refuses_says_why_and_keeps_what_it_has(string pragma, string reason)
    {
        await CreateAsync(1);

        // Much at once, so that the pages at hand do not suffice.
        SessionEvent[] many = [.. Enumerable.Range(0, 500).Select(Judged)];
        var summary = new SessionSummary(SessionStatus.Open, 500, 500, 500);
        var refused = await Assert.ThrowsAsync<StorageException>(() => _house.Sessions(pragma).TryAppendAsync(Id(1), 1, many, summary));
        Assert.Contains(reason, refused.Message, StringComparison.Ordinal);
        Assert.Contains("Nothing was changed", refused.Message, StringComparison.Ordinal);
        Assert.Equal([Json(Started)], await LogAsync(1));

        SqliteConnection.ClearAllPools();
        Assert.True(await Store.TryAppendAsync(Id(1), 1, many, summary));
        Assert.Equal(501, (await LogAsync(1)).Count());
    }

    [Fact]
    public async Task An_answer_that_could_not_be_stored_is_refused_and_counts_when_it_is_sent_again()
    {
        await using var server = new SessionServer(Store);
        var id = await server.Sessions.StartAsync(DataHouse.Study, Config);
        await server.JudgeAsync(id, 3);
        var before = await server.StateAsync(id);
        using (var other = _house.Connect())
        {
            DataHouse.Read(other, "BEGIN EXCLUSIVE");
            var refused = await Assert.ThrowsAsync<StorageException>(() => server.JudgeAsync(id, 1));
            Assert.Contains("in use by another program", refused.Message, StringComparison.Ordinal);
        }

        Assert.Equal(before, await server.StateAsync(id));
        await server.JudgeAsync(id, 1);
        Assert.Equal(5, (await Store.LoadAsync(id))!.Value.Events.Length);
    }
}
