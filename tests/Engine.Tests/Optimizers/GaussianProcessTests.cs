using Ranking.Engine.Optimizers;

namespace Ranking.Engine.Tests.Optimizers;

public sealed class GaussianProcessTests
{
    [Fact]
    public void The_posterior_of_two_points_is_the_one_worked_out_by_hand()
    {
        // Two values 1 and -1 have mean 0; with correlation c the weight of each is its value / (1 - c).
        var process = GaussianProcess.Of([0, 1], [1, -1], 1, 2, 1e-12);
        double Correlation(double distance) => (1 + (Math.Sqrt(5) * distance / 2) + (5 * distance * distance / 12)) * Math.Exp(-Math.Sqrt(5) * distance / 2);
        var (near, far, c) = (Correlation(0.3), Correlation(0.7), Correlation(1));
        var (mean, deviation) = process.At([0.3], new double[2]);
        Assert.Equal((near - far) / (1 - c), mean, 1e-6);
        var explained = ((near * near) + (far * far) - (2 * c * near * far)) / (1 - (c * c));
        Assert.Equal(Math.Sqrt(1 - explained), deviation, 1e-6);
        Assert.Equal(Math.Sqrt(1 / (1 - c)), process.Scale, 1e-6);
    }

    [Fact]
    public void It_goes_through_the_values_and_knows_nothing_far_away()
    {
        var (points, values) = (new double[40], new double[20]);
        Noise.Philox(1, Purpose.Tell, 0).Normal(0, points);
        for (var i = 0; i < 20; i++)
        {
            values[i] = Math.Sin(points[2 * i]) + points[(2 * i) + 1];
        }

        var process = GaussianProcess.Fit(points, values, 2, 4, 1e-8);
        for (var i = 0; i < 20; i++)
        {
            var (mean, deviation) = process.At(points.AsSpan(2 * i, 2), new double[20]);
            Assert.Equal(values[i], mean, 1e-3);
            Assert.InRange(deviation, 0, 1e-2);
        }

        Assert.Equal(1, process.At([1000, 1000], new double[20]).Deviation, 1e-9);
    }

    [Fact]
    public void The_likelihood_prefers_the_length_that_the_values_were_drawn_with()
    {
        const int Count = 40;
        var (points, values) = (new double[Count], new double[Count]);
        for (var i = 0; i < Count; i++)
        {
            points[i] = i / 4.0;
            values[i] = Math.Sin(points[i]);
        }

        double Likelihood(double length) => GaussianProcess.Of(points, values, 1, length, 1e-6).Likelihood;
        Assert.True(Likelihood(4) > Likelihood(0.1));
        Assert.True(Likelihood(4) > Likelihood(1000));
    }

    [Fact]
    public void The_same_point_twice_is_survived()
    {
        var process = GaussianProcess.Of([1, 1, 1, 2], [0, 1, 2, 3], 1, 1, 1e-8);
        var (mean, deviation) = process.At([1], new double[4]);
        Assert.InRange(mean, 0.9, 1.1);
        Assert.True(double.IsFinite(deviation));
    }
}
