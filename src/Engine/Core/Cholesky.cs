namespace Ranking.Engine;

/// <summary>
/// The Cholesky factor L of symmetric positive definite matrices, A = L Lᵀ, in place on flat row-major arrays and in a
/// fixed order of additions, so that surrogates of the objective have the same bits on every machine (Golub, Van Loan,
/// Matrix Computations, 4.2). Matrices lie in the upper left corner of arrays whose rows are <c>stride</c> numbers
/// apart, so that a factor can grow; only lower triangles are read and written.
/// </summary>
public static class Cholesky
{
    /// <summary>Replaces the lower triangle of A by L.</summary>
    /// <param name="matrix">A, row-major, rows <paramref name="stride"/> apart.</param>
    /// <param name="size">Rows and columns.</param>
    /// <param name="stride">The distance between two rows.</param>
    /// <returns>False when A is not positive definite to working precision; then its contents are of no use.</returns>
    public static bool TryFactor(Span<double> matrix, int size, int stride)
    {
        for (var i = 0; i < size; i++)
        {
            if (!TryAppend(matrix, i, stride))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>
    /// The factor of A + r I: r is tenfold as often as A is not positive definite to working precision without it, so that
    /// covariances of points that nearly coincide can be factored.
    /// </summary>
    /// <param name="matrix">A, row-major; it is not changed.</param>
    /// <param name="size">Rows and columns.</param>
    /// <param name="raise">The first r; after 0 comes 1e-11.</param>
    /// <returns>L, and the r it was found with.</returns>
    public static (double[] Factor, double Raise) Raised(ReadOnlySpan<double> matrix, int size, double raise)
    {
        for (var factor = new double[size * size]; ; raise = 10 * Math.Max(raise, 1e-12))
        {
            matrix.CopyTo(factor);
            for (var i = 0; i < size; i++)
            {
                factor[(i * size) + i] += raise;
            }

            if (TryFactor(factor, size, size))
            {
                return (factor, raise);
            }
        }
    }

    /// <summary>
    /// Turns the factor of the first <paramref name="size"/> rows and row <paramref name="size"/> of A into the factor of
    /// all of them, in O(size²): A has grown by one row and column.
    /// </summary>
    /// <param name="factor">L in the first rows; row <paramref name="size"/> holds the new row of A up to its diagonal.</param>
    /// <param name="size">How many rows are factored already.</param>
    /// <param name="stride">The distance between two rows.</param>
    /// <returns>False when the larger matrix is not positive definite; the first rows are as before.</returns>
    public static bool TryAppend(Span<double> factor, int size, int stride)
    {
        var row = factor.Slice(size * stride, size + 1);
        Forward(factor, size, stride, row[..size]);
        var rest = row[size] - Reduce.SumOfSquares(row[..size]);
        row[size] = Math.Sqrt(Math.Max(rest, 0));
        return rest > 1e-15 * (rest + Reduce.SumOfSquares(row[..size])) && double.IsFinite(rest);
    }

    /// <summary>Replaces b by the solution of L x = b.</summary>
    /// <param name="factor">L.</param>
    /// <param name="size">Rows and columns.</param>
    /// <param name="stride">The distance between two rows.</param>
    /// <param name="vector">b on entry, x on return.</param>
    public static void Forward(ReadOnlySpan<double> factor, int size, int stride, Span<double> vector)
    {
        for (var i = 0; i < size; i++)
        {
            vector[i] = (vector[i] - Reduce.Dot(factor.Slice(i * stride, i), vector[..i])) / factor[(i * stride) + i];
        }
    }

    /// <summary>Replaces b by the solution of Lᵀ x = b.</summary>
    /// <param name="factor">L.</param>
    /// <param name="size">Rows and columns.</param>
    /// <param name="stride">The distance between two rows.</param>
    /// <param name="vector">b on entry, x on return.</param>
    public static void Backward(ReadOnlySpan<double> factor, int size, int stride, Span<double> vector)
    {
        for (var i = size - 1; i >= 0; i--)
        {
            vector[i] /= factor[(i * stride) + i];
            for (var j = 0; j < i; j++)
            {
                vector[j] -= factor[(i * stride) + j] * vector[i];
            }
        }
    }

    /// <summary>Replaces b by the solution of A x = b.</summary>
    /// <param name="factor">L.</param>
    /// <param name="size">Rows and columns.</param>
    /// <param name="stride">The distance between two rows.</param>
    /// <param name="vector">b on entry, x on return.</param>
    public static void Solve(ReadOnlySpan<double> factor, int size, int stride, Span<double> vector)
    {
        Forward(factor, size, stride, vector);
        Backward(factor, size, stride, vector);
    }

    /// <summary>ln det A = 2 Σ ln Lᵢᵢ.</summary>
    /// <param name="factor">L.</param>
    /// <param name="size">Rows and columns.</param>
    /// <param name="stride">The distance between two rows.</param>
    public static double LogDeterminant(ReadOnlySpan<double> factor, int size, int stride)
    {
        var sum = 0.0;
        for (var i = 0; i < size; i++)
        {
            sum += NormalQuantile.Log(factor[(i * stride) + i]);
        }

        return 2 * sum;
    }
}
