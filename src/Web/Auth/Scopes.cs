using System.Security.Claims;

namespace Ranking.Web.Auth;

/// <summary>What a caller may do: each scope includes the ones below it.</summary>
public static class Scopes
{
    /// <summary>Everything.</summary>
    public const string Admin = "admin";

    /// <summary>Read, ask and judge.</summary>
    public const string Oracle = "oracle";

    /// <summary>Read.</summary>
    public const string Read = "read";

    /// <summary>The claim that holds the scope.</summary>
    public const string Claim = "scope";

    /// <summary>The claim that holds the only study a caller may use.</summary>
    public const string StudyClaim = "study";

    /// <summary>All scopes.</summary>
    public static IReadOnlyList<string> All { get; } = [Admin, Oracle, Read];

    /// <summary>Whether a caller has a scope or one that includes it.</summary>
    public static bool May(this ClaimsPrincipal user, string scope) =>
        user.FindFirstValue(Claim) is { } own && Rank(own) >= Rank(scope);

    /// <summary>The only study a caller may use; null when there is no such bound.</summary>
    public static Guid? OnlyStudy(this ClaimsPrincipal user) =>
        Guid.TryParse(user.FindFirstValue(StudyClaim), out var study) ? study : null;

    private static int Rank(string scope) => scope switch { Admin => 3, Oracle => 2, Read => 1, _ => 0 };
}
