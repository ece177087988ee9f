using Ranking.Engine.Optimizers;
using Ranking.Engine.Tests.Reference;

namespace Ranking.Engine.Tests.Optimizers;

public sealed class PreferenceProcessTests
{
    public static TheoryData<ReferenceCase> Laplace => [.. ReferenceFiles.Cases("zo", "preference-models.json").Where(c => c.Id.StartsWith("laplace", StringComparison.Ordinal))];

    [Theory]
    [MemberData(nameof(Laplace))]
    [Trait("Category", "Reference")]
    public void Mode_posterior_and_acquisition_agree_with_the_published_examples(ReferenceCase example)
    {
        var process = PreferenceProcess.Fit(
            example.Inputs.Rows("X"),
            [.. example.Inputs.Rows("pairs").Select(pair => new PreferencePair((int)pair[0], (int)pair[1], false))],
            new(example.Parameter("lengthscale"), example.Parameter("variance"), example.Parameter("noise"), 0, example.Parameter("jitter")));
        example.AssertClose(example.Expected.Vector("f"), process.Mode, "mode");
        example.AssertClose(example.Expected.GetProperty("logLikelihood").GetDouble(), process.LogLikelihood, "log likelihood");

        var points = example.Inputs.Rows("Xstar");
        var (mean, covariance) = process.At(points);
        example.AssertClose(example.Expected.Vector("mean"), mean, "mean");
        example.AssertClose(example.Expected.Rows("covariance").SelectMany(row => row).ToArray(), covariance, "covariance");
        Assert.All(points.Zip(mean), pair => Assert.Equal(pair.Second, process.Mean(pair.First), 1e-12));

        double Beside(int other) => PreferenceProcess.BestOfTwo(
            mean[0], mean[other], Math.Sqrt(covariance[0] + covariance[(other * 3) + other] - (2 * covariance[other])));
        example.AssertClose(example.Expected.GetProperty("eubo01").GetDouble(), Beside(1), "EUBO of 0 and 1");
        example.AssertClose(example.Expected.GetProperty("eubo02").GetDouble(), Beside(2), "EUBO of 0 and 2");
    }

    [Fact]
    public void The_mode_has_no_slope_with_ties_among_the_pairs()
    {
        var points = new double[][] { [0.1], [0.4], [0.7], [1.2] };
        PreferencePair[] pairs = [new(0, 1, false), new(1, 2, true), new(3, 2, true), new(0, 3, false)];
        var kernel = new PreferenceProcess.Kernel(0.5, 1, 0.3, 0.2, 1e-6);
        var process = PreferenceProcess.Fit(points, pairs, kernel);

        // ln P(pairs | f) - fᵀK⁻¹f/2 is largest at the mode: every step away from it along K's columns loses.
        double Value(double[] f)
        {
            var matrix = new double[16];
            for (var i = 0; i < 4; i++)
            {
                for (var j = 0; j <= i; j++)
                {
                    matrix[(i * 4) + j] = kernel.Of(points[i], points[j]) + (i == j ? 1e-6 : 0);
                }
            }

            Assert.True(Cholesky.TryFactor(matrix, 4, 4));
            var half = (double[])f.Clone();
            Cholesky.Forward(matrix, 4, 4, half);
            var unit = Math.Sqrt(2) * 0.3;
            return pairs.Sum(pair =>
            {
                var difference = f[pair.Better] - f[pair.Worse];
                var probability = pair.Tie
                    ? NormalDistribution.Cumulative((0.2 - difference) / unit) - NormalDistribution.Cumulative((-0.2 - difference) / unit)
                    : NormalDistribution.Cumulative((difference - 0.2) / unit);
                return Math.Log(probability);
            }) - (Reduce.SumOfSquares(half) / 2);
        }

        var best = Value(process.Mode);
        for (var i = 0; i < 4; i++)
        {
            foreach (var step in new[] { 1e-3, -1e-3 })
            {
                var away = process.Mode.Select((value, j) => value + (step * kernel.Of(points[i], points[j]))).ToArray();
                Assert.True(Value(away) < best);
            }
        }
    }

    [Fact]
    public void Tied_points_are_liked_more_alike_than_points_that_were_not_compared()
    {
        double[][] points = [[0.0], [3.0], [6.0]];
        var kernel = new PreferenceProcess.Kernel(1, 1, 0.1, 0.05, 1e-6);
        double Apart(params PreferencePair[] pairs)
        {
            var process = PreferenceProcess.Fit(points, pairs, kernel);
            return Math.Abs(process.Mode[0] - process.Mode[1]);
        }

        Assert.True(Apart(new(0, 2, false), new(0, 1, true)) < 0.3 * Apart(new PreferencePair(0, 2, false)));
    }

    [Fact]
    public void A_tie_of_values_far_apart_stays_finite()
    {
        double[][] points = [[0.0], [1e-4], [5.0]];
        var pairs = Enumerable.Repeat(new PreferencePair(0, 2, false), 40).Append(new PreferencePair(0, 2, true)).Append(new PreferencePair(1, 2, true)).ToArray();
        var process = PreferenceProcess.Fit(points, pairs, new(1, 100, 0.01, 0.01, 1e-6));
        Assert.All(process.Mode, value => Assert.True(double.IsFinite(value)));
        Assert.True(double.IsFinite(process.LogLikelihood));
    }

    [Fact]
    public void The_expected_best_of_two_is_that_of_many_draws()
    {
        var normals = new double[200_000];
        Noise.Philox(3, Purpose.Oracle, 0).Normal(0, normals);
        foreach (var (first, second, deviation) in new[] { (0.3, -0.2, 0.8), (0, 1, 0.5), (-0.4, -0.4, 2.0) })
        {
            var mean = normals.Average(z => second + Math.Max(0, first - second + (deviation * z)));
            Assert.Equal(mean, PreferenceProcess.BestOfTwo(first, second, deviation), 0.02);
        }

        Assert.Equal(1.5, PreferenceProcess.BestOfTwo(1.5, -3, 0));
    }
}
