using System.Text.Json;
using System.Text.Json.Nodes;
using Ranking.Engine.Diffusion;
using Ranking.Engine.Schedulers;
using Ranking.Engine.Tests.Diffusion;
using Ranking.Engine.Tests.Reference;

namespace Ranking.Engine.Tests.Schedulers;

/// <summary>Samplers on a Gaussian mixture, where the right answer is known.</summary>
public sealed class MixtureSamplingTests
{
    private static readonly Catalog<Scheduler> Catalog = new();

    [Theory]
    [Trait("Category", "Reference")]
    [ReferenceData("diffusion", "gmm-schedulers.json")]
    public void Published_samplers_on_the_exact_model(ReferenceCase example)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(example.Path));
        var starts = document.RootElement.GetProperty("starts").GetProperty(example.Element.GetProperty("start").GetString()!).Rows();
        var key = example.Element.GetProperty("scheduler").GetString()!.Replace("dpmsolver", "dpm-solver", StringComparison.Ordinal);
        var config = JsonObject.Create(example.Element.GetProperty("config"))!;
        if (key == "dpm-solver-singlestep")
        {
            config["lower_order_final"] ??= true;
        }

        foreach (var (k, steps) in example.Inputs.GetProperty("steps").Wholes().Index())
        {
            var plan = Catalog[key].Plan(JsonSerializer.SerializeToElement(config), steps);

            // Samples of the samplers in σ have a signal of 1 in the file: the start is scaled to the first level.
            var scale = example.Element.GetProperty("startScale").GetDouble();
            var factor = scale == 1 ? 1 : scale * plan.Steps[0].From.Signal / plan.Start;
            for (var row = 0; row < starts.Length; row++)
            {
                example.AssertClose(example.Expected.GetProperty("final")[k][row].Vector(), Mixtures.Sample(plan, Mixtures.Of(example), Array.ConvertAll(starts[row], x => factor * x)), $"final {steps}");
            }
        }
    }

    // Key, options, order of accuracy. The published third-order multistep form takes a divided difference for the second
    // derivative, twice what it is, and is of order 2.
    [Theory]
    [InlineData("ddim", "", 1)]
    [InlineData("euler", "", 1)]
    [InlineData("heun", "", 2)]
    [InlineData("lms", "\"order\": 1", 1)]
    [InlineData("lms", "\"order\": 2", 2)]
    [InlineData("lms", "\"order\": 3", 3)]
    [InlineData("pndm", "", 2)]
    [InlineData("dpm-solver-multistep", "\"solver_order\": 1", 1)]
    [InlineData("dpm-solver-multistep", "\"solver_order\": 2", 2)]
    [InlineData("dpm-solver-multistep", "\"solver_order\": 3", 2)]
    [InlineData("dpm-solver-singlestep", "\"solver_order\": 1", 1)]
    [InlineData("dpm-solver-singlestep", "\"solver_order\": 2", 2)]
    [InlineData("dpm-solver-singlestep", "\"solver_order\": 3, \"solver_type\": \"heun\"", 3)]
    [InlineData("deis", "\"solver_order\": 1", 1)]
    [InlineData("deis", "\"solver_order\": 2", 2)]
    [InlineData("deis", "\"solver_order\": 3", 3)]
    [InlineData("deis-tab", "\"solver_order\": 1", 1)]
    [InlineData("deis-tab", "\"solver_order\": 2", 2)]
    [InlineData("deis-tab", "\"solver_order\": 3", 3)]
    [InlineData("deis-rhoab", "\"solver_order\": 1", 1)]
    [InlineData("deis-rhoab", "\"solver_order\": 2", 2)]
    [InlineData("deis-rhoab", "\"solver_order\": 3", 3)]
    [InlineData("unipc", "\"solver_order\": 1", 1)]
    [InlineData("unipc", "\"solver_order\": 2", 2)]
    [InlineData("unipc", "\"solver_order\": 3", 3)]
    [InlineData("flow-match-euler", "", 1)]
    [InlineData("flow-match-heun", "", 2)]
    public void Twice_the_steps_divide_the_error_by_two_to_the_order(string key, string options, int order)
    {
        var errors = StepCounts.Select(steps => Error(key, options, steps)).ToArray();
        var measured = Math.Log2(errors[^2] / errors[^1]);
        Assert.True(measured >= order - 0.3, $"{key} {options}: errors {string.Join(", ", errors)}, order {measured:F2}");
    }

    [Fact]
    [Trait("Row", "37")]
    public void Deis_of_order_zero_is_ddim_and_order_two_is_closer_to_the_truth()
    {
        double[][] Run(string key, string config, int steps)
        {
            var plan = Catalog[key].Plan(JsonDocument.Parse(config).RootElement, steps);
            return [.. Starts().Select(start => Mixtures.Sample(plan, Mixtures.Small, start))];
        }

        // The published numbering starts at 1: solver_order 1 is the paper's order 0.
        const string Times = "\"timesteps\": [999, 899, 799, 699, 599, 499, 399, 299, 199, 99]";
        var zeroth = Run("deis-tab", $$"""{ {{Times}}, "solver_order": 1 }""", 10);
        var second = Run("deis-tab", $$"""{ {{Times}}, "solver_order": 3, "lower_order_final": false }""", 10);
        var ddim = Run("ddim", $$"""{ {{Times}}, "clip_sample": false, "set_alpha_to_one": false }""", 10);
        Assert.All(zeroth.Zip(ddim), pair => Assert.All(pair.First.Zip(pair.Second), x => Assert.Equal(x.First, x.Second, 1e-9)));
        var truth = Run("deis-tab", """{ "solver_order": 3 }""", 300);
        Assert.True(Mixtures.Distance(second, truth) < 0.5 * Mixtures.Distance(zeroth, truth));
    }

    [Theory]
    [Trait("Category", "Reference")]
    [ReferenceData("diffusion", "gmm-convergence.json")]
    public void Errors_of_each_number_of_steps_are_the_published_ones(ReferenceCase example)
    {
        var (mixture, starts) = (Mixtures.Of(example), example.Inputs.Rows("x"));
        var (from, to) = (example.Inputs.GetProperty("sigmaStart").GetDouble(), example.Inputs.GetProperty("sigmaEnd").GetDouble());
        var exact = example.Expected.Rows("exact");
        var methods = example.Expected.GetProperty("methods");
        Assert.Equal(6, methods.EnumerateObject().Count());
        foreach (var method in methods.EnumerateObject())
        {
            var errors = method.Value.Vector("rmsError");
            foreach (var (k, steps) in example.Inputs.GetProperty("steps").Wholes().Index())
            {
                var ends = starts.Select(start => End(method.Name, NoiseLadder.Karras(from, to, steps + 1), mixture, start)).ToArray();
                example.AssertClose(errors[k], Mixtures.Distance(ends, exact), $"{method.Name} {steps}");
            }
        }
    }

    // Starts and ends have a signal of 1.
    private static double[] End(string method, double[] sigmas, GaussianMixture mixture, double[] start)
    {
        var (key, options) = method switch
        {
            "dpmpp2m" => ("dpm-solver-multistep", "\"final_sigmas_type\": \"sigma_min\", \"lower_order_final\": false"),
            "dpmpp2s" => ("dpm-solver-singlestep", "\"final_sigmas_type\": \"sigma_min\""),
            "lms2" => ("lms", "\"order\": 2"),
            "lms3" => ("lms", "\"order\": 3"),
            _ => (method, "\"clip_sample\": false"),
        };
        double[] levels = method == "dpmpp2s" ? [.. sigmas.Zip(sigmas.Skip(1)).SelectMany(pair => new[] { pair.First, Math.Sqrt(pair.First * pair.Second) }), sigmas[^1]] : sigmas;
        var plan = Catalog[key].Plan(JsonDocument.Parse($$"""{ "sigmas": {{JsonSerializer.Serialize(levels)}}, {{options}} }""").RootElement, 1);
        var end = Mixtures.Sample(plan, mixture, Array.ConvertAll(start, x => x * plan.Steps[0].From.Signal / plan.Start));
        return Array.ConvertAll(end, x => x / plan.Steps[^1].To.Signal);
    }

    [Theory]
    [InlineData("ddpm")]
    [InlineData("euler-ancestral")]
    [InlineData("dpm-solver-sde-multistep")]
    public void Stochastic_samplers_draw_from_the_mixture(string key)
    {
        const int Count = 2_000;
        var mixture = Mixtures.Small;
        var plan = Catalog[key].Plan(JsonDocument.Parse("""{ "clip_sample": false, "timestep_spacing": "trailing" }""").RootElement, 100);
        var (mean, square, start, point) = (new double[2], new double[2], new double[2], new double[2]);
        var expected = new double[2];
        for (var i = 0; i < Count; i++)
        {
            Noise.Philox(5, Purpose.Begin, 0).Normal(i, start);
            var candidate = i;
            var sample = Mixtures.Sample(plan, mixture, start, draws: step =>
            {
                var draw = new double[2];
                Noise.Philox(5, Purpose.Scheduler, (uint)step).Normal(candidate, draw);
                return draw;
            });
            mixture.Draw(Noise.Philox(6, Purpose.Begin, 0), i, point);
            for (var j = 0; j < 2; j++)
            {
                mean[j] += sample[j] / Count;
                square[j] += sample[j] * sample[j] / Count;
                expected[j] += point[j] * point[j] / Count;
            }
        }

        Assert.Equal(0.32, mean[0], 0.1);
        Assert.Equal(-0.01, mean[1], 0.1);
        Assert.All(square.Zip(expected), pair => Assert.Equal(pair.Second, pair.First, 0.12));
    }

    [Theory]
    [Trait("Category", "Reference")]
    [ReferenceData("diffusion", "deis-tab.json")]
    public void Weights_of_deis_in_continuous_time(ReferenceCase example)
    {
        var (least, most) = (example.Parameter("betaMin"), example.Parameter("betaMax"));
        var (times, order) = (example.Inputs.Vector("times"), example.Whole("order"));
        var mixture = Mixtures.Of(example);
        var coefficients = example.Expected.GetProperty("coefficients");
        var weights = Enumerable.Range(0, times.Length - 1).Select(i => LagrangeWeights.Over(
            [.. Enumerable.Range(0, Math.Min(order, i) + 1).Select(j => times[i - j])], times[i], times[i + 1], Slope, pieces: 64)).ToArray();
        for (var i = 0; i < weights.Length; i++)
        {
            example.AssertClose(coefficients[i].Vector(), weights[i], $"step {i}");
        }

        foreach (var (row, start) in example.Inputs.Rows("x").Index())
        {
            var y = Array.ConvertAll(start, value => value / Level(times[0]).Signal);
            var answers = new List<double[]>();
            for (var i = 0; i < weights.Length; i++)
            {
                var answer = new double[y.Length];
                mixture.Noise(Array.ConvertAll(y, value => value * Level(times[i]).Signal), Level(times[i]), answer);
                answers.Insert(0, answer);
                y = [.. y.Select((value, d) => value + weights[i].Select((weight, j) => weight * answers[j][d]).Sum())];
            }

            example.AssertClose(example.Expected.GetProperty("final")[row].Vector(), Array.ConvertAll(y, value => value * Level(times[^1]).Signal), "final");
        }

        double Alpha(double t) => Math.Exp((-(most - least) * t * t / 2) - (least * t));
        NoiseLevel Level(double t) => NoiseLevel.OfAlpha(Alpha(t));

        // ρ² = 1/ᾱ - 1, so 2ρρ′ = β(t)/ᾱ.
        double Slope(double t) => (least + ((most - least) * t)) / (2 * Level(t).Sigma * Alpha(t));
    }

    private static readonly int[] StepCounts = [40, 80, 160];

    private static double[][] Starts() => [.. Enumerable.Range(0, 8).Select(i =>
    {
        var start = new double[2];
        Noise.Philox(3, Purpose.Begin, 0).Normal(i, start);
        return start;
    })];

    // The distance to the probability-flow equation at the level of the last call: the step to no noise at all is of first
    // order for every sampler.
    private static double Error(string key, string options, int steps)
    {
        var isFlow = Catalog[key].IsFlow;
        var own = isFlow ? Range(880, 80, steps) : key is "ddim" or "pndm" ? Range(960, 160, steps) : null;
        var config = $$"""
            { "beta_schedule": "scaled_linear", "beta_start": 0.00085, "beta_end": 0.012, "clip_sample": false, "set_alpha_to_one": false,
              "use_karras_sigmas": true, "final_sigmas_type": "sigma_min"{{(own is null ? "" : $", \"timesteps\": [{own}]")}}{{(options.Length > 0 ? ", " + options : "")}} }
            """;
        var plan = Catalog[key].Plan(JsonDocument.Parse(config).RootElement, steps);
        var calls = own is not null || plan.Steps[^1].To.Noise == 0 ? plan.Steps.Length - 1 : plan.Steps.Length;
        var (from, to) = (plan.Steps[0].From, plan.Steps[calls - 1].To);
        var starts = Starts().Select(start => Mixtures.Flow(Mixtures.Small, start, NoiseLevel.OfSigma(20), from, 200)).ToArray();
        return Mixtures.Distance(
            starts.Select(start => Mixtures.Sample(plan, Mixtures.Small, Array.ConvertAll(start, x => x / plan.Start), isFlow, calls: calls)),
            starts.Select(start => Mixtures.Flow(Mixtures.Small, start, from, to, 1500)));
    }

    private static string Range(int from, int to, int steps) =>
        string.Join(", ", Enumerable.Range(0, steps + 1).Select(i => from + ((to - from) * i / steps)));
}
