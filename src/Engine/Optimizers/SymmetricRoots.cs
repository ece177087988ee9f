namespace Ranking.Engine.Optimizers;

/// <summary>
/// The symmetric square root C^½ of a covariance matrix and its inverse, by Jacobi's eigenvalue iteration in a fixed
/// order: the same bits everywhere, and free of the signs and the order of eigenvectors.
/// </summary>
internal sealed class SymmetricRoots
{
    private const int MostSweeps = 60;

    /// <summary>The roots of a symmetric matrix; eigenvalues below 1e-14 of the largest are raised to that.</summary>
    /// <param name="matrix">Row-major, dimension × dimension.</param>
    /// <param name="dimension">Rows and columns.</param>
    public SymmetricRoots(ReadOnlySpan<double> matrix, int dimension)
    {
        var (values, vectors) = Eigen(matrix.ToArray(), dimension);
        var floor = 1e-14 * Math.Max(values.Max(), 1e-300);
        Root = Compose(vectors, [.. values.Select(v => Math.Sqrt(Math.Max(v, floor)))]);
        Inverse = Compose(vectors, [.. values.Select(v => 1 / Math.Sqrt(Math.Max(v, floor)))]);
    }

    /// <summary>C^½, row-major.</summary>
    public double[] Root { get; }

    /// <summary>C^-½, row-major.</summary>
    public double[] Inverse { get; }

    // Cyclic Jacobi (Golub, Van Loan, Matrix Computations, 8.5): rotations that make one off-diagonal entry zero each.
    // Rows of `vectors` are the eigenvectors, so that all work runs along rows.
    private static (double[] Values, double[] Vectors) Eigen(double[] a, int n)
    {
        var vectors = new double[n * n];
        for (var i = 0; i < n; i++)
        {
            vectors[(i * n) + i] = 1;
        }

        for (var sweep = 0; sweep < MostSweeps && !IsDiagonal(a, n); sweep++)
        {
            for (var p = 0; p < n - 1; p++)
            {
                for (var q = p + 1; q < n; q++)
                {
                    var off = a[(p * n) + q];
                    if (off != 0)
                    {
                        var theta = (a[(q * n) + q] - a[(p * n) + p]) / (2 * off);
                        var tangent = (theta >= 0 ? 1 : -1) / (Math.Abs(theta) + Math.Sqrt((theta * theta) + 1));
                        var cosine = 1 / Math.Sqrt((tangent * tangent) + 1);
                        Rotate(a, vectors, n, p, q, cosine, tangent * cosine);
                    }
                }
            }
        }

        var values = new double[n];
        for (var i = 0; i < n; i++)
        {
            values[i] = a[(i * n) + i];
        }

        return (values, vectors);
    }

    private static void Rotate(double[] a, double[] vectors, int n, int p, int q, double cosine, double sine)
    {
        Turn(a.AsSpan(p * n, n), a.AsSpan(q * n, n), cosine, sine);
        for (var i = 0; i < n; i++)
        {
            var (x, y) = (a[(i * n) + p], a[(i * n) + q]);
            (a[(i * n) + p], a[(i * n) + q]) = ((cosine * x) - (sine * y), (sine * x) + (cosine * y));
        }

        a[(p * n) + q] = 0;
        a[(q * n) + p] = 0;
        Turn(vectors.AsSpan(p * n, n), vectors.AsSpan(q * n, n), cosine, sine);
    }

    private static void Turn(Span<double> first, Span<double> second, double cosine, double sine)
    {
        for (var i = 0; i < first.Length; i++)
        {
            var (x, y) = (first[i], second[i]);
            (first[i], second[i]) = ((cosine * x) - (sine * y), (sine * x) + (cosine * y));
        }
    }

    private static bool IsDiagonal(double[] a, int n)
    {
        var (off, all) = (0.0, 0.0);
        for (var row = 0; row < n; row++)
        {
            for (var column = 0; column < n; column++)
            {
                var square = a[(row * n) + column] * a[(row * n) + column];
                all += square;
                off += row == column ? 0 : square;
            }
        }

        return off <= 1e-32 * all;
    }

    private static double[] Compose(double[] vectors, double[] values)
    {
        var n = values.Length;
        var matrix = new double[n * n];
        for (var k = 0; k < n; k++)
        {
            var vector = vectors.AsSpan(k * n, n);
            for (var row = 0; row < n; row++)
            {
                var scaled = values[k] * vector[row];
                for (var column = 0; column < n; column++)
                {
                    matrix[(row * n) + column] += scaled * vector[column];
                }
            }
        }

        return matrix;
    }
}
