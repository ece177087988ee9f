namespace Ranking.Engine.Tests.Core;

public sealed class ExponentialTests
{
    [Fact]
    public void It_agrees_with_the_library_to_the_last_bits()
    {
        for (var x = -699.0; x < 700; x += 0.37)
        {
            Assert.Equal(1, Exponential.Of(x) / Math.Exp(x), 1e-15);
        }

        Assert.Equal(1, Exponential.Of(0));
    }

    [Fact]
    public void Many_at_once_are_the_same_bits_as_one_by_one()
    {
        double[] x = [.. Enumerable.Range(0, 4003).Select(i => (i - 2000) * 0.3517), 1e-300, 0, -1e10, 1e10];
        var many = new double[x.Length];
        Exponential.Of(x, many);
        Assert.Equal(x.Select(Exponential.Of), many);
        Exponential.Of(x, x);
        Assert.Equal(many, x);
    }

    [Theory]
    [InlineData(double.PositiveInfinity)]
    [InlineData(1e10)]
    [InlineData(-1e10)]
    public void It_stays_finite_and_positive(double x) => Assert.InRange(Exponential.Of(x), 1e-305, 1e305);
}
