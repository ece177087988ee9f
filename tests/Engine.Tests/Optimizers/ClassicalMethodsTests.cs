using Ranking.Engine.Optimizers;
using Ranking.Engine.Tests.Reference;

namespace Ranking.Engine.Tests.Optimizers;

/// <summary>The textbook methods for sets and for sums with absolute values.</summary>
public sealed class ClassicalMethodsTests
{
    [Theory]
    [Trait("Category", "Reference")]
    [Trait("Row", "48")]
    [ReferenceData("optimizers", "fista.json")]
    public void Proximal_gradient_and_FISTA_follow_the_published_trajectories(ReferenceCase example)
    {
        ArgumentNullException.ThrowIfNull(example);
        var run = Proximal(example, example.Parameters.GetProperty("method").GetString() switch
        {
            "ista" => ProximalGradient.Acceleration.None,
            "fista" => ProximalGradient.Acceleration.Fista,
            _ => ProximalGradient.Acceleration.Restarted,
        });
        var (x, y, gradients) = (example.Expected.Rows("x"), example.Expected.Rows("y"), example.Expected.Rows("gradients"));
        for (var k = 0; k < gradients.Length; k++)
        {
            example.AssertClose(y[k], run.Candidates()[0], $"y[{k}]");
            example.AssertClose(x[k], run.Best, $"x[{k}]");
            run.Tell(new Judgement.Gradients([0], [.. gradients[k]]));
        }

        example.AssertClose(x[^1], run.Best, "last x");
    }

    [Theory]
    [Trait("Row", "48")]
    [ReferenceData("optimizers", "fista.json")]
    public void FISTA_and_proximal_gradient_reach_the_same_value(ReferenceCase example)
    {
        ArgumentNullException.ThrowIfNull(example);
        var (a, b, weight) = (Objective(example).Rows("A"), Objective(example).Vector("b"), Objective(example).GetProperty("lambda").GetDouble());
        double[] Residual(double[] x) => [.. a.Select((row, i) => row.Zip(x, (p, q) => p * q).Sum() - b[i])];
        foreach (var acceleration in Enum.GetValues<ProximalGradient.Acceleration>())
        {
            var run = Proximal(example, acceleration);
            for (var k = 0; k < 3000; k++)
            {
                var residual = Residual(run.Candidates()[0]);
                run.Tell(new Judgement.Gradients([0], [.. Enumerable.Range(0, example.Dimension).Select(j => a.Select((row, i) => row[j] * residual[i]).Sum())]));
            }

            var x = run.Best.ToArray();
            var value = (0.5 * Residual(x).Sum(r => r * r)) + (weight * x.Sum(Math.Abs));
            Assert.Equal(example.Expected.GetProperty("minimum").GetDouble(), value, 1e-6);
        }
    }

    [Theory]
    [Trait("Category", "Reference")]
    [Trait("Row", "48")]
    [ReferenceData("optimizers", "frank-wolfe.json")]
    public void Frank_Wolfe_follows_the_published_trajectory_within_its_set(ReferenceCase example)
    {
        ArgumentNullException.ThrowIfNull(example);

        // The exact line search needs the Hessian of a quadratic, which no oracle tells.
        if (example.Parameters.GetProperty("step").GetString() == "line-search")
        {
            return;
        }

        var set = example.Parameters.GetProperty("set").GetString() switch
        {
            "simplex" => FrankWolfe.Region.Simplex,
            "l1-ball" => FrankWolfe.Region.L1Ball,
            _ => FrankWolfe.Region.Box,
        };
        var settings = new FrankWolfe.Settings { Set = set, Radius = example.Parameter("radius") };
        var run = new FrankWolfe().Start(Problem(example), settings, (_, _) => new RecordedNoise([]));
        var x = example.Expected.Rows("x");
        foreach (var (gradient, k) in example.Expected.Rows("gradients").Select((g, k) => (g, k)))
        {
            example.AssertClose(x[k], run.Best, $"x[{k}]");
            run.Tell(new Judgement.Gradients([0], [.. gradient]));
            Assert.Equal(set == FrankWolfe.Region.Simplex ? settings.Radius : run.Best.ToArray().Sum(), run.Best.ToArray().Sum(), 1e-9);
        }

        example.AssertClose(x[^1], run.Best, "last x");
    }

