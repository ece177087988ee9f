namespace Ranking.Engine.Tests.Core;

public sealed class PhiloxTests
{
    // The known-answer vectors published with Random123 for philox4x32-10: (counter, key) -> output.
    [Theory]
    [InlineData(0u, 0u, 0u, 0u, 0ul, 0x6627e8d5u, 0xe169c58du, 0xbc57ac4cu, 0x9b00dbd8u)]
    [InlineData(0xffffffffu, 0xffffffffu, 0xffffffffu, 0xffffffffu, 0xfffffffffffffffful, 0x408f276du, 0x41c83b0eu, 0xa20bc7c6u, 0x6d5451fdu)]
    [InlineData(0x243f6a88u, 0x85a308d3u, 0x13198a2eu, 0x03707344u, 0x299f31d0a4093822ul, 0xd16cfe09u, 0x94fdccebu, 0x5001e420u, 0x24126ea1u)]
    public void Known_answers(uint c0, uint c1, uint c2, uint c3, ulong key, uint x0, uint x1, uint x2, uint x3) =>
        Assert.Equal((x0, x1, x2, x3), Philox.Block(key, c0, c1, c2, c3));

    [Fact]
    public void The_same_question_has_the_same_answer_and_other_questions_have_others()
    {
        var first = Draw(7, Purpose.Ask, 3, 1);
        Assert.Equal(first, Draw(7, Purpose.Ask, 3, 1));
        Assert.All(
            new[] { Draw(8, Purpose.Ask, 3, 1), Draw(7, Purpose.Tell, 3, 1), Draw(7, Purpose.Ask, 4, 1), Draw(7, Purpose.Ask, 3, 2) },
            other => Assert.DoesNotContain(other, x => first.Contains(x)));
    }

    [Fact]
    public void Normal_draws_have_the_moments_of_the_normal_distribution()
    {
        var draws = new double[200_000];
        Noise.Philox(11, Purpose.Ask, 0).Normal(0, draws);
        var mean = draws.Average();
        var variance = draws.Average(x => x * x) - (mean * mean);
        var kurtosis = draws.Average(x => x * x * x * x);
        Assert.InRange(mean, -0.01, 0.01);
        Assert.InRange(variance, 0.985, 1.015);
        Assert.InRange(kurtosis, 2.9, 3.1);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(511)]
    [InlineData(60_003)]
    public void Many_draws_at_once_are_the_bits_of_the_definition(int count)
    {
        const ulong seed = 0xFEDC_BA98_7654_3210;
        var draws = new double[count];
        Noise.Philox(seed, Purpose.Tell, 0xFFFF_FFFE).Normal(-3, draws);
        for (var i = 0; i < count; i++)
        {
            var (x0, x1, x2, x3) = Philox.Block(seed, (uint)(i / 2), unchecked((uint)-3), 0xFFFF_FFFE, (uint)Purpose.Tell);
            var (low, high) = i % 2 == 0 ? (x0, x1) : (x2, x3);
            var unit = ((((ulong)high << 32 | low) >> 12) + 0.5) * (1.0 / (1UL << 52));
            Assert.Equal(BitConverter.DoubleToInt64Bits(NormalQuantile.Of(unit)), BitConverter.DoubleToInt64Bits(draws[i]));
        }
    }

    [Fact]
    public void Many_quantiles_at_once_are_the_bits_of_single_ones_out_to_the_far_tails()
    {
        double[] rare = [1e-300, 1e-20, 1.3e-11, 1.4e-11, 1e-11, 1e-5, 0.075, 0.07499999, 0.0750001, 0.4999, 0.5, 0.925, 0.9250000001, 0.999, 1 - 1e-12, 1 - 1e-16];
        for (var length = 1; length <= rare.Length; length++)
        {
            var values = rare[..length];
            NormalQuantiles.Replace(values);
            Assert.Equal(rare[..length].Select(NormalQuantile.Of), values);
        }
    }

    [Theory]
    [InlineData(0.5, 0)]
    [InlineData(0.975, 1.959963984540054)]
    [InlineData(0.25, -0.6744897501960817)]
    [InlineData(0.001, -3.090232306167813)]
    [InlineData(1e-20, -9.262340089798408)]
    public void Quantiles_agree_with_published_ones(double p, double z) => Assert.Equal(z, NormalQuantile.Of(p), 1e-13 * Math.Max(1, Math.Abs(z)));

    [Fact]
    public void The_logarithm_is_the_logarithm()
    {
        for (var x = 1e-300; x < 1e300; x *= 1.37)
        {
            Assert.Equal(Math.Log(x), NormalQuantile.Log(x), 4e-16 * Math.Max(1, Math.Abs(Math.Log(x))));
        }
    }

    private static double[] Draw(ulong seed, Purpose purpose, uint round, int candidate)
    {
        var draws = new double[9];
        Noise.Philox(seed, purpose, round).Normal(candidate, draws);
        return draws;
    }
}
