using System.Collections.Immutable;
using Ranking.Engine.Functions;

namespace Ranking.Engine.Playground;

/// <summary>
/// A test function over its domain in the plane, as a map draws it: shades from 0 at the lowest value to 1 at the
/// highest, evenly spaced on a logarithmic scale, and all points where it is lowest.
/// </summary>
public sealed class Relief
{
    /// <summary>Samples along each side.</summary>
    public const int Size = 201;

    // How near to the lowest value a point must come to count as a minimum.
    private const double Equal = 1e-7;

    private Relief(TestFunction function)
    {
        Domain = function.Domain;
        var (lower, upper) = Domain;
        var lowest = function.Value(function.Minimum(2));
        var gaps = new double[Size * Size];
        for (var row = 0; row < Size; row++)
        {
            for (var column = 0; column < Size; column++)
            {
                var gap = function.Value([At(lower, upper, column), At(lower, upper, row)]) - lowest;
                gaps[(row * Size) + column] = double.IsFinite(gap) ? Math.Max(0, gap) : double.MaxValue;
            }
        }

        // Half of the map takes most of the shades: functions grow too fast for an even scale.
        var sorted = gaps.Order().ToArray();
        var knee = Math.Max(1e-12, 0.05 * sorted[sorted.Length / 2]);
        var span = Math.Log(1 + (Math.Max(sorted[^1], 1e-9) / knee));
        Shades = [.. gaps.Select(gap => Math.Min(1, Math.Log(1 + (gap / knee)) / span))];
        Minima = [.. FindMinima(function, gaps, lowest)];
    }

    /// <summary>The interval of both coordinates.</summary>
    public (double Lower, double Upper) Domain { get; }

    /// <summary>The shades, row by row from the lowest second coordinate up, each row from the lowest first coordinate.</summary>
    public ImmutableArray<double> Shades { get; }

    /// <summary>All points of the domain where the function is lowest, the catalogue's own first.</summary>
    public ImmutableArray<(double X, double Y)> Minima { get; }

    /// <summary>The map of a function that admits two dimensions.</summary>
    public static Relief Of(TestFunction function)
    {
        ArgumentNullException.ThrowIfNull(function);
        return new Relief(function);
    }

    private static double At(double lower, double upper, int index) => lower + ((upper - lower) * index / (Size - 1));

    // Every sample that is lower than its neighbours is followed downhill; those that arrive at the bottom count.
    private static List<(double X, double Y)> FindMinima(TestFunction function, double[] gaps, double lowest)
    {
        var (lower, upper) = function.Domain;
        var known = function.Minimum(2);
        var minima = new List<(double X, double Y)> { (known[0], known[1]) };
        for (var row = 1; row < Size - 1; row++)
        {
            for (var column = 1; column < Size - 1; column++)
            {
                var here = gaps[(row * Size) + column];
                if (!IsLower(gaps, row, column, here) || Descended(function, At(lower, upper, column), At(lower, upper, row), (upper - lower) / Size) is not { } found)
                {
                    continue;
                }

                var isNew = minima.All(m => Math.Abs(m.X - found.X) + Math.Abs(m.Y - found.Y) > 0.01 * (upper - lower));
                if (isNew && function.Value([found.X, found.Y]) - lowest <= Equal)
                {
                    minima.Add(found);
                }
            }
        }

        return minima;
    }

    private static bool IsLower(double[] gaps, int row, int column, double here)
    {
        for (var r = row - 1; r <= row + 1; r++)
        {
            for (var c = column - 1; c <= column + 1; c++)
            {
                if (gaps[(r * Size) + c] < here)
                {
                    return false;
                }
            }
        }

        return true;
    }

    // Compass search: the best of four neighbours, at half the distance when none is better.
    private static (double X, double Y)? Descended(TestFunction function, double x, double y, double step)
    {
        var best = function.Value([x, y]);
        for (var i = 0; i < 400 && step > 1e-9; i++)
        {
            var (cx, cy, moved) = (x, y, false);
            foreach (var (dx, dy) in ((double X, double Y)[])[(step, 0), (-step, 0), (0, step), (0, -step)])
            {
                if (function.Value([cx + dx, cy + dy]) is var value && value < best)
                {
                    (x, y, best, moved) = (cx + dx, cy + dy, value, true);
                }
            }

            step = moved ? step : step / 2;
        }

        return double.IsFinite(best) ? (x, y) : null;
    }
}