    [Theory]
    [InlineData(FrankWolfe.Region.Box)]
    [InlineData(FrankWolfe.Region.L1Ball)]
    [InlineData(FrankWolfe.Region.Simplex)]
    public void A_start_outside_the_set_is_brought_into_it(FrankWolfe.Region set)
    {
        var run = new FrankWolfe().Start(new Problem([5, -1, 3], 1, 1, new Geometry.Flat()), new FrankWolfe.Settings { Set = set, Radius = 2 }, (_, _) => new RecordedNoise([]));
        Assert.Equal(
            set switch
            {
                FrankWolfe.Region.Box => [2, -1, 2],
                FrankWolfe.Region.L1Ball => [10.0 / 9, -2.0 / 9, 6.0 / 9],
                _ => [2.0 / 3, 2.0 / 3, 2.0 / 3],
            },
            run.Best.ToArray(),
            (a, b) => Math.Abs(a - b) < 1e-12);
    }

    [Theory]
    [Trait("Category", "Reference")]
    [Trait("Row", "48")]
    [ReferenceData("optimizers", "mirror-descent.json")]
    public void Mirror_descent_follows_the_published_trajectory_on_the_simplex(ReferenceCase example)
    {
        ArgumentNullException.ThrowIfNull(example);
        var settings = new MirrorDescent.Settings
        {
            StepSize = example.Parameter("eta"),
            Optimistic = example.Parameters.GetProperty("method").GetString() == "optimistic",
        };
        var run = new MirrorDescent().Start(Problem(example), settings, (_, _) => new RecordedNoise([]));
        var isGiven = example.Inputs.TryGetProperty("gradients", out _);
        var (x, gradients) = (example.Expected.Rows(isGiven ? "plays" : "x"), (isGiven ? example.Inputs : example.Expected).Rows("gradients"));
        for (var k = 0; k < gradients.Length; k++)
        {
            example.AssertClose(x[k], run.Best, $"x[{k}]");
            Assert.Equal(1, run.Best.ToArray().Sum(), 1e-9);
            run.Tell(new Judgement.Gradients([0], [.. gradients[k]]));
        }
    }

    [Fact]
    [Trait("Row", "48")]
    public void Shares_survive_slopes_of_any_size()
    {
        var run = new MirrorDescent().Start(new Problem([0, 0, 0], 1, 1, new Geometry.Flat()), new MirrorDescent.Settings { StepSize = 100 }, (_, _) => new RecordedNoise([]));
        foreach (var slopes in new double[][] { [1e300, -1e300, 0], [0, 1e9, -1e9], [1e-300, 0, 0], [-5, 1e5, 1e5] })
        {
            run.Tell(new Judgement.Gradients([0], [.. slopes]));
            Assert.Equal(1, run.Best.ToArray().Sum(), 1e-9);
            Assert.All(run.Best.ToArray(), share => Assert.InRange(share, 0, 1));
        }

        Assert.Equal(1, run.Best[0], 1e-9);
    }

    [Fact]
    [Trait("Row", "153")]
    public void Shortened_gradients_withstand_heavy_tails()
    {
        // x²/2 with Student noise of 1.5 degrees of freedom, by Bailey's polar method.
        static double Tail(double longest) => Enumerable.Range(0, 400).Select(seed =>
        {
            var noise = Noise.Philox((ulong)seed, Purpose.Oracle, 0);
            var settings = new Sgd.Settings { StepSize = 0.1, Momentum = 0, MaxGradientNorm = longest };
            var run = new Sgd().Start(new Problem([1], 1, 1, new Geometry.Flat()), settings, (_, _) => noise);
            for (var step = 0; step < 300; step++)
            {
                var student = Math.Sqrt(1.5 * (Math.Pow(noise.Uniform(0, step), -2 / 1.5) - 1)) * Math.Cos(2 * Math.PI * noise.Uniform(1, step));
                run.Tell(new Judgement.Gradients([0], [run.Best[0] + student]));
            }

            return Math.Abs(run.Best[0]);
        }).Order().ElementAt(379);

        Assert.InRange(Tail(3), 0, 0.5 * Tail(0));
    }

    private static System.Text.Json.JsonElement Objective(ReferenceCase example) => example.Element.GetProperty("objective");

    private static Problem Problem(ReferenceCase example) => new(example.Inputs.Vector("x0"), 1, 1, new Geometry.Flat());

    private static IRun Proximal(ReferenceCase example, ProximalGradient.Acceleration acceleration) => new ProximalGradient().Start(
        Problem(example),
        new ProximalGradient.Settings
        {
            StepSize = 1 / example.Parameter("L"),
            Sparsity = Objective(example).GetProperty("lambda").GetDouble(),
            Acceleration = acceleration,
        },
        (_, _) => new RecordedNoise([]));
}
