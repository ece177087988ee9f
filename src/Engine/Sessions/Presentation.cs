using System.Collections.Immutable;

namespace Ranking.Engine.Sessions;

/// <summary>
/// A place on the screen is not a candidate: this is the only door between the two. The order is shuffled, so that no
/// candidate profits from its place, except along a line, where the order is the meaning.
/// </summary>
public static class Presentation
{
    /// <summary>The order of presentation: position → candidate. A pure function of seed and round.</summary>
    public static ImmutableArray<int> Order(Query query, ulong seed, uint round)
    {
        ArgumentNullException.ThrowIfNull(query);
        return query.Stage == Stage.LineSearch
            ? [.. Enumerable.Range(0, query.Count).OrderBy(i => Along(query.Roles[i])).ThenBy(i => query.Roles[i].Step)]
            : [.. Noise.Philox(seed, Purpose.Presentation, round).Permutation(0, query.Count)];
    }

    /// <summary>A ranking of positions as a ranking of candidates.</summary>
    /// <param name="positions">Tiers of positions, best first.</param>
    /// <param name="shown">Position → candidate.</param>
    public static Judgement.Ranking ToCandidates(IEnumerable<IEnumerable<int>> positions, ImmutableArray<int> shown) =>
        new([.. positions.Select(tier => tier.Select(position => shown[position]).ToImmutableArray())]);

    // The incumbent is where the line begins.
    private static int Along(Role role) => role.Kind switch
    {
        RoleKind.Incumbent => 0,
        RoleKind.BestExplored => 1,
        _ => 2,
    };
}
