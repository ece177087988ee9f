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

    [Theory]
    [InlineData(double.PositiveInfinity)]
    [InlineData(1e10)]
    [InlineData(-1e10)]
    public void It_stays_finite_and_positive(double x) => Assert.InRange(Exponential.Of(x), 1e-305, 1e305);
}
