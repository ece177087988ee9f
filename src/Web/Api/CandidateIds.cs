using System.Globalization;
using Ranking.Engine.Sessions;

namespace Ranking.Web.Api;

/// <summary>Reads ids of the form <c>{sessionId:N}-{batchKey}-{candidateIndex}</c>.</summary>
internal static class CandidateIds
{
    private const int SessionLength = 32;
    private const int BatchLength = SessionLength + 1 + 16;

    /// <summary>Where a candidate's picture is.</summary>
    public static string ImageUrl(string candidateId) => $"/api/v1/candidates/{candidateId}/image";

    /// <summary>Whether the candidates of a round have pictures.</summary>
    public static bool Renders(this RoundView view) =>
        !view.IsReady || view.RenderError is not null || view.Candidates.Any(candidate => candidate.Picture is not null);

    /// <summary>The session of a candidate or batch; null when the text is no such id.</summary>
    public static Guid? Session(string id) =>
        id.Length >= BatchLength && id[SessionLength] == '-' && Guid.TryParseExact(id[..SessionLength], "N", out var session) ? session : null;

    /// <summary>Whether a text has the form of a batch id of a session.</summary>
    public static bool IsBatchOf(Guid session, string id) =>
        id.Length == BatchLength && Session(id) == session && id[(SessionLength + 1)..].All(char.IsAsciiHexDigitLower);

    /// <summary>The index of a candidate in a batch; null when it belongs to another one.</summary>
    public static int? Index(string candidateId, string batchId) =>
        candidateId.StartsWith(batchId + "-", StringComparison.Ordinal)
        && int.TryParse(candidateId.AsSpan(batchId.Length + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var index) ? index : null;
}
