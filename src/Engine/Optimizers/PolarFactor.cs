using System.Numerics.Tensors;

namespace Ranking.Engine.Optimizers;

/// <summary>
/// The factor U Vᵀ of a matrix U S Vᵀ: the nearest matrix with orthonormal rows or columns. Matrices are row-major.
/// </summary>
public static class PolarFactor
{
    private const int MostSweeps = 60;

    // Singular values below this share of the largest count as zero.
    private const double Rank = 1e-13;

    /// <summary>
    /// The exact factor, from a singular value decomposition by one-sided Jacobi rotations (Golub, Van Loan, Matrix
    /// Computations, 8.6) in a fixed order. Directions without singular value stay zero.
    /// </summary>
    public static double[] Exact(ReadOnlySpan<double> matrix, int rows)
    {
        var columns = matrix.Length / rows;
        if (rows > columns)
        {
            return Transposed(Exact(Transposed(matrix, rows), columns), columns);
        }

        // Rotations from the left make the rows of W = R·A orthogonal to each other; then U Vᵀ = Rᵀ·(rows of W to length 1).
        var (w, r) = (matrix.ToArray(), Identity(rows));
        for (var sweep = 0; sweep < MostSweeps && Sweep(w, r, rows, columns); sweep++)
        {
        }

        var lengths = Enumerable.Range(0, rows).Select(i => Reduce.Norm(w.AsSpan(i * columns, columns))).ToArray();
        var least = Rank * lengths.Max();
        var factor = new double[matrix.Length];
        for (var k = 0; k < rows; k++)
        {
            for (var i = 0; i < rows && lengths[k] > least; i++)
            {
                var row = factor.AsSpan(i * columns, columns);
                TensorPrimitives.MultiplyAdd(w.AsSpan(k * columns, columns), r[(k * rows) + i] / lengths[k], row, row);
            }
        }

        return factor;
    }

    /// <summary>
    /// Muon's approximation by <paramref name="steps"/> Newton-Schulz iterations of degree five, X ← 3.4445X + (-4.775A +
    /// 2.0315A²)X with A = X Xᵀ, whose singular values end between about 0.7 and 1.2.
    /// </summary>
    public static double[] NewtonSchulz(ReadOnlySpan<double> matrix, int rows, int steps)
    {
        var columns = matrix.Length / rows;
        if (rows > columns)
        {
            return Transposed(NewtonSchulz(Transposed(matrix, rows), columns, steps), columns);
        }

        var x = new double[matrix.Length];
        TensorPrimitives.Divide(matrix, Reduce.Norm(matrix) + 1e-7, x);
        for (var step = 0; step < steps; step++)
        {
            var a = new double[rows * rows];
            for (var i = 0; i < rows; i++)
            {
                for (var j = 0; j < rows; j++)
                {
                    a[(i * rows) + j] = Reduce.Dot(x.AsSpan(i * columns, columns), x.AsSpan(j * columns, columns));
                }
            }

            // A is symmetric, so that its rows serve as columns.
            var b = new double[rows * rows];
            for (var i = 0; i < rows; i++)
            {
                for (var j = 0; j < rows; j++)
                {
                    var square = Reduce.Dot(a.AsSpan(i * rows, rows), a.AsSpan(j * rows, rows));
                    b[(i * rows) + j] = (-4.7750 * a[(i * rows) + j]) + (2.0315 * square) + (i == j ? 3.4445 : 0);
                }
            }

            var product = new double[x.Length];
            for (var i = 0; i < rows; i++)
            {
                var row = product.AsSpan(i * columns, columns);
                for (var j = 0; j < rows; j++)
                {
                    TensorPrimitives.MultiplyAdd(x.AsSpan(j * columns, columns), b[(i * rows) + j], row, row);
                }
            }

            x = product;
        }

        return x;
    }

    // One round over all pairs of rows; false when they were orthogonal already.
    private static bool Sweep(double[] w, double[] r, int rows, int columns)
    {
        var isTurned = false;
        for (var p = 0; p < rows - 1; p++)
        {
            for (var q = p + 1; q < rows; q++)
            {
                var first = w.AsSpan(p * columns, columns);
                var second = w.AsSpan(q * columns, columns);
                var (a, b, off) = (Reduce.SumOfSquares(first), Reduce.SumOfSquares(second), Reduce.Dot(first, second));
                if (Math.Abs(off) > 1e-15 * Math.Sqrt(a * b))
                {
                    isTurned = true;
                    var (cosine, sine) = SymmetricEigen.Rotation(a, b, off);
                    SymmetricEigen.Turn(first, second, cosine, sine);
                    SymmetricEigen.Turn(r.AsSpan(p * rows, rows), r.AsSpan(q * rows, rows), cosine, sine);
                }
            }
        }

        return isTurned;
    }

    private static double[] Identity(int size)
    {
        var matrix = new double[size * size];
        for (var i = 0; i < size; i++)
        {
            matrix[(i * size) + i] = 1;
        }

        return matrix;
    }

    private static double[] Transposed(ReadOnlySpan<double> matrix, int rows)
    {
        var columns = matrix.Length / rows;
        var transposed = new double[matrix.Length];
        for (var i = 0; i < rows; i++)
        {
            for (var j = 0; j < columns; j++)
            {
                transposed[(j * rows) + i] = matrix[(i * columns) + j];
            }
        }

        return transposed;
    }
}
