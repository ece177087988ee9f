using System.Collections.Immutable;

namespace Ranking.Engine.Playground;

/// <summary>How a run of a race ended.</summary>
public enum Outcome
{
    /// <summary>It came within <see cref="Race.Precision"/> of the lowest value.</summary>
    Reached,

    /// <summary>It used up its evaluations on the map without coming that near.</summary>
    NotReached,

    /// <summary>It ended outside the map.</summary>
    LeftMap,

    /// <summary>It went so far away that it was stopped, or its numbers overflowed.</summary>
    Diverged,

    /// <summary>The method could not go on; <see cref="Trajectory.Why"/> says why.</summary>
    Failed,
}

/// <summary>
/// Where an optimiser was after each round. Entry 0 is the start; entry i is its point after i rounds. All numbers are
/// finite.
/// </summary>
/// <param name="Optimizer">Who.</param>
/// <param name="X">The first coordinates.</param>
/// <param name="Y">The second coordinates.</param>
/// <param name="Gaps">The true values above the lowest one, f - f*, at least 0.</param>
/// <param name="Evaluations">The evaluations spent until then.</param>
/// <param name="Candidates">
/// What was evaluated: x and y of each candidate in turn. Those of round i are the points from <c>Evaluations[i]</c> to
/// <c>Evaluations[i + 1]</c>.
/// </param>
/// <param name="Outcome">How it ended.</param>
/// <param name="At">The round in which the outcome was certain: reached, left for good, or stopped.</param>
/// <param name="Why">Why the method could not go on; null where it could.</param>
public sealed record Trajectory(
    Pick Optimizer, ImmutableArray<double> X, ImmutableArray<double> Y, ImmutableArray<double> Gaps, ImmutableArray<int> Evaluations,
    ImmutableArray<double> Candidates, Outcome Outcome, int At, string? Why = null)
{
    /// <summary>Finished rounds.</summary>
    public int Rounds => X.Length - 1;

    /// <summary>The lowest value above f* that its point had.</summary>
    public double Best => Gaps.Min();

    /// <summary>The lowest value so far after each round.</summary>
    public ImmutableArray<double> BestSoFar()
    {
        var lowest = ImmutableArray.CreateBuilder<double>(Gaps.Length);
        var best = double.PositiveInfinity;
        foreach (var gap in Gaps)
        {
            lowest.Add(best = Math.Min(best, gap));
        }

        return lowest.MoveToImmutable();
    }
}
