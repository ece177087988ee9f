using System.Collections.Immutable;
using Ranking.Engine.Playground;
using Ranking.Engine.Plots;

namespace Ranking.Web.Playground;

/// <summary>The curves of a race: value against what it cost.</summary>
public static class RaceFigure
{
    // Below this a logarithmic axis shows rounding errors.
    private const double Lowest = 1e-8;

    // A curve that has more points than a screen has columns is thinned.
    private const int MostPoints = 600;

    /// <summary>Draws the curves of a race.</summary>
    public static Figure Draw(ImmutableArray<Trajectory> race, ImmutableArray<string> names, Shown shown)
    {
        ArgumentNullException.ThrowIfNull(shown);
        var series = race.Select((trajectory, i) =>
        {
            var (x, y) = Curve(trajectory, shown);
            return new Series(names[i], x, y) { Cycle = i };
        });
        return new Figure(
            shown.Present ? "Present value" : "Best value so far",
            "f − f*, log scale" + (shown.ByRounds ? "" : "; a gradient counts as one evaluation"),
            shown.ByRounds ? "rounds" : "evaluations",
            [.. series])
        {
            LogY = true,
            XTo = shown.ByRounds ? race.Select(t => t.Rounds).DefaultIfEmpty(1).Max() : shown.Setup.Rules.Budget,
            Levels = [new Level(Race.Precision, Race.Precision, "goal, 0.001")],
            Summary = RaceWords.Summary(race, names),
        };
    }

    private static (ImmutableArray<double> X, ImmutableArray<double> Y) Curve(Trajectory trajectory, Shown shown)
    {
        var gaps = shown.Present ? trajectory.Gaps : trajectory.BestSoFar();
        var stride = shown.Present ? Math.Max(1, gaps.Length / MostPoints) : 1;
        var (x, y) = (ImmutableArray.CreateBuilder<double>(), ImmutableArray.CreateBuilder<double>());
        var last = -1;
        for (var i = 0; i < gaps.Length; i++)
        {
            var changes = last < 0 || i == gaps.Length - 1 || (i - last >= stride && Math.Abs(Math.Log(Height(i) / Height(last))) > 0.01);
            if (!changes)
            {
                continue;
            }

            // The end of a level stretch, so that a drop is not drawn as a slope.
            if (last >= 0 && i - last > stride)
            {
                Add(i - 1);
            }

            Add(i);
            last = i;
        }

        return (x.ToImmutable(), y.ToImmutable());

        double Height(int i) => Math.Max(Lowest, gaps[i]);

        void Add(int i)
        {
            x.Add(shown.ByRounds ? i : trajectory.Evaluations[i]);
            y.Add(Height(i));
        }
    }
}
