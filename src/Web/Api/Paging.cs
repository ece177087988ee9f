namespace Ranking.Web.Api;

/// <summary>The rules that all lists share.</summary>
internal static class Paging
{
    /// <summary>The size of a part.</summary>
    /// <exception cref="RefusalException">It is out of bounds.</exception>
    public static int Limit(int? limit) => limit is < 1 or > 200
        ? throw RefusalException.Impossible("limit", "limit is from 1 to 200.")
        : limit ?? 50;
}
