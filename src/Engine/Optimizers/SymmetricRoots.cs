namespace Ranking.Engine.Optimizers;

/// <summary>
/// The symmetric square root C^½ of a covariance matrix and its inverse, by Jacobi's eigenvalue iteration in a fixed
/// order: the same bits everywhere, and free of the signs and the order of eigenvectors.
/// </summary>
internal sealed class SymmetricRoots
{
    /// <summary>The roots of a symmetric matrix; eigenvalues below 1e-14 of the largest are raised to that.</summary>
    /// <param name="matrix">Row-major, dimension × dimension.</param>
    /// <param name="dimension">Rows and columns.</param>
    public SymmetricRoots(ReadOnlySpan<double> matrix, int dimension)
    {
        var (values, vectors) = SymmetricEigen.Of(matrix.ToArray(), dimension);
        var floor = 1e-14 * Math.Max(values.Max(), 1e-300);
        Root = Compose(vectors, [.. values.Select(v => Math.Sqrt(Math.Max(v, floor)))]);
        Inverse = Compose(vectors, [.. values.Select(v => 1 / Math.Sqrt(Math.Max(v, floor)))]);
    }

    /// <summary>C^½, row-major.</summary>
    public double[] Root { get; }

    /// <summary>C^-½, row-major.</summary>
    public double[] Inverse { get; }

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
