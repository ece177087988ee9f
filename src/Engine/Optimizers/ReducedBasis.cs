using System.Globalization;
using System.Numerics.Tensors;

namespace Ranking.Engine.Optimizers;

/// <summary>Where the directions of a subspace come from.</summary>
public enum BasisKind
{
    /// <summary>Independent normal directions, made orthonormal.</summary>
    Random,

    /// <summary>The cosine waves of lowest frequency over the point's layout.</summary>
    LowFrequency,

    /// <summary>Directions that the user gives, made orthonormal.</summary>
    Given,
}

/// <summary>The orthonormal directions that span a subspace, as rows of one block.</summary>
public sealed class ReducedBasis
{
    private readonly double[] _rows;
    private readonly int _dimension;

    private ReducedBasis(double[] rows, int dimension) => (_rows, _dimension) = (rows, dimension);

    /// <summary>How many directions.</summary>
    public int Size => _rows.Length / _dimension;

    /// <summary>Normal directions, made orthonormal.</summary>
    public static ReducedBasis Random(int dimension, int size, Noise noise)
    {
        var rows = new double[size * dimension];
        for (var i = 0; i < size; i++)
        {
            noise.Normal(i, rows.AsSpan(i * dimension, dimension));
        }

        return Orthonormal(dimension, rows);
    }

    /// <summary>
    /// The orthonormal cosine transform's waves of lowest frequency over planes of <paramref name="rows"/> rows; over one
    /// line where the layout does not fit the dimension. Each wave comes once for each plane before the next one.
    /// </summary>
    public static ReducedBasis LowFrequency(int dimension, int size, int channels, int rows)
    {
        var (planes, height) = dimension % (channels * rows) == 0 ? (channels, rows) : (1, 1);
        var (plane, width) = (dimension / planes, dimension / planes / height);
        var waves = Enumerable.Range(0, plane)
            .Select(i => (Row: i / width, Column: i % width))
            .OrderBy(w => Square((double)w.Row / height) + Square((double)w.Column / width)).ThenBy(w => w.Row)
            .Take(((size - 1) / planes) + 1).ToArray();
        var block = new double[size * dimension];
        for (var i = 0; i < size; i++)
        {
            var wave = waves[i / planes];
            var target = block.AsSpan((i * dimension) + (i % planes * plane), plane);
            for (var j = 0; j < plane; j++)
            {
                target[j] = Cosine(wave.Row, j / width, height) * Cosine(wave.Column, j % width, width);
            }
        }

        return Orthonormal(dimension, block);
    }

    /// <summary>The user's directions, made orthonormal; without any the first coordinates.</summary>
    /// <exception cref="SettingsException">They are not whole directions or depend on each other.</exception>
    public static ReducedBasis Given(int dimension, int size, double[] rows)
    {
        if (rows.Length == 0)
        {
            rows = new double[size * dimension];
            for (var i = 0; i < size; i++)
            {
                rows[(i * dimension) + i] = 1;
            }
        }

        return rows.Length % dimension == 0
            ? Orthonormal(dimension, rows)
            : throw Refused($"Given directions must have {dimension} numbers each, not {rows.Length} in all.");
    }

    /// <summary>Numbers separated by spaces; null when one of them is no finite number.</summary>
    public static double[]? Parse(string text)
    {
        var words = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        var numbers = new double[words.Length];
        for (var i = 0; i < words.Length; i++)
        {
            if (!double.TryParse(words[i], NumberStyles.Float, CultureInfo.InvariantCulture, out numbers[i]) || !double.IsFinite(numbers[i]))
            {
                return null;
            }
        }

        return numbers;
    }

    /// <summary>x = x₀ + Bz.</summary>
    public void Place(ReadOnlySpan<double> origin, ReadOnlySpan<double> reduced, Span<double> point)
    {
        origin.CopyTo(point);
        for (var i = 0; i < reduced.Length; i++)
        {
            TensorPrimitives.MultiplyAdd(Row(i), reduced[i], point, point);
        }
    }

    /// <summary>Bᵀg: the gradient with respect to z.</summary>
    public void Reduce(ReadOnlySpan<double> gradient, Span<double> reduced)
    {
        for (var i = 0; i < reduced.Length; i++)
        {
            reduced[i] = Ranking.Engine.Reduce.Dot(Row(i), gradient);
        }
    }

    /// <summary>Direction <paramref name="index"/>.</summary>
    public ReadOnlySpan<double> Row(int index) => _rows.AsSpan(index * _dimension, _dimension);

    // Gram and Schmidt, twice, which is enough (Giraud, Langou, Rozloznik 2005).
    private static ReducedBasis Orthonormal(int dimension, double[] rows)
    {
        var basis = new ReducedBasis(rows, dimension);
        for (var i = 0; i < basis.Size; i++)
        {
            var row = rows.AsSpan(i * dimension, dimension);
            var before = Ranking.Engine.Reduce.Norm(row);
            for (var pass = 0; pass < 2; pass++)
            {
                for (var j = 0; j < i; j++)
                {
                    TensorPrimitives.MultiplyAdd(basis.Row(j), -Ranking.Engine.Reduce.Dot(basis.Row(j), row), row, row);
                }
            }

            var norm = Ranking.Engine.Reduce.Norm(row);
            if (!(norm > 1e-10 * before))
            {
                throw Refused($"Given direction {i + 1} depends on those before it.");
            }

            TensorPrimitives.Divide(row, norm, row);
        }

        return basis;
    }

    private static SettingsException Refused(string why) => new(new Dictionary<string, string[]> { ["directions"] = [why] });

    private static double Square(double x) => x * x;

    // cos(π k (2n+1)/2N), with the angle brought into [0, π/2], where its series is short and needs basic operations only.
    private static double Cosine(int frequency, int position, int count)
    {
        var turn = (long)frequency * ((2L * position) + 1) % (4L * count);
        turn = Math.Min(turn, (4L * count) - turn);
        var isNegative = turn > count;
        var angle = Math.PI * (isNegative ? (2L * count) - turn : turn) / (2.0 * count);
        var (sum, term) = (1.0, 1.0);
        for (var k = 1; k <= 12; k++)
        {
            term *= -angle * angle / (((2 * k) - 1) * (2 * k));
            sum += term;
        }

        return isNegative ? -sum : sum;
    }
}
