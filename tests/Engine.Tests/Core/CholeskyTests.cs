namespace Ranking.Engine.Tests.Core;

public sealed class CholeskyTests
{
    [Fact]
    public void The_factor_of_a_worked_example_is_the_one_of_the_book()
    {
        double[] matrix = [4, 0, 0, 12, 37, 0, -16, -43, 98];
        Assert.True(Cholesky.TryFactor(matrix, 3, 3));
        Assert.Equal([2, 0, 0, 6, 1, 0, -8, 5, 3], matrix);
        Assert.Equal(Math.Log(36), Cholesky.LogDeterminant(matrix, 3, 3), 1e-14);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(5, 5)]
    [InlineData(23, 30)]
    public void Solving_undoes_multiplying(int size, int stride)
    {
        for (var seed = 0u; seed < 20; seed++)
        {
            var (matrix, solution) = (Matrix(seed, size, stride), new double[size]);
            Noise.Philox(1, Purpose.Tell, seed).Normal(0, solution);
            var right = new double[size];
            for (var i = 0; i < size; i++)
            {
                right[i] = Reduce.Dot(matrix.AsSpan(i * stride, size), solution);
            }

            Assert.True(Cholesky.TryFactor(matrix, size, stride));
            Cholesky.Solve(matrix, size, stride, right);
            Assert.All(right.Zip(solution), pair => Assert.Equal(pair.Second, pair.First, 1e-10));
        }
    }

    [Fact]
    public void Appending_rows_gives_the_very_factor_of_the_whole_matrix()
    {
        const int Size = 12, Stride = 16;
        var (whole, grown) = (Matrix(3, Size, Stride), new double[Size * Stride]);
        for (var i = 0; i < Size; i++)
        {
            whole.AsSpan(i * Stride, i + 1).CopyTo(grown.AsSpan(i * Stride));
            Assert.True(Cholesky.TryAppend(grown, i, Stride));
        }

        Assert.True(Cholesky.TryFactor(whole, Size, Stride));
        for (var i = 0; i < Size; i++)
        {
            Assert.Equal(whole.AsSpan(i * Stride, i + 1).ToArray(), grown.AsSpan(i * Stride, i + 1).ToArray());
        }
    }

    [Fact]
    public void A_matrix_that_is_not_positive_definite_is_refused()
    {
        Assert.False(Cholesky.TryFactor([1, 2, 2, 1], 2, 2));
        Assert.False(Cholesky.TryFactor([1, 1, 1, 1], 2, 2));
        Assert.False(Cholesky.TryFactor([double.NaN], 1, 1));
    }

    [Fact]
    public void A_singular_matrix_is_raised_until_it_can_be_factored_and_no_further()
    {
        double[] matrix = [1, 1, 1, 1];
        var (factor, raise) = Cholesky.Raised(matrix, 2, 0);
        Assert.InRange(raise, 1e-11, 1e-6);
        Assert.Equal(1 + raise, factor[0] * factor[0], 1e-15);
        Assert.Equal(1, factor[2] * factor[0], 1e-15);
        Assert.Equal([1, 1, 1, 1], matrix);
        Assert.Equal((1.0, 2.0), (Cholesky.Raised([1, 0, 0, 4], 2, 0).Factor[0], Cholesky.Raised([1, 0, 0, 4], 2, 0).Factor[3]));
        Assert.Equal(0.5, Cholesky.Raised(matrix, 2, 0.5).Raise);
    }

    // B Bᵀ + I of a normal B; what lies beside the matrix is not a number and must not be read.
    private static double[] Matrix(uint seed, int size, int stride)
    {
        var root = new double[size * size];
        Noise.Philox(2, Purpose.Tell, seed).Normal(0, root);
        var matrix = new double[size * stride];
        Array.Fill(matrix, double.NaN);
        for (var i = 0; i < size; i++)
        {
            for (var j = 0; j < size; j++)
            {
                matrix[(i * stride) + j] = Reduce.Dot(root.AsSpan(i * size, size), root.AsSpan(j * size, size)) + (i == j ? 1 : 0);
            }
        }

        return matrix;
    }
}
