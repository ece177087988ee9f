namespace Ranking.Engine.Tests.Core;

public sealed class NormalDistributionTests
{
    [Theory]
    [InlineData(0, 0.5)]
    [InlineData(1, 0.841344746068542949)]
    [InlineData(-1, 0.158655253931457051)]
    [InlineData(-2.5, 0.00620966532577613)]
    [InlineData(-5, 2.86651571879193912e-7)]
    [InlineData(-10, 7.61985302416052607e-24)]
    [InlineData(4, 0.999968328758166880)]
    public void The_distribution_function_has_its_known_values(double z, double expected) =>
        Assert.Equal(1, NormalDistribution.Cumulative(z) / expected, 1e-13);

    [Fact]
    public void The_distribution_function_inverts_the_quantile()
    {
        for (var i = 1; i < 1000; i++)
        {
            Assert.Equal(i / 1000.0, NormalDistribution.Cumulative(NormalQuantile.Of(i / 1000.0)), 1e-14);
        }
    }

    [Fact]
    public void The_density_is_the_slope_of_the_distribution_function()
    {
        for (var z = -6.0; z < 6; z += 0.37)
        {
            var slope = (NormalDistribution.Cumulative(z + 1e-5) - NormalDistribution.Cumulative(z - 1e-5)) / 2e-5;
            Assert.Equal(slope, NormalDistribution.Density(z), 1e-9);
        }
    }

    [Theory]
    [InlineData(2.0)]
    [InlineData(-1.5)]
    [InlineData(-2.999)]
    [InlineData(-3.001)]
    [InlineData(-12.0)]
    public void Logarithm_and_ratio_belong_to_density_and_distribution(double z)
    {
        var (log, ratio) = NormalDistribution.Tail(z);
        Assert.Equal(Math.Log(NormalDistribution.Cumulative(z)), log, 1e-12 * Math.Max(1, Math.Abs(log)));
        Assert.Equal(1, ratio * NormalDistribution.Cumulative(z) / NormalDistribution.Density(z), 1e-12);
    }

    [Theory]
    [InlineData(-1e3)]
    [InlineData(-1e9)]
    [InlineData(1e9)]
    public void Nothing_overflows_far_out(double z)
    {
        var (log, ratio) = NormalDistribution.Tail(z);
        Assert.True(double.IsFinite(log) && log <= 0 && double.IsFinite(ratio) && ratio >= 0);
        Assert.Equal(z < 0 ? Math.Min(-z, 1e6) : 0, ratio, 1e-2);
    }
}
