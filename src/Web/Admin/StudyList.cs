using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Ranking.Data;
using Ranking.Engine.Sessions;

namespace Ranking.Web.Admin;

/// <summary>Which studies a list shows.</summary>
public enum StudyFilter
{
    /// <summary>All that are not archived.</summary>
    All,

    /// <summary>With a session that is open or paused.</summary>
    Running,

    /// <summary>With sessions, none of them open or paused.</summary>
    Finished,

    /// <summary>Archived ones.</summary>
    Archived,
}

/// <summary>How a list is ordered.</summary>
public enum StudyOrder
{
    /// <summary>Last activity, newest first.</summary>
    Activity,

    /// <summary>By name.</summary>
    Name,

    /// <summary>Newest first.</summary>
    Created,
}

/// <summary>A line of the list of studies.</summary>
/// <param name="Id">The study.</param>
/// <param name="Name">Its name.</param>
/// <param name="Config">What its sessions start with.</param>
/// <param name="Archived">Whether it is archived.</param>
/// <param name="Sessions">How many sessions it has.</param>
/// <param name="Last">Its session with the latest activity; null before the first.</param>
/// <param name="Activity">When something last happened.</param>
public sealed record StudyLine(Guid Id, string Name, SessionConfig Config, bool Archived, int Sessions, SessionRow? Last, DateTimeOffset Activity);

/// <summary>A page of the list.</summary>
/// <param name="Lines">The studies on it.</param>
/// <param name="Matches">How many studies match, on all pages.</param>
/// <param name="Counts">How many match under each filter.</param>
public sealed record StudyPageOf(IReadOnlyList<StudyLine> Lines, int Matches, IReadOnlyDictionary<StudyFilter, int> Counts);

/// <summary>What everything adds up to.</summary>
public sealed record StudyTotals(int Studies, long Judgements, long PictureBytes);

/// <summary>The lists that the researcher's pages show, paged in the database.</summary>
/// <param name="databases">Where studies are kept.</param>
public sealed class StudyList(IDbContextFactory<RankingDb> databases)
{
    /// <summary>Studies on a page.</summary>
    public const int PageSize = 50;

    /// <summary>A session's study and its number in it, from 1.</summary>
    public sealed record Place(StudyRow Study, SessionRow Session, int Number);

    /// <summary>A page of studies whose name, question or description contains a text.</summary>
    /// <param name="filter">Which.</param>
    /// <param name="order">In which order.</param>
    /// <param name="text">What is looked for; empty for all.</param>
    /// <param name="page">From 1.</param>
    /// <param name="cancel">Stops the query.</param>
    public async Task<StudyPageOf> FindAsync(StudyFilter filter, StudyOrder order, string text, int page, CancellationToken cancel = default)
    {
        await using var db = await databases.CreateDbContextAsync(cancel);
        var all = db.Studies.AsNoTracking();
        if (!string.IsNullOrWhiteSpace(text))
        {
            var pattern = $"%{text.Trim().Replace("\\", "\\\\", StringComparison.Ordinal).Replace("%", "\\%", StringComparison.Ordinal).Replace("_", "\\_", StringComparison.Ordinal)}%";
            all = all.Where(s => EF.Functions.Like(s.Name, pattern, "\\") || EF.Functions.Like(s.Question, pattern, "\\") || EF.Functions.Like(s.Description, pattern, "\\"));
        }

        var counts = new Dictionary<StudyFilter, int>();
        foreach (var one in Enum.GetValues<StudyFilter>())
        {
            counts[one] = await Under(db, all, one).CountAsync(cancel);
        }

        var matching = Under(db, all, filter).Select(s => new
        {
            Study = s,
            Sessions = db.Sessions.Count(x => x.StudyId == s.Id),
            Activity = db.Sessions.Where(x => x.StudyId == s.Id).Max(x => (long?)x.UpdatedMs) ?? s.CreatedMs,
        });
        var ordered = order switch
        {
            StudyOrder.Name => matching.OrderBy(s => s.Study.Name).ThenByDescending(s => s.Study.CreatedMs),
            StudyOrder.Created => matching.OrderByDescending(s => s.Study.CreatedMs),
            _ => matching.OrderByDescending(s => s.Activity).ThenByDescending(s => s.Study.CreatedMs),
        };
        var rows = await ordered.Skip((Math.Max(1, page) - 1) * PageSize).Take(PageSize).ToListAsync(cancel);
        var ids = rows.Select(r => r.Study.Id).ToList();
        var last = (await db.Sessions.AsNoTracking().Where(x => ids.Contains(x.StudyId)
                && x.UpdatedMs == db.Sessions.Where(y => y.StudyId == x.StudyId).Max(y => y.UpdatedMs)).ToListAsync(cancel))
            .GroupBy(x => x.StudyId).ToDictionary(g => g.Key, g => g.MaxBy(x => x.CreatedMs));
        return new StudyPageOf(
            [.. rows.Select(r => new StudyLine(r.Study.Id, r.Study.Name, Config(r.Study), r.Study.Archived, r.Sessions, last.GetValueOrDefault(r.Study.Id), DateTimeOffset.FromUnixTimeMilliseconds(r.Activity)))],
            counts[filter], counts);
    }

