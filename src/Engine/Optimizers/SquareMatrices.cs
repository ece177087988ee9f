using System.Numerics.Tensors;

namespace Ranking.Engine.Optimizers;

/// <summary>Products, exponentials and inverses of small square matrices, row-major, in one fixed order of operations.</summary>
public static class SquareMatrices
{
    // eᴬ by its series to A¹⁶/16!, whose rest is below 1e-18 for |A| ≤ ½.
    private const int Terms = 16;

    /// <summary>The identity.</summary>
    public static double[] Identity(int n)
    {
        var identity = new double[n * n];
        for (var i = 0; i < n; i++)
        {
            identity[(i * n) + i] = 1;
        }

        return identity;
    }

    /// <summary>a · b.</summary>
    public static double[] Multiply(double[] a, double[] b, int n)
    {
        var product = new double[n * n];
        for (var row = 0; row < n; row++)
        {
            var target = product.AsSpan(row * n, n);
            for (var k = 0; k < n; k++)
            {
                TensorPrimitives.MultiplyAdd(b.AsSpan(k * n, n), a[(row * n) + k], target, target);
            }
        }

        return product;
    }

    /// <summary>result = a · vector.</summary>
    public static void Apply(double[] a, ReadOnlySpan<double> vector, Span<double> result)
    {
        for (var row = 0; row < result.Length; row++)
        {
            result[row] = Reduce.Dot(a.AsSpan(row * vector.Length, vector.Length), vector);
        }
    }

    /// <summary>
    /// The matrix exponential eᴬ by scaling and squaring (Moler, Van Loan: Nineteen Dubious Ways, SIAM Review 2003,
    /// method 3): (e^(A/2ˢ))^(2ˢ) with |A|/2ˢ ≤ ½ in the row-sum norm.
    /// </summary>
    public static double[] Exponential(double[] a, int n)
    {
        var squarings = 0;
        var scaled = (double[])a.Clone();
        for (var norm = RowSum(a, n); norm > 0.5; norm /= 2, squarings++)
        {
            TensorPrimitives.Multiply(scaled, 0.5, scaled);
        }

        var result = Identity(n);
        for (var term = Terms; term >= 1; term--)
        {
            result = Multiply(scaled, result, n);
            TensorPrimitives.Divide(result, term, result);
            for (var i = 0; i < n; i++)
            {
                result[(i * n) + i] += 1;
            }
        }

        for (; squarings > 0; squarings--)
        {
            result = Multiply(result, result, n);
        }

        return result;
    }

    /// <summary>The inverse, by Gauss and Jordan's elimination with row exchanges; null for a singular matrix.</summary>
    public static double[]? Inverse(double[] matrix, int n)
    {
        var (a, inverse) = ((double[])matrix.Clone(), Identity(n));
        for (var column = 0; column < n; column++)
        {
            var pivot = column;
            for (var row = column + 1; row < n; row++)
            {
                pivot = Math.Abs(a[(row * n) + column]) > Math.Abs(a[(pivot * n) + column]) ? row : pivot;
            }

            var divisor = a[(pivot * n) + column];
            if (divisor == 0 || !double.IsFinite(divisor))
            {
                return null;
            }

            Normalise(a, n, column, pivot, divisor);
            Normalise(inverse, n, column, pivot, divisor);
            for (var row = 0; row < n; row++)
            {
                var factor = a[(row * n) + column];
                if (row != column && factor != 0)
                {
                    TensorPrimitives.MultiplyAdd(a.AsSpan(column * n, n), -factor, a.AsSpan(row * n, n), a.AsSpan(row * n, n));
                    TensorPrimitives.MultiplyAdd(inverse.AsSpan(column * n, n), -factor, inverse.AsSpan(row * n, n), inverse.AsSpan(row * n, n));
                }
            }
        }

        return inverse;
    }

    // Exchanges two rows and divides the upper one.
    private static void Normalise(double[] a, int n, int row, int pivot, double divisor)
    {
        var upper = a.AsSpan(row * n, n);
        var lower = a.AsSpan(pivot * n, n);
        for (var i = 0; i < n && row != pivot; i++)
        {
            (upper[i], lower[i]) = (lower[i], upper[i]);
        }

        TensorPrimitives.Divide(upper, divisor, upper);
    }

    private static double RowSum(double[] a, int n)
    {
        var largest = 0.0;
        for (var row = 0; row < n; row++)
        {
            var sum = 0.0;
            foreach (var entry in a.AsSpan(row * n, n))
            {
                sum += Math.Abs(entry);
            }

            largest = Math.Max(largest, sum);
        }

        return largest;
    }
}
