using Ranking.Engine.Sessions;

namespace Ranking.Web.Api;

/// <summary>What addresses and bodies say with ids of candidates and batches.</summary>
internal static class CandidateIds
{
    /// <summary>Where a candidate's picture is.</summary>
    public static string ImageUrl(string candidateId) => $"/api/v1/candidates/{candidateId}/image";

    /// <summary>Whether candidates have pictures: the space makes them, or a program supplied them.</summary>
    public static bool HasPictures(this RoundView view) => view.Renders || view.Candidates.Any(candidate => candidate.Picture is not null);

    /// <summary>The session of a candidate; null when the text is no such id.</summary>
    public static Guid? Session(string candidateId) => CandidateId.Parse(candidateId)?.Session;

    /// <summary>Whether a text has the form of a batch id of a session.</summary>
    public static bool IsBatchOf(Guid session, string batchId) => CandidateId.Parse($"{batchId}-best")?.Session == session;

    /// <summary>The index of a candidate in a batch; null when it belongs to another one.</summary>
    public static int? Index(string candidateId, string batchId) =>
        CandidateId.Parse(candidateId) is { Index: { } index } id && CandidateId.OfBatch(id.Session, id.BatchKey) == batchId ? index : null;
}