    /// <summary>The open session with the latest activity in a study that is not archived; null when nothing is open.</summary>
    public async Task<Place?> NextAsync(CancellationToken cancel = default)
    {
        await using var db = await databases.CreateDbContextAsync(cancel);
        var id = await db.Sessions.Where(x => x.Status == SessionStatus.Open && db.Studies.Any(s => s.Id == x.StudyId && !s.Archived))
            .OrderByDescending(x => x.UpdatedMs).Select(x => (Guid?)x.Id).FirstOrDefaultAsync(cancel);
        return id is null ? null : await FindAsync(id.Value, cancel);
    }

    /// <summary>A session with its study and number; null when there is none.</summary>
    public async Task<Place?> FindAsync(Guid sessionId, CancellationToken cancel = default)
    {
        await using var db = await databases.CreateDbContextAsync(cancel);
        if (await db.Sessions.AsNoTracking().SingleOrDefaultAsync(s => s.Id == sessionId, cancel) is not { } session)
        {
            return null;
        }

        var study = await db.Studies.AsNoTracking().SingleAsync(s => s.Id == session.StudyId, cancel);
        var before = await db.Sessions.CountAsync(s => s.StudyId == session.StudyId && s.CreatedMs < session.CreatedMs, cancel);
        return new Place(study, session, before + 1);
    }

    /// <summary>A study's sessions, oldest first: the first is session 1.</summary>
    public async Task<IReadOnlyList<SessionRow>> SessionsAsync(Guid studyId, CancellationToken cancel = default)
    {
        await using var db = await databases.CreateDbContextAsync(cancel);
        return await db.Sessions.AsNoTracking().Where(s => s.StudyId == studyId).OrderBy(s => s.CreatedMs).ToListAsync(cancel);
    }

    /// <summary>Counts over everything that is kept.</summary>
    public async Task<StudyTotals> TotalsAsync(CancellationToken cancel = default)
    {
        await using var db = await databases.CreateDbContextAsync(cancel);
        return new StudyTotals(
            await db.Studies.CountAsync(cancel),
            await db.Sessions.SumAsync(s => (long)s.Judgements, cancel),
            await db.Artifacts.SumAsync(a => a.Length, cancel));
    }

    private static IQueryable<StudyRow> Under(RankingDb db, IQueryable<StudyRow> studies, StudyFilter filter) => filter switch
    {
        StudyFilter.Archived => studies.Where(s => s.Archived),
        StudyFilter.Running => studies.Where(s => !s.Archived && db.Sessions.Any(x => x.StudyId == s.Id && (x.Status == SessionStatus.Open || x.Status == SessionStatus.Paused))),
        StudyFilter.Finished => studies.Where(s => !s.Archived && db.Sessions.Any(x => x.StudyId == s.Id) && !db.Sessions.Any(x => x.StudyId == s.Id && (x.Status == SessionStatus.Open || x.Status == SessionStatus.Paused))),
        _ => studies.Where(s => !s.Archived),
    };

    private static SessionConfig Config(StudyRow row) => JsonSerializer.Deserialize<SessionConfig>(row.ConfigJson, SessionJson.Options)!;
}
