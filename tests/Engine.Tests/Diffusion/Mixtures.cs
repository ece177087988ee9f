using System.Text.Json;
using Ranking.Engine.Diffusion;
using Ranking.Engine.Schedulers;
using Ranking.Engine.Tests.Reference;

namespace Ranking.Engine.Tests.Diffusion;

/// <summary>The mixtures of the reference files, and the equation that samplers follow on them.</summary>
internal static class Mixtures
{
    /// <summary>The mixture that an example of a file names.</summary>
    public static GaussianMixture Of(ReferenceCase example)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(example.Path));
        var name = example.Element.GetProperty("mixture").GetString()!;
        return Of(document.RootElement.GetProperty("mixtures").GetProperty(name));
    }

    /// <summary>A mixture as the files write it.</summary>
    public static GaussianMixture Of(JsonElement mixture) => new(
        mixture.Vector("weights"),
        mixture.Rows("means"),
        [.. mixture.GetProperty("covariances").EnumerateArray().Select(matrix => matrix.Rows().SelectMany(row => row).ToArray())]);

    /// <summary>A small mixture in two dimensions for laws.</summary>
    public static GaussianMixture Small { get; } = new(
        [0.5, 0.2, 0.3], [[1.2, 0.4], [-1.1, 0.9], [-0.2, -1.3]], [[0.2, 0.05, 0.05, 0.1], [0.1, 0, 0, 0.3], [0.3, -0.1, -0.1, 0.2]]);

    /// <summary>
    /// Follows the probability-flow equation from one level to another, d(x/signal)/dσ = noise, by the classical
    /// Runge-Kutta method in steps that are equal in asinh(σ/0.05).
    /// </summary>
    public static double[] Flow(GaussianMixture mixture, double[] x, NoiseLevel from, NoiseLevel to, int steps)
    {
        const double Knee = 0.05;
        var scaled = Array.ConvertAll(x, value => value / from.Signal);
        var (start, end) = (Math.Asinh(from.Sigma / Knee), Math.Asinh(to.Sigma / Knee));
        double Sigma(double share) => Knee * Math.Sinh(start + (share * (end - start)));
        for (var i = 0; i < steps; i++)
        {
            var (a, b, c) = (Sigma((double)i / steps), Sigma((i + 0.5) / steps), Sigma((i + 1.0) / steps));

            // In the variable of the steps the slope is noise·dσ/du with dσ/du = √(σ² + knee²).
            var length = (end - start) / steps;
            var k1 = Slope(scaled, a, length);
            var k2 = Slope(Plus(scaled, k1, 0.5), b, length);
            var k3 = Slope(Plus(scaled, k2, 0.5), b, length);
            var k4 = Slope(Plus(scaled, k3, 1), c, length);
            for (var j = 0; j < scaled.Length; j++)
            {
                scaled[j] += (k1[j] + (2 * k2[j]) + (2 * k3[j]) + k4[j]) / 6;
            }
        }

        return Array.ConvertAll(scaled, value => value * to.Signal);

        double[] Slope(double[] at, double sigma, double length)
        {
            var level = NoiseLevel.OfSigma(sigma);
            var noise = new double[at.Length];
            mixture.Noise(Array.ConvertAll(at, value => value * level.Signal), level, noise);
            return Array.ConvertAll(noise, value => value * length * Math.Sqrt((sigma * sigma) + (Knee * Knee)));
        }

        static double[] Plus(double[] a, double[] b, double share) => [.. a.Zip(b, (x, y) => x + (share * y))];
    }

    /// <summary>Runs a plan on the exact noise (or the velocity of a flow) of a mixture.</summary>
    public static double[] Sample(SamplingPlan plan, GaussianMixture mixture, double[] start, bool isFlow = false, Func<int, double[]>? draws = null, int? calls = null)
    {
        var sample = Array.ConvertAll(start, value => plan.Start * value);
        var memory = new double[plan.Memory * sample.Length];
        var (answer, clean) = (new double[sample.Length], new double[sample.Length]);
        for (var i = 0; i < (calls ?? plan.Steps.Length); i++)
        {
            mixture.Noise(sample, plan.Steps[i].From, answer);
            if (isFlow)
            {
                mixture.Clean(sample, plan.Steps[i].From, clean);
                answer = [.. answer.Zip(clean, (n, c) => n - c)];
            }

            plan.Step(i, sample, answer, memory, draws?.Invoke(i) ?? []);
        }

        return sample;
    }

    /// <summary>The root of the mean square of all differences.</summary>
    public static double Distance(IEnumerable<double[]> a, IEnumerable<double[]> b) =>
        Math.Sqrt(a.Zip(b).SelectMany(pair => pair.First.Zip(pair.Second, (x, y) => (x - y) * (x - y))).Average());
}
