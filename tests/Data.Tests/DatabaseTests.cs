using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Ranking.Engine.Sessions;

namespace Ranking.Data.Tests;

/// <summary>Coming into being, and what may be in the way.</summary>
public sealed class DatabaseTests : IDisposable
{
    private readonly DataHouse _house = new();

    [Fact]
    public async Task A_folder_that_does_not_exist_is_made_with_all_in_it()
    {
        Directory.Delete(_house.Folder.Root);
        await _house.Database().PrepareAsync();
        Assert.True(File.Exists(_house.Folder.DatabaseFile));
        Assert.True(Directory.Exists(_house.Folder.Artifacts));
        await using var db = _house.Contexts().CreateDbContext();
        Assert.Empty(await db.Database.GetPendingMigrationsAsync());
        Assert.Empty(await db.Studies.ToListAsync());
    }

    [Fact]
    public async Task The_migrations_lead_to_the_model()
    {
        await using var db = _house.Contexts().CreateDbContext();
        Assert.False(db.Database.HasPendingModelChanges(), "The model was changed without a migration.");
    }

    [Fact]
    public async Task Preparing_again_changes_nothing()
    {
        await _house.Database().PrepareAsync();
        var schema = _house.Read("SELECT group_concat(sql) FROM sqlite_master");
        _house.Read("INSERT INTO Studies (Id, Name, Question, Description, ConfigJson, Archived, CreatedMs) VALUES ('a', 'n', '', '', '{}', 0, 1)");
        await _house.Database().PrepareAsync();
        Assert.Equal(schema, _house.Read("SELECT group_concat(sql) FROM sqlite_master"));
        Assert.Equal("n", _house.Read("SELECT Name FROM Studies"));
    }

    [Fact]
    public async Task Many_programs_may_prepare_one_folder_at_once()
    {
        await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(() => _house.Database().PrepareAsync())));
        Assert.Equal(1L, _house.Read("SELECT COUNT(*) FROM sqlite_master WHERE name = 'Sessions'"));
    }

    [Fact]
    public async Task A_program_that_was_killed_while_it_migrated_blocks_nobody()
    {
        _house.Read("CREATE TABLE \"__EFMigrationsLock\" (\"Id\" INTEGER NOT NULL PRIMARY KEY, \"Timestamp\" TEXT NOT NULL)");
        _house.Read("INSERT INTO \"__EFMigrationsLock\" VALUES (1, '2026-03-01 12:00:00')");
        await _house.Database().PrepareAsync();
        Assert.Equal(1L, _house.Read("SELECT COUNT(*) FROM sqlite_master WHERE name = 'Sessions'"));
    }

    [Fact]
    public async Task Commits_are_durable_and_readers_do_not_wait_for_writers()
    {
        await _house.Database().PrepareAsync();
        await using var db = _house.Contexts().CreateDbContext();
        await db.Database.OpenConnectionAsync();
        var connection = (SqliteConnection)db.Database.GetDbConnection();
        Assert.Equal("wal", DataHouse.Read(connection, "PRAGMA journal_mode"));
        Assert.Equal(2L, DataHouse.Read(connection, "PRAGMA synchronous"));
        Assert.Equal(1L, DataHouse.Read(connection, "PRAGMA foreign_keys"));
        Assert.True((long)DataHouse.Read(connection, "PRAGMA busy_timeout")! > 0);

        using var writer = _house.Connect();
        DataHouse.Read(writer, "BEGIN IMMEDIATE");
        DataHouse.Read(writer, "INSERT INTO Pictures VALUES ('key', 'hash')");
        Assert.Empty(await db.Pictures.ToListAsync());
    }

    [Fact]
    public async Task A_locked_database_is_named_and_nothing_is_lost()
    {
        using var house = await DataHouse.OpenAsync();
        using (var other = house.Connect())
        {
            DataHouse.Read(other, "BEGIN EXCLUSIVE");
            var refused = await Assert.ThrowsAsync<StorageException>(() => house.Database().PrepareAsync());
            Assert.Contains(house.Folder.Root, refused.Message, StringComparison.Ordinal);
            Assert.Contains("in use by another program", refused.Message, StringComparison.Ordinal);
        }

        await house.Database().PrepareAsync();
        Assert.Equal("a study", house.Read("SELECT Name FROM Studies"));
    }

    [Fact]
    public async Task A_folder_that_cannot_be_made_is_named()
    {
        var file = Path.Combine(_house.Folder.Root, "file");
        await File.WriteAllTextAsync(file, "not a folder");
        var folder = new DataFolder(Path.Combine(file, "data"));
        var refused = await Assert.ThrowsAsync<StorageException>(() => new Database(_house.Contexts(), folder).PrepareAsync());
        Assert.StartsWith($"The data folder {folder.Root} cannot be used. ", refused.Message, StringComparison.Ordinal);
        Assert.Equal("not a folder", await File.ReadAllTextAsync(file));
    }

    [Fact]
    public async Task A_folder_in_the_place_of_the_database_is_named()
    {
        Directory.CreateDirectory(_house.Folder.DatabaseFile);
        var refused = await Assert.ThrowsAsync<StorageException>(() => _house.Database().PrepareAsync());
        Assert.Contains("The disk could not be read or written", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("PRAGMA query_only = 1;", "read-only")]
    [InlineData("PRAGMA max_page_count = 2;", "The disk is full")]
    public async Task A_disk_that_takes_nothing_is_named_before_anybody_works_with_it(string pragma, string reason)
    {
        var refused = await Assert.ThrowsAsync<StorageException>(() => new Database(_house.Contexts(pragma), _house.Folder).PrepareAsync());
        Assert.Contains(reason, refused.Message, StringComparison.Ordinal);

        SqliteConnection.ClearAllPools();
        await _house.Database().PrepareAsync();
        Assert.Equal(0L, _house.Read("SELECT COUNT(*) FROM Sessions"));
    }

    [Fact]
    public async Task A_prepared_database_that_became_read_only_is_named()
    {
        await _house.Database().PrepareAsync();
        var refused = await Assert.ThrowsAsync<StorageException>(() => new Database(_house.Contexts("PRAGMA query_only = 1;"), _house.Folder).PrepareAsync());
        Assert.Contains("read-only", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_no_database_is_named_and_left_alone()
    {
        var text = new string('x', 5000);
        await File.WriteAllTextAsync(_house.Folder.DatabaseFile, text);
        var refused = await Assert.ThrowsAsync<StorageException>(() => _house.Database().PrepareAsync());
        Assert.Contains("not a database", refused.Message, StringComparison.Ordinal);
        Assert.Equal(text, await File.ReadAllTextAsync(_house.Folder.DatabaseFile));
    }

    [Fact]
    public async Task A_database_of_a_later_version_is_named_and_left_alone()
    {
        await _house.Database().PrepareAsync();
        _house.Read("INSERT INTO \"__EFMigrationsHistory\" VALUES ('29990101000000_Later', '99.0.0')");
        var refused = await Assert.ThrowsAsync<StorageException>(() => _house.Database().PrepareAsync());
        Assert.Contains("later version", refused.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _house.Dispose();
}
