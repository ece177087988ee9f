using System.Security.Claims;
using Ranking.Data;
using Ranking.Engine;
using Ranking.Engine.Sessions;
using Ranking.Web.Auth;
using ISession = Ranking.Engine.Sessions.ISession;

namespace Ranking.Web.Api;

/// <summary>Finds what an address names, if the caller may see it.</summary>
/// <param name="studies">The studies.</param>
/// <param name="sessions">Their sessions.</param>
internal sealed class Finder(Studies studies, ISessions sessions)
{
    /// <summary>A study.</summary>
    /// <exception cref="RefusalException">There is none, or it is not the caller's.</exception>
    public async Task<Study> StudyAsync(ClaimsPrincipal user, string id, CancellationToken cancel)
    {
        var study = Guid.TryParse(id, out var key) ? await studies.FindAsync(key, cancel) : null;
        return study is not null && MaySee(user, study.Id) ? study : throw RefusalException.Unknown("study", id);
    }

    /// <summary>A session with its row.</summary>
    /// <exception cref="RefusalException">There is none, or it is not the caller's.</exception>
    public async Task<(SessionRow Row, ISession Session)> SessionAsync(ClaimsPrincipal user, string id, CancellationToken cancel) =>
        Guid.TryParse(id, out var key) && await FindAsync(user, key, cancel) is { } found ? await OpenAsync(found, cancel) : throw RefusalException.Unknown("session", id);

    /// <summary>The session of a candidate.</summary>
    /// <exception cref="RefusalException">There is none, or it is not the caller's.</exception>
    public async Task<(SessionRow Row, ISession Session)> CandidateAsync(ClaimsPrincipal user, string id, CancellationToken cancel) =>
        CandidateIds.Session(id) is { } key && await FindAsync(user, key, cancel) is { } found ? found : throw RefusalException.Unknown("candidate", id);

    /// <summary>Whether a caller's key is good for a study.</summary>
    public static bool MaySee(ClaimsPrincipal user, Guid study) => user.OnlyStudy() is not { } only || only == study;

    // What it was made with may be gone since, as a model that was moved: its stored pictures can still be had.
    private static async Task<(SessionRow Row, ISession Session)> OpenAsync((SessionRow Row, ISession Session) found, CancellationToken cancel)
    {
        try
        {
            await found.Session.CurrentAsync(cancel);
            return found;
        }
        catch (SettingsException e)
        {
            throw RefusalException.Conflict($"This session cannot be opened now, and nothing of it is lost. {e.Message}");
        }
    }

    private async Task<(SessionRow Row, ISession Session)?> FindAsync(ClaimsPrincipal user, Guid id, CancellationToken cancel) =>
        await studies.FindSessionAsync(id, cancel) is { } row && MaySee(user, row.StudyId) && await sessions.FindAsync(id, cancel) is { } session
            ? (row, session) : null;
}
