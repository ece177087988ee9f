using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Ranking.Data.Sqlite;

namespace Ranking.Data.Tests;

/// <summary>A data folder of its own that is gone after the test; every call of <see cref="Contexts"/> is another program over it.</summary>
internal sealed class DataHouse : IDisposable
{
    public static readonly Guid Study = new("0198c000-0000-7000-8000-000000000001");

    public DataFolder Folder { get; } = new(Directory.CreateTempSubdirectory("ranking-data-").FullName);

    /// <summary>A folder whose database is ready and has one study.</summary>
    public static async Task<DataHouse> OpenAsync()
    {
        var house = new DataHouse();
        await house.Database().PrepareAsync();
        await using var db = house.Contexts().CreateDbContext();
        db.Studies.Add(new StudyRow { Id = Study, Name = "a study", ConfigJson = "{}" });
        await db.SaveChangesAsync();
        return house;
    }

    /// <summary>Opens the database.</summary>
    /// <param name="pragma">What every connection is told first, to make it refuse in a certain way.</param>
    public IDbContextFactory<RankingDb> Contexts(string? pragma = null) => new Factory(Folder, pragma);

    public Database Database() => new(Contexts(), Folder);

    public SessionStore Sessions(string? pragma = null) => new(Contexts(pragma));

    public ArtifactStore Artifacts(string? pragma = null) => new(Contexts(pragma), Folder);

    /// <summary>A connection of another program.</summary>
    public SqliteConnection Connect()
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = Folder.DatabaseFile, Pooling = false }.ToString());
        connection.Open();
        return connection;
    }

    /// <summary>One value of the database.</summary>
    public object? Read(string sql)
    {
        using var connection = Connect();
        return Read(connection, sql);
    }

    public static object? Read(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        Directory.Delete(Folder.Root, recursive: true);
    }

    private sealed class Factory(DataFolder folder, string? pragma) : IDbContextFactory<RankingDb>
    {
        private readonly DbContextOptions<RankingDb> _options = Options(folder, pragma);

        public RankingDb CreateDbContext() => new(_options);

        // One second instead of five: what is tested is what happens after the wait.
        private static DbContextOptions<RankingDb> Options(DataFolder folder, string? pragma)
        {
            var options = new DbContextOptionsBuilder<RankingDb>();
            options.UseRankingSqlite(folder.DatabaseFile, busySeconds: 1);
            return pragma is null ? options.Options : options.AddInterceptors(new Telling(pragma)).Options;
        }
    }

    private sealed class Telling(string pragma) : DbConnectionInterceptor
    {
        public override Task ConnectionOpenedAsync(System.Data.Common.DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
        {
            Read((SqliteConnection)connection, pragma);
            return Task.CompletedTask;
        }
    }
}
