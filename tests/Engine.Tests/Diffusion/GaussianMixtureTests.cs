using Ranking.Engine.Diffusion;
using Ranking.Engine.Schedulers;
using Ranking.Engine.Tests.Reference;

namespace Ranking.Engine.Tests.Diffusion;

public sealed class GaussianMixtureTests
{
    [Theory]
    [Trait("Category", "Reference")]
    [ReferenceData("diffusion", "gmm-score.json")]
    public void Density_score_and_best_answers(ReferenceCase example)
    {
        var mixture = Mixtures.Of(example);
        var level = NoiseLevel.OfAlpha(example.Inputs.GetProperty("alphaBar").GetDouble());
        var (expected, points) = (example.Expected, example.Inputs.Rows("x"));
        for (var i = 0; i < points.Length; i++)
        {
            var shares = new double[mixture.Count];
            example.AssertClose(expected.GetProperty("logDensity")[i].GetDouble(), mixture.Posterior(points[i], level, shares), "logDensity");
            example.AssertClose(expected.GetProperty("responsibilities")[i].Vector(), shares, "responsibilities");
            var (noise, clean) = (Of(mixture.Noise), Of(mixture.Clean));
            example.AssertClose(expected.GetProperty("score")[i].Vector(), Of(mixture.Score), "score");
            example.AssertClose(expected.GetProperty("epsilon")[i].Vector(), noise, "epsilon");
            example.AssertClose(expected.GetProperty("denoised")[i].Vector(), clean, "denoised");
            example.AssertClose(expected.GetProperty("velocity")[i].Vector(), [.. noise.Zip(clean, (n, c) => (level.Signal * n) - (level.Noise * c))], "velocity");

            double[] Of(Answer answer)
            {
                var result = new double[mixture.Dimension];
                answer(points[i], level, result);
                return result;
            }
        }
    }

    [Theory]
    [Trait("Category", "Reference")]
    [ReferenceData("diffusion", "gmm-ode.json")]
    public void The_flow_ends_where_it_should(ReferenceCase example)
    {
        var mixture = Mixtures.Of(example);
        var alphas = example.Expected.Vector("alphaBar");
        var starts = example.Inputs.Rows("x");
        for (var row = 0; row < starts.Length; row++)
        {
            var (x, from) = (starts[row], NoiseLevel.OfAlpha(example.Inputs.GetProperty("alphaBarStart").GetDouble()));
            for (var k = 0; k < alphas.Length; k++)
            {
                var to = NoiseLevel.OfAlpha(alphas[k]);
                x = Mixtures.Flow(mixture, x, from, to, 400);
                example.AssertClose(example.Expected.GetProperty("x")[k][row].Vector(), x, $"x at {alphas[k]}");
                from = to;
            }
        }
    }

    [Fact]
    [Trait("Row", "132")]
    public void The_score_is_the_slope_of_the_log_density_at_a_hundred_random_points()
    {
        const double Step = 1e-5;
        var mixture = Mixtures.Small;
        var noise = Noise.Philox(132, Purpose.Begin, 0);
        var (x, score) = (new double[2], new double[2]);
        for (var i = 0; i < 100; i++)
        {
            noise.Normal(i, x);
            var level = NoiseLevel.OfAlpha(noise.Uniform(i, 0));
            mixture.Score(x, level, score);
            for (var j = 0; j < 2; j++)
            {
                Assert.Equal((At(x, j, Step, level) - At(x, j, -Step, level)) / (2 * Step), score[j], 1e-4);
            }
        }

        double At(double[] at, int j, double step, NoiseLevel level)
        {
            double[] moved = [.. at];
            moved[j] += step;
            return mixture.LogDensity(moved, level);
        }
    }

    [Fact]
    public void Draws_have_the_mean_and_the_spread_of_the_mixture()
    {
        var mixture = Mixtures.Small;
        var noise = Noise.Philox(1, Purpose.Begin, 0);
        const int Count = 20_000;
        var (point, mean, square) = (new double[2], new double[2], 0.0);
        for (var i = 0; i < Count; i++)
        {
            mixture.Draw(noise, i, point);
            mean[0] += point[0] / Count;
            mean[1] += point[1] / Count;
            square += point[0] * point[0] / Count;
        }

        // Σ wₖ·mₖ, and Σ wₖ·(Cₖ + mₖ²) of the first coordinate; four standard errors.
        Assert.Equal(0.32, mean[0], 0.03);
        Assert.Equal(-0.01, mean[1], 0.03);
        Assert.Equal((0.5 * (0.2 + 1.44)) + (0.2 * (0.1 + 1.21)) + (0.3 * (0.3 + 0.04)), square, 0.03);
    }

    [Fact]
    public void Answers_allocate_nothing()
    {
        var (mixture, level) = (Mixtures.Small, NoiseLevel.OfAlpha(0.5));
        double[] x = [1, 2], result = [0, 0];
        mixture.Clean(x, level, result);
        mixture.Noise(x, level, result);
        var before = GC.GetAllocatedBytesForCurrentThread();
        mixture.Clean(x, level, result);
        mixture.Noise(x, level, result);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void Mixtures_that_make_no_sense_are_refused()
    {
        Assert.Throws<ArgumentException>(() => new GaussianMixture([], [], []));
        Assert.Throws<ArgumentException>(() => new GaussianMixture([1], [[0, 0]], [[1]]));
        Assert.Throws<ArgumentException>(() => new GaussianMixture([1], [[0, 0]], [[1, 2, 2, 1]]));
    }

    private delegate void Answer(ReadOnlySpan<double> x, NoiseLevel at, Span<double> result);
}
