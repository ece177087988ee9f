using Ranking.Engine.Optimizers;

namespace Ranking.Engine.Tests.Optimizers;

public sealed class SquareMatricesTests
{
    [Theory]
    [InlineData(0.1)]
    [InlineData(1.0)]
    [InlineData(20.0)]
    public void The_exponential_of_a_turn_is_a_rotation(double angle)
    {
        var turned = SquareMatrices.Exponential([0, -angle, angle, 0], 2);
        Assert.Equal([Math.Cos(angle), -Math.Sin(angle), Math.Sin(angle), Math.Cos(angle)], turned, (a, b) => Math.Abs(a - b) < 1e-12);
    }

    [Fact]
    public void The_exponential_of_a_diagonal_is_the_exponential_of_its_entries()
    {
        var result = SquareMatrices.Exponential([1, 0, 0, 0, -2, 0, 0, 0, 0.5], 3);
        Assert.Equal([Math.E, 0, 0, 0, Math.Exp(-2), 0, 0, 0, Math.Sqrt(Math.E)], result, (a, b) => Math.Abs(a - b) < 1e-14);
    }

    [Fact]
    public void The_exponential_of_a_nilpotent_matrix_is_its_short_series()
    {
        Assert.Equal([1, 2, 3 + 4, 0, 1, 4, 0, 0, 1], SquareMatrices.Exponential([0, 2, 3, 0, 0, 4, 0, 0, 0], 3), (a, b) => Math.Abs(a - b) < 1e-14);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    public void A_matrix_times_its_inverse_is_the_identity(int n)
    {
        for (var seed = 0ul; seed < 20; seed++)
        {
            var matrix = Examples.Normals(n * n, seed);
            var product = SquareMatrices.Multiply(matrix, SquareMatrices.Inverse(matrix, n)!, n);
            Assert.Equal(SquareMatrices.Identity(n), product, (a, b) => Math.Abs(a - b) < 1e-9);
            var unit = SquareMatrices.Multiply(SquareMatrices.Exponential(matrix, n), SquareMatrices.Exponential([.. matrix.Select(x => -x)], n), n);
            Assert.Equal(SquareMatrices.Identity(n), unit, (a, b) => Math.Abs(a - b) < 1e-8);
        }
    }

    [Fact]
    public void A_matrix_with_a_zero_on_its_diagonal_has_an_inverse_and_a_singular_one_has_none()
    {
        Assert.Equal([0, 1, 1, 0], SquareMatrices.Inverse([0, 1, 1, 0], 2)!);
        Assert.Null(SquareMatrices.Inverse([1, 2, 2, 4], 2));
    }
}
