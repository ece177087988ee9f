using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Ranking.Data.Sqlite;

/// <summary>How SQLite is used: write-ahead log, durable commits, enforced foreign keys, waiting instead of failing when busy.</summary>
public static class SqliteSetUp
{
    /// <summary>How long a command waits for another writer, in seconds.</summary>
    public const int DefaultBusySeconds = 5;

    /// <summary>Uses the database in <paramref name="file"/>.</summary>
    /// <param name="options">The options to fill.</param>
    /// <param name="file">The database's path; it is created when missing.</param>
    /// <param name="busySeconds">How long a command waits for another writer.</param>
    public static DbContextOptionsBuilder UseRankingSqlite(this DbContextOptionsBuilder options, string file, int busySeconds = DefaultBusySeconds)
    {
        ArgumentNullException.ThrowIfNull(options);
        var connection = new SqliteConnectionStringBuilder { DataSource = file, ForeignKeys = true, DefaultTimeout = busySeconds };
        return options.UseSqlite(connection.ToString()).AddInterceptors(DurableCommits.Instance);
    }

    // Both are settings of a connection, not of the file. FULL makes a commit wait until the log is on disk: with the
    // weaker NORMAL a power cut could take back judgements that were already acknowledged.
    private sealed class DurableCommits : DbConnectionInterceptor
    {
        public static readonly DurableCommits Instance = new();

        public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData)
        {
            using var command = Command(connection);
            command.ExecuteNonQuery();
        }

        public override async Task ConnectionOpenedAsync(DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
        {
            await using var command = Command(connection);
            await command.ExecuteNonQueryAsync(cancellationToken);
        }

        private static DbCommand Command(DbConnection connection)
        {
            var command = connection.CreateCommand();
            command.CommandText = "PRAGMA synchronous = FULL; PRAGMA busy_timeout = 250;";
            return command;
        }
    }
}
