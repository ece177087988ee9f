namespace Ranking.Engine.Diffusion;

/// <summary>
/// Rectified flow (arXiv:2209.03003): a velocity field fitted so that points that follow it go from one set of samples to another,
/// v(x, t) = E(X₁ - X₀ | X_t = x) with X_t = t·X₁ + (1 - t)·X₀. Fitting again to the pairs that the flow itself makes (reflow) straightens
/// it, until one step does. The field is affine in x at each of some times and goes evenly between them, which is exact for
/// pairs of Gaussians.
/// </summary>
public sealed class RectifiedFlow
{
    // For each time a matrix of (1 + dimension) rows by dimension columns: first the constant, then the slopes.
    private readonly double[][] _fields;

    private RectifiedFlow(int dimension, double[][] fields) => (Dimension, _fields) = (dimension, fields);

    /// <summary>Numbers per point.</summary>
    public int Dimension { get; }

    /// <summary>Fits a flow to pairs of points by least squares.</summary>
    /// <param name="from">X₀: points, one after the other.</param>
    /// <param name="to">X₁: the point that belongs to each.</param>
    /// <param name="dimension">Numbers per point.</param>
    /// <param name="times">At how many times the field is fitted, from 0 to 1.</param>
    public static RectifiedFlow Fit(ReadOnlySpan<double> from, ReadOnlySpan<double> to, int dimension, int times = 21)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(to.Length, from.Length);
        ArgumentOutOfRangeException.ThrowIfLessThan(times, 2);
        var fields = new double[times][];
        for (var k = 0; k < times; k++)
        {
            fields[k] = Regress(from, to, dimension, (double)k / (times - 1));
        }

        return new RectifiedFlow(dimension, fields);
    }

    /// <summary>Follows the flow from X₀ to X₁ in Euler steps.</summary>
    /// <param name="points">Points, one after the other; moved in place.</param>
    /// <param name="steps">How many steps.</param>
    public void Follow(Span<double> points, int steps)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        var velocity = new double[Dimension];
        for (var step = 0; step < steps; step++)
        {
            for (var at = 0; at < points.Length; at += Dimension)
            {
                var point = points.Slice(at, Dimension);
                Velocity(point, (double)step / steps, velocity);
                for (var d = 0; d < Dimension; d++)
                {
                    point[d] += velocity[d] / steps;
                }
            }
        }
    }

    /// <summary>How crooked the flow is: the mean of |Z₁ - Z₀ - v(Z_t, t)|² over its own ways (equation 3); 0 where one step does.</summary>
    /// <param name="from">Where ways start.</param>
    /// <param name="steps">Steps of each way.</param>
    public double Crookedness(ReadOnlySpan<double> from, int steps = 100)
    {
        var (velocity, sum) = (new double[Dimension], 0.0);
        double[] end = [.. from], now = [.. from];
        Follow(end, steps);
        for (var step = 0; step < steps; step++)
        {
            for (var at = 0; at < now.Length; at += Dimension)
            {
                Velocity(now.AsSpan(at, Dimension), (double)step / steps, velocity);
                for (var d = 0; d < Dimension; d++)
                {
                    var bend = end[at + d] - from[at + d] - velocity[d];
                    sum += bend * bend;
                    now[at + d] += velocity[d] / steps;
                }
            }
        }

        return sum * Dimension / (steps * now.Length);
    }

    private void Velocity(ReadOnlySpan<double> x, double time, Span<double> velocity)
    {
        var place = time * (_fields.Length - 1);
        var low = Math.Min((int)place, _fields.Length - 2);
        var share = place - low;
        for (var d = 0; d < Dimension; d++)
        {
            velocity[d] = ((1 - share) * Component(_fields[low], x, d)) + (share * Component(_fields[low + 1], x, d));
        }
    }

    private double Component(double[] field, ReadOnlySpan<double> x, int d)
    {
        var sum = field[d];
        for (var j = 0; j < Dimension; j++)
        {
            sum += field[((j + 1) * Dimension) + d] * x[j];
        }

        return sum;
    }

    // The normal equations of X₁ - X₀ on (1, X_t).
    private static double[] Regress(ReadOnlySpan<double> from, ReadOnlySpan<double> to, int dimension, double time)
    {
        var n = dimension + 1;
        var (matrix, right, row) = (new double[n * n], new double[dimension][], new double[n]);
        for (var d = 0; d < dimension; d++)
        {
            right[d] = new double[n];
        }

        for (var at = 0; at < from.Length; at += dimension)
        {
            row[0] = 1;
            for (var d = 0; d < dimension; d++)
            {
                row[d + 1] = (time * to[at + d]) + ((1 - time) * from[at + d]);
            }

            for (var i = 0; i < n; i++)
            {
                for (var j = 0; j <= i; j++)
                {
                    matrix[(i * n) + j] += row[i] * row[j];
                }

                for (var d = 0; d < dimension; d++)
                {
                    right[d][i] += row[i] * (to[at + d] - from[at + d]);
                }
            }
        }

        if (!Cholesky.TryFactor(matrix, n, n))
        {
            throw new ArgumentException("The points lie in a plane: there is no one field that fits them.", nameof(from));
        }

        var field = new double[n * dimension];
        for (var d = 0; d < dimension; d++)
        {
            Cholesky.Solve(matrix, n, n, right[d]);
            for (var i = 0; i < n; i++)
            {
                field[(i * dimension) + d] = right[d][i];
            }
        }

        return field;
    }
}
