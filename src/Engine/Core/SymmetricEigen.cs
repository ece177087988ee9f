namespace Ranking.Engine;

/// <summary>
/// Eigenvalues and eigenvectors of a symmetric matrix by the cyclic Jacobi method (Golub, Van Loan, Matrix Computations,
/// 8.5): rotations in a fixed order that make one off-diagonal entry zero each. Rows of the result are the eigenvectors,
/// so that all work runs along rows.
/// </summary>
internal static class SymmetricEigen
{
    private const int MostSweeps = 60;

    /// <summary>The eigenvalues, in no order, and the eigenvectors as rows.</summary>
    /// <param name="a">The matrix, row-major, n × n; overwritten.</param>
    /// <param name="n">Rows and columns.</param>
    public static (double[] Values, double[] Vectors) Of(double[] a, int n)
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
                        var (cosine, sine) = Rotation(a[(p * n) + p], a[(q * n) + q], off);
                        Rotate(a, vectors, n, p, q, cosine, sine);
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

    /// <summary>The rotation of two axes that makes the entry between them zero.</summary>
    /// <param name="first">The diagonal entry of the first axis.</param>
    /// <param name="second">The diagonal entry of the second axis.</param>
    /// <param name="off">The entry between them, not 0.</param>
    public static (double Cosine, double Sine) Rotation(double first, double second, double off)
    {
        var theta = (second - first) / (2 * off);
        var tangent = (theta >= 0 ? 1 : -1) / (Math.Abs(theta) + Math.Sqrt((theta * theta) + 1));
        var cosine = 1 / Math.Sqrt((tangent * tangent) + 1);
        return (cosine, tangent * cosine);
    }

    /// <summary>Turns two rows into each other by a rotation.</summary>
    public static void Turn(Span<double> first, Span<double> second, double cosine, double sine)
    {
        for (var i = 0; i < first.Length; i++)
        {
            var (x, y) = (first[i], second[i]);
            (first[i], second[i]) = ((cosine * x) - (sine * y), (sine * x) + (cosine * y));
        }
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
}
