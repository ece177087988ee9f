using System.ComponentModel;
using Ranking.Data;
using Ranking.Engine;
using Ranking.Engine.Sessions;

namespace Ranking.Web.Api;

/// <summary>What is sent to start a session.</summary>
internal sealed record NewSession
{
    /// <summary>The key of every random draw.</summary>
    [Description("The key of every random draw; left out, the study's seed plus the number of its sessions so far.")]
    public ulong? Seed { get; init; }
}

/// <summary>What may be changed in a session.</summary>
internal sealed record SessionPatch
{
    /// <summary>Where it should stand.</summary>
    [Description("paused stops judging for a while, open goes on, finished and abandoned end it.")]
    public required SessionStatus Status { get; init; }
}

/// <summary>What is sent to fork a session.</summary>
internal sealed record NewFork
{
    /// <summary>The round that is kept last.</summary>
    [Description("The new session has the same history up to this round, which is its open one; from 0 to the session's round.")]
    public required int Round { get; init; }
}

/// <summary>One optimisation trajectory.</summary>
internal sealed record SessionResource(
    Guid Id, Guid StudyId, SessionStatus Status, uint Round, int Judgements, int Comparisons, Stage Stage, string? BatchId, string BestCandidateId,
    ulong Seed, int MaxRounds, int JudgedRounds, bool CanUndo,
    [property: Description("What is worth knowing about how points are shown, a sentence each, such as a prompt that is too long for the model.")] IReadOnlyList<string> Notes,
    DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt)
{
    /// <summary>The resource of a session.</summary>
    public static SessionResource Of(SessionRow row, RoundView view) => new(
        row.Id, row.StudyId, view.Status, view.Round, view.TotalJudgements, view.Comparisons, view.Query.Stage,
        IsOver(view) ? null : view.BatchId, view.Bests[^1].CandidateId, view.Config.Seed, view.Config.MaxRounds, view.Taught, view.CanUndo, view.Notes,
        DateTimeOffset.FromUnixTimeMilliseconds(row.CreatedMs), DateTimeOffset.FromUnixTimeMilliseconds(row.UpdatedMs));

    /// <summary>Whether nothing can be judged any more.</summary>
    public static bool IsOver(RoundView view) => view.Status is SessionStatus.Finished or SessionStatus.Abandoned;
}

/// <summary>A session in a list.</summary>
internal sealed record SessionListed(Guid Id, Guid StudyId, SessionStatus Status, int JudgedRounds, int Judgements, int Comparisons, ulong Seed, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt)
{
    /// <summary>The entry of a session.</summary>
    public static SessionListed Of(SessionRow row) => new(
        row.Id, row.StudyId, row.Status, row.Taught, row.Judgements, row.Comparisons, row.Seed,
        DateTimeOffset.FromUnixTimeMilliseconds(row.CreatedMs), DateTimeOffset.FromUnixTimeMilliseconds(row.UpdatedMs));
}
