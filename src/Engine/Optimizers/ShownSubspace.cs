using System.Numerics.Tensors;

namespace Ranking.Engine.Optimizers;

/// <summary>
/// The directions that batches have differed in so far, as orthonormal rows: what judgements can say anything about.
/// Without rows it is the whole space.
/// </summary>
/// <param name="Rows">Orthonormal rows of d numbers; null for the whole space in its own coordinates.</param>
public sealed record ShownSubspace(double[][]? Rows)
{
    private const double Inside = 1e-7;

    /// <summary>How many coordinates it has in a space of <paramref name="dimension"/>.</summary>
    public int Size(int dimension) => Rows?.Length ?? dimension;

    /// <summary>The coordinates of the part of a vector that lies in the subspace.</summary>
    public double[] Coordinates(ReadOnlySpan<double> vector)
    {
        if (Rows is null)
        {
            return vector.ToArray();
        }

        var coordinates = new double[Rows.Length];
        for (var i = 0; i < coordinates.Length; i++)
        {
            coordinates[i] = Reduce.Dot(Rows[i], vector);
        }

        return coordinates;
    }

    /// <summary>Adds <paramref name="factor"/> times the vector of the given coordinates to <paramref name="vector"/>.</summary>
    public void AddTo(Span<double> vector, ReadOnlySpan<double> coordinates, double factor)
    {
        if (Rows is null)
        {
            TensorPrimitives.MultiplyAdd(coordinates, factor, vector, vector);
            return;
        }

        for (var i = 0; i < coordinates.Length; i++)
        {
            TensorPrimitives.MultiplyAdd(Rows[i], factor * coordinates[i], vector, vector);
        }
    }

    /// <summary>The subspace that also holds the given displacements, and their coordinates in it.</summary>
    public (ShownSubspace Grown, double[][] Coordinates) With(double[][] displacements)
    {
        if (Rows is null)
        {
            return (this, displacements);
        }

        var rows = new List<double[]>(Rows);
        var coordinates = new double[displacements.Length][];
        for (var i = 0; i < displacements.Length; i++)
        {
            var rest = displacements[i].AsSpan().ToArray();
            var length = Reduce.Norm(rest);
            var along = new double[rows.Count];

            // The second pass takes out what rounding left of the rows after the first.
            for (var pass = 0; pass < 2; pass++)
            {
                for (var j = 0; j < along.Length; j++)
                {
                    var coordinate = Reduce.Dot(rows[j], rest);
                    TensorPrimitives.MultiplyAdd(rows[j], -coordinate, rest, rest);
                    along[j] += coordinate;
                }
            }

            coordinates[i] = along;
            if (Reduce.Norm(rest) is var left && left > Inside * length && rows.Count < rest.Length)
            {
                TensorPrimitives.Divide(rest, left, rest);
                rows.Add(rest);
                coordinates[i] = [.. along, left];
            }
        }

        var padded = coordinates.Select(c => c.Length == rows.Count ? c : [.. c, .. new double[rows.Count - c.Length]]);
        return (new ShownSubspace([.. rows]), [.. padded]);
    }
}
