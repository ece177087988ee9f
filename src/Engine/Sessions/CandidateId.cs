using System.Globalization;

namespace Ranking.Engine.Sessions;

/// <summary>
/// The names of batches, candidates and incumbents. A batch key stands for a session's settings and everything that was
/// judged before, so a name means the same point for ever, and undo brings back the very same names.
/// </summary>
/// <param name="Session">The session.</param>
/// <param name="BatchKey">The batch: 16 hex digits.</param>
/// <param name="Index">The candidate's index in its batch; null for the incumbent at that time.</param>
public readonly record struct CandidateId(Guid Session, string BatchKey, int? Index)
{
    private const string Best = "best";

    /// <summary>The name of a batch.</summary>
    public static string OfBatch(Guid session, string batchKey) => $"{session:N}-{batchKey}";

    /// <summary>Reads a name; null when it cannot be one.</summary>
    public static CandidateId? Parse(string id)
    {
        ArgumentNullException.ThrowIfNull(id);
        var parts = id.Split('-');
        if (parts.Length != 3 || !Guid.TryParseExact(parts[0], "N", out var session))
        {
            return null;
        }

        CandidateId? read = parts[2] == Best ? new(session, parts[1], null)
            : int.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out var index) ? new(session, parts[1], index)
            : null;
        return read?.ToString() == id ? read : null;
    }

    /// <inheritdoc/>
    public override string ToString() => $"{OfBatch(Session, BatchKey)}-{Index?.ToString(CultureInfo.InvariantCulture) ?? Best}";
}
