using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Ranking.Engine.Sessions;

namespace Ranking.Data;

/// <summary>Says in words what a disk or a database refused.</summary>
public static class Storage
{
    private const int Busy = 5;
    private const int Locked = 6;
    private const int ReadOnly = 8;
    private const int InputOutput = 10;
    private const int Corrupt = 11;
    private const int Full = 13;
    private const int CannotOpen = 14;
    private const int Constraint = 19;
    private const int NotADatabase = 26;
    private const int OutOfSpaceOnUnix = 28;
    private const int OutOfSpaceOnWindows = 0x70;

    /// <summary>Runs <paramref name="work"/>; what the disk or the database refuses becomes a <see cref="StorageException"/>.</summary>
    public static async Task<T> GuardAsync<T>(Func<Task<T>> work)
    {
        try
        {
            return await work();
        }
        catch (Exception e) when (Describe(e) is not null)
        {
            throw new StorageException(Describe(e)!, e);
        }
    }

    /// <inheritdoc cref="GuardAsync{T}"/>
    public static Task GuardAsync(Func<Task> work) => GuardAsync(async () =>
    {
        await work();
        return true;
    });

    /// <summary>Whether a row with this key was already there.</summary>
    public static bool IsDuplicate(Exception e) =>
        e is DbUpdateException { InnerException: SqliteException { SqliteErrorCode: Constraint } };

    /// <summary>One sentence about a failure of storage; null when it is something else.</summary>
    public static string? Describe(Exception e) => e switch
    {
        SqliteException sqlite => sqlite.SqliteErrorCode switch
        {
            Busy or Locked => "The database is in use by another program. Nothing was changed; try again.",
            ReadOnly => "The database is read-only. Nothing was changed; make its folder writable and try again.",
            InputOutput => "The disk could not be read or written. Nothing was changed; look at the disk and try again.",
            Full => "The disk is full. Nothing was changed; make room and try again.",
            CannotOpen => "The database cannot be opened: its folder is missing, read-only or full.",
            Corrupt or NotADatabase => "The database file is damaged, or it is not a database.",
            _ => $"The database refused: {sqlite.Message}",
        },
        DbUpdateException { InnerException: { } inner } => Describe(inner),
        UnauthorizedAccessException => $"The folder is read-only. {e.Message}",
        IOException io when (io.HResult & 0xFFFF) is OutOfSpaceOnUnix or OutOfSpaceOnWindows => "The disk is full. Nothing was changed; make room and try again.",
        IOException => $"The disk refused: {e.Message}",
        _ => null,
    };
}
