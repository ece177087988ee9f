using Ranking.Engine.Oracles;

namespace Ranking.Engine.Tests.Oracles;

public sealed class NoisyValueTests
{
    [Fact]
    public void The_errors_have_mean_zero_and_the_deviation_that_was_set()
    {
        const int rounds = 4000;
        var errors = new List<double>();
        for (var round = 0u; round < rounds; round++)
        {
            var told = Assert.IsType<Judgement.Values>(new NoisyValue().Judge([7, -2], 1, Noise.Philox(5, Purpose.Oracle, round), new NoisyValue.Settings { Deviation = 3 }));
            errors.AddRange([told.Losses[0] - 7, told.Losses[1] + 2]);
        }

        Assert.Equal(0, errors.Average(), 0.15);
        Assert.Equal(3, Math.Sqrt(errors.Average(e => e * e)), 0.1);
    }

    [Fact]
    public void Without_deviation_it_tells_the_truth() =>
        Assert.Equal<double>([7, -2], Assert.IsType<Judgement.Values>(new NoisyValue().Judge([7, -2], 1, Noise.Philox(5, Purpose.Oracle, 0), new NoisyValue.Settings { Deviation = 0 })).Losses);
}
