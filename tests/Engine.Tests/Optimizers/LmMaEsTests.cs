using Ranking.Engine.Functions;
using Ranking.Engine.Optimizers;

namespace Ranking.Engine.Tests.Optimizers;

public sealed class LmMaEsTests
{
    [Fact]
    public void A_draw_is_stretched_along_one_path_after_the_other()
    {
        double[][] paths = [[2, 0], [0, 3]];
        double[] draw = [1, 1];
        LmMaEs.Stretch(draw, paths);

        // d = 2: c₁ = 1/2 gives (½ + ½·2·2, ½), then c₂ = 1/3 gives (⅔·2.5, ⅔·½ + ⅓·3·1.5).
        Assert.Equal(5.0 / 3, draw[0], 1e-12);
        Assert.Equal((1.0 / 3) + 1.5, draw[1], 1e-12);
    }

    [Fact]
    public void One_generation_follows_the_paper()
    {
        var (d, sigma) = (40, 0.5);
        var run = Start(new double[d], 4);
        var draws = Enumerable.Range(0, 4).Select(i =>
        {
            var draw = new double[d];
            Noise.Philox(7, Purpose.Ask, 0).Normal(i, draw);
            return draw;
        }).ToArray();
        run.Tell(Judgement.Ranking.Of(2, 0, 1, 3));

        // λ = 4, μ = 2: w ∝ ln 2.5 - ln i, c_σ = 2λ/d, c_c,1 = λ/d, c_c,2 = λ/4d.
        var (w1, w2) = (Math.Log(2.5), Math.Log(1.25));
        (w1, w2) = (w1 / (w1 + w2), w2 / (w1 + w2));
        var mass = 1 / ((w1 * w1) + (w2 * w2));
        var shift = draws[2].Zip(draws[0], (a, b) => (w1 * a) + (w2 * b)).ToArray();
        var squares = shift.Sum(z => z * z) * mass * 0.2 * 1.8;
        AssertClose(shift.Select(z => sigma * z), run.Best.ToArray());
        AssertClose(shift.Select(z => z * Math.Sqrt(mass * 0.2 * 1.8)), run.Vector("sigmaPath"));
        Assert.Equal(sigma * Math.Exp(0.1 * ((squares / d) - 1)), run.Number("sigma"), 1e-12);
        foreach (var (j, rate) in new[] { (0, 0.1), (1, 0.025), (2, 0.00625) })
        {
            var path = StateJson.FromBytes(run.Member("paths")[j].GetBytesFromBase64());
            AssertClose(shift.Select(z => z * Math.Sqrt(mass * rate * (2 - rate))), path);
        }
    }

    [Fact]
    public void It_learns_a_long_valley_that_lies_across_all_axes_where_one_spread_a_coordinate_cannot()
    {
        // Ten thousand times as steep across the diagonal as along it.
        static double Valley(double[] x)
        {
            var along = x.Sum() * x.Sum() / x.Length;
            return along + (1e4 * (x.Sum(v => v * v) - along));
        }

        double[] start = [3, .. Enumerable.Repeat(1.0, 99)];
        var problem = new Problem(start, 16, 16, new Geometry.Flat());
        double Reached(IOptimizer optimizer)
        {
            var run = optimizer.Start(problem, default, 1);
            for (var round = 0; round < 2000; round++)
            {
                run.Rank(Valley);
            }

            return Valley(run.Best.ToArray());
        }

        Assert.InRange(Reached(new LmMaEs()), 0, Reached(new Snes()) / 5);
    }

    [Fact]
    public void Twenty_thousand_dimensions_are_no_obstacle()
    {
        var sphere = new Sphere();
        var start = Enumerable.Repeat(1.0, 20_000).ToArray();
        var run = Start(start, 16, new() { Sigma = 0.03 });
        for (var round = 0; round < 20; round++)
        {
            run.Rank(x => sphere.Value(x));
        }

        Assert.InRange(sphere.Value(run.Best), 0, 0.998 * sphere.Value(start));
    }

    private static void AssertClose(IEnumerable<double> expected, double[] actual) =>
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-12));

    private static IRun Start(double[] start, int candidates, LmMaEs.Settings? settings = null) => new LmMaEs().Start(
        new Problem(start, candidates, candidates, new Geometry.Flat()), settings ?? new(), (purpose, round) => Noise.Philox(7, purpose, round));
}
