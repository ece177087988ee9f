using System.Buffers.Text;
using Ranking.Engine;

namespace Ranking.Web;

/// <summary>Where a part of a list ended. Ids are UUIDv7, so their order is the order of making.</summary>
internal static class Cursor
{
    /// <summary>The last id of the part before; null for the start.</summary>
    /// <exception cref="SettingsException">The text is no cursor.</exception>
    public static Guid? Read(string? cursor)
    {
        if (cursor is null)
        {
            return null;
        }

        Span<byte> bytes = stackalloc byte[16];
        return cursor.Length == 22 && Base64Url.IsValid(cursor, out var length) && length == 16 && Base64Url.TryDecodeFromChars(cursor, bytes, out _)
            ? new Guid(bytes, bigEndian: true)
            : throw new SettingsException(new Dictionary<string, string[]> { ["cursor"] = ["This is no cursor that the list gave."] });
    }

    /// <summary>A part from rows of which one more than wanted was read.</summary>
    public static Page<T> Page<T>(IReadOnlyList<T> rows, int limit, Func<T, Guid> id) => rows.Count <= limit
        ? new Page<T>(rows, null)
        : new Page<T>([.. rows.Take(limit)], Base64Url.EncodeToString(id(rows[limit - 1]).ToByteArray(bigEndian: true)));
}
