using System.Globalization;

namespace Ranking.Web.Api;

/// <summary>The rules that all lists share.</summary>
internal static class Paging
{
    /// <summary>The size of a part.</summary>
    /// <exception cref="RefusalException">It is out of bounds.</exception>
    public static int Limit(int? limit) => limit is < 1 or > 200
        ? throw RefusalException.Impossible("limit", "limit is from 1 to 200.")
        : limit ?? 50;

    /// <summary>A part of a list that is at hand as a whole; its cursor counts the entries before.</summary>
    /// <exception cref="RefusalException">The bounds or the cursor are none of this list's.</exception>
    public static Page<TResource> Of<T, TResource>(IReadOnlyList<T> all, int? limit, string? cursor, Func<T, TResource> resource)
    {
        var from = 0;
        if (cursor is not null && !int.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out from))
        {
            throw RefusalException.Impossible("cursor", "This is no cursor that the list gave.");
        }

        var end = Math.Min(all.Count, (long)from + Limit(limit));
        return new(
            [.. all.Skip(from).Take((int)Math.Max(0, end - from)).Select(resource)],
            end < all.Count ? end.ToString(CultureInfo.InvariantCulture) : null);
    }
}
