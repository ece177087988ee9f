using Ranking.Engine.Diffusion;

namespace Ranking.Engine.Tests.Diffusion;

public sealed class RectifiedFlowTests
{
    private const int Count = 4000;

    [Fact]
    [Trait("Row", "23")]
    public void After_one_reflow_a_single_step_is_as_good_as_a_hundred()
    {
        double[] from = Draws(0, 0), to = Draws(1, 3);
        var flow = RectifiedFlow.Fit(from, to, 1);
        var reflowed = Reflow(flow, from);
        var starts = from[..200];
        Assert.InRange(Apart(reflowed, starts), 0, 0.05);

        // Without it one step misses: the first flow is crooked, though its ends are as they should be.
        Assert.True(Apart(flow, starts) > 0.3);
        double[] ends = [.. from];
        reflowed.Follow(ends, 1);
        Assert.Equal(3, ends.Average(), 0.05);
        Assert.Equal(1, ends.Average(x => (x - 3) * (x - 3)), 0.1);
    }

    [Fact]
    [Trait("Row", "23")]
    public void Reflow_straightens_the_ways()
    {
        double[] from = Draws(2, 0), to = [.. Draws(3, 2).Select((x, i) => i % 2 == 0 ? 0.5 * x : x)];
        var flow = RectifiedFlow.Fit(from, to, 2);
        Assert.True(Reflow(flow, from).Crookedness(from) < 0.05 * flow.Crookedness(from));
    }

    [Fact]
    public void Points_that_do_not_determine_a_field_are_refused() =>
        Assert.Throws<ArgumentException>(() => RectifiedFlow.Fit([1, 1, 1], [2, 2, 2], 1));

    private static RectifiedFlow Reflow(RectifiedFlow flow, double[] from)
    {
        double[] ends = [.. from];
        flow.Follow(ends, 100);
        return RectifiedFlow.Fit(from, ends, flow.Dimension);
    }

    // The largest difference between the ends of one step and of a hundred.
    private static double Apart(RectifiedFlow flow, double[] starts)
    {
        double[] one = [.. starts], hundred = [.. starts];
        flow.Follow(one, 1);
        flow.Follow(hundred, 100);
        return one.Zip(hundred, (a, b) => Math.Abs(a - b)).Max();
    }

    private static double[] Draws(int candidate, double mean)
    {
        var draws = new double[Count];
        Noise.Philox(23, Purpose.Begin, 0).Normal(candidate, draws);
        return Array.ConvertAll(draws, x => x + mean);
    }
}
