using System.Collections.Immutable;
using System.Globalization;
using Ranking.Engine;
using Ranking.Engine.Sessions;

namespace Ranking.Web.Rate;

/// <summary>A picture of a line round, in the order of the film strip.</summary>
/// <param name="Candidate">Its candidate index.</param>
/// <param name="View">The candidate.</param>
/// <param name="Role">Its part in the batch.</param>
public sealed record LineFrame(int Candidate, CandidateView View, Role Role)
{
    /// <summary>Where it lies, in words.</summary>
    public string Label => Role.Kind switch
    {
        RoleKind.Incumbent => "where you are now",
        RoleKind.BestExplored => "the best of the last round",
        _ => string.Create(CultureInfo.InvariantCulture, $"step {Role.Step:0.###}"),
    };

    /// <summary>The frames of a line round: where one is now, the best explored picture, then the steps, nearest first.</summary>
    public static ImmutableArray<LineFrame> Of(RoundView view)
    {
        ArgumentNullException.ThrowIfNull(view);
        return
        [
            .. view.Candidates
                .Select((candidate, index) => new LineFrame(index, candidate, view.Query.Roles[index]))
                .OrderBy(frame => frame.Role.Kind switch { RoleKind.Incumbent => 0, RoleKind.BestExplored => 1, _ => 2 })
                .ThenBy(frame => frame.Role.Step),
        ];
    }
}
