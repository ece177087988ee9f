using Ranking.Engine.Diffusion;

namespace Ranking.Engine.Tests.Diffusion;

public sealed class RieszDistanceTests
{
    [Fact]
    [Trait("Row", "122")]
    public void Sorting_gives_what_all_pairs_give()
    {
        var (first, second) = (new double[200], new double[150]);
        Noise.Philox(122, Purpose.Begin, 0).Normal(0, first);
        Noise.Philox(122, Purpose.Begin, 0).Normal(1, second);

        // Equal numbers, within a set and between both.
        (first[3], first[7], second[5]) = (0.25, 0.25, 0.25);
        var pairs = (2 * Mean(first, second)) - Mean(first, first) - Mean(second, second);
        Assert.Equal(pairs, RieszDistance.Of(first, second), 1e-9);

        static double Mean(double[] a, double[] b) => a.SelectMany(x => b.Select(y => Math.Abs(x - y))).Average();
    }

    [Fact]
    public void A_set_has_no_distance_to_itself_and_a_moved_one_has()
    {
        var points = new double[300];
        Noise.Philox(1, Purpose.Begin, 0).Normal(0, points);
        var moved = Array.ConvertAll(points, x => x + 0.5);
        var noise = Noise.Philox(2, Purpose.Begin, 0);
        Assert.Equal(0, RieszDistance.Sliced(points, [.. points.Reverse()], 1, 5, noise), 1e-12);
        Assert.InRange(RieszDistance.Sliced(points, moved, 3, 50, noise), 0.05, 1);
    }
}
