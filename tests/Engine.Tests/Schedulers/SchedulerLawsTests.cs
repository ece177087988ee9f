using System.Text.Json;
using Ranking.Engine.Schedulers;

namespace Ranking.Engine.Tests.Schedulers;

/// <summary>What every sampler of the catalogue must do, whatever its formulas are.</summary>
public sealed class SchedulerLawsTests
{
    private static readonly Catalog<Scheduler> Catalog = new();

    private static readonly int[] StepCounts = [1, 2, 7, 20];

    public static TheoryData<string, string, int> Samplers()
    {
        var rows = new TheoryData<string, string, int>();
        foreach (var entry in Catalog.Entries)
        {
            foreach (var prediction in Predictions(entry.Key))
            {
                foreach (var steps in StepCounts)
                {
                    rows.Add(entry.Key, prediction, steps);
                }
            }
        }

        return rows;
    }

    [Theory]
    [MemberData(nameof(Samplers))]
    public void With_a_perfect_predictor_every_step_lands_on_the_noising_law(string key, string prediction, int steps)
    {
        double[] clean = [0.3, -0.9, 0.55];
        double[] noise = [-1.2, 0.4, 2.1];
        var plan = Plan(key, prediction, steps);
        var memory = new double[plan.Memory * clean.Length];
        foreach (var (i, step) in plan.Steps.Index())
        {
            // DDIM may go to another level than the next call's timestep has: each step is judged from its own start.
            var sample = At(step.From, clean, noise);
            plan.Step(i, sample, Answer(prediction, step.From, clean, noise), memory, new double[clean.Length]);

            // What is left of the noise and what is drawn anew make up the noise of the next level.
            var kept = Math.Sqrt(Math.Max(0, (step.To.Noise * step.To.Noise) - (step.Draw * step.Draw)));
            AssertEqual(At(step.To with { Noise = kept }, clean, noise), sample);
        }
    }

    [Theory]
    [MemberData(nameof(Samplers))]
    public void The_clean_picture_that_an_answer_stands_for_is_the_clean_picture(string key, string prediction, int steps)
    {
        double[] clean = [0.3, -0.9, 0.55];
        double[] noise = [-1.2, 0.4, 2.1];
        foreach (var step in Plan(key, prediction, steps).Steps)
        {
            var (sample, answer) = (At(step.From, clean, noise), Answer(prediction, step.From, clean, noise));
            AssertEqual(clean, [.. sample.Zip(answer, (x, m) => (step.CleanSample * x) + (step.CleanOutput * m))]);
        }
    }

    [Theory]
    [MemberData(nameof(Samplers))]
    public void Timesteps_fall_and_so_does_the_noise(string key, string prediction, int steps)
    {
        var plan = Plan(key, prediction, steps);
        Assert.All(plan.Steps.Zip(plan.Steps.Skip(1)), pair => Assert.True(pair.First.Timestep >= pair.Second.Timestep));
        Assert.All(plan.Steps, step => Assert.True(step.From.Noise >= step.To.Noise));
        Assert.Equal(steps, plan.Steps.Select(step => step.Timestep).Distinct().Count());
        Assert.InRange(plan.Steps.Length, steps, 2 * steps);
        Assert.InRange(plan.Steps[^1].To.Noise, 0, 0.05);
    }

    [Theory]
    [MemberData(nameof(Samplers))]
    public void The_last_part_of_a_plan_starts_at_less_noise_and_ends_where_the_whole_does(string key, string prediction, int steps)
    {
        var (whole, part) = (Plan(key, prediction, steps), Catalog[key].Plan(Config(key, prediction), steps, 0.5));
        var times = whole.Steps.Select(step => step.Timestep).Distinct().Count();
        Assert.Equal(Math.Max(1, (int)Math.Round(0.5 * times)), part.Steps.Select(step => step.Timestep).Distinct().Count());
        Assert.InRange(part.Steps[^1].To.Noise, 0, 0.05);
        if (times > 1)
        {
            Assert.True(part.Steps[0].From.Noise < whole.Steps[0].From.Noise);
        }

        // With a perfect predictor a noisy picture becomes the picture.
        double[] clean = [0.3, -0.9, 0.55];
        double[] noise = [-1.2, 0.4, 2.1];
        if (part.IsDeterministic)
        {
            var (sample, memory) = (At(part.Steps[0].From, clean, noise), new double[part.Memory * clean.Length]);
            foreach (var (i, step) in part.Steps.Index())
            {
                part.Step(i, sample, Answer(prediction, step.From, clean, noise), memory, []);
            }

            Assert.All(clean.Zip(sample), pair => Assert.Equal(pair.First, pair.Second, 0.15));
        }
    }

    [Theory]
    [MemberData(nameof(Samplers))]
    public void Only_samplers_that_say_so_draw(string key, string prediction, int steps)
    {
        var plan = Plan(key, prediction, steps);
        Assert.Equal(Catalog[key].IsStochastic && steps > 1, !plan.IsDeterministic);
        Assert.Equal(plan.IsDeterministic, plan.Steps.All(step => step.Draw == 0));
    }

    [Theory]
    [MemberData(nameof(Samplers))]
    public void A_step_allocates_nothing(string key, string prediction, int steps)
    {
        var plan = Plan(key, prediction, steps);
        var (sample, output, memory, draw) = (new double[64], new double[64], new double[64 * plan.Memory], new double[64]);
        plan.Step(0, sample, output, memory, draw);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < plan.Steps.Length; i++)
        {
            plan.Step(i, sample, output, memory, draw);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void Own_timesteps_are_taken_as_they_are_by_every_sampler()
    {
        foreach (var entry in Catalog.Entries)
        {
            var plan = Catalog[entry.Key].Plan(JsonDocument.Parse("""{ "timesteps": [990, 700, 300, 40] }""").RootElement, 10);
            Assert.Equal([990, 700, 300, 40], plan.Steps.Select(step => (int)Math.Round(step.Timestep)).Distinct());
            Assert.All(plan.Steps, step => Assert.True(double.IsFinite(step.Sample) && step.Estimates.All(double.IsFinite), entry.Key));
        }
    }

    [Fact]
    public void Every_spacing_and_every_ladder_gives_finite_falling_levels()
    {
        var options =
            from spacing in new[] { "leading", "linspace", "trailing", "sgm_uniform" }
            from ladder in new[] { "none", "use_karras_sigmas", "use_exponential_sigmas", "use_lu_lambdas" }
            from schedule in new[] { "linear", "scaled_linear", "squaredcos_cap_v2" }
            select $$"""{ "timestep_spacing": "{{spacing}}", "{{ladder}}": true, "beta_schedule": "{{schedule}}" }""";
        foreach (var config in options)
        {
            foreach (var entry in Catalog.Entries)
            {
                var plan = Catalog[entry.Key].Plan(JsonDocument.Parse(config).RootElement, 12);
                Assert.All(plan.Steps, step => Assert.True(
                    step.From.Noise >= step.To.Noise && double.IsFinite(step.Sample) && double.IsFinite(step.Output) && step.Estimates.All(double.IsFinite),
                    $"{entry.Key} {config}"));
            }
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(10_000)]
    public void No_steps_and_too_many_are_refused_by_every_sampler(int steps)
    {
        Assert.All(Catalog.Entries, entry =>
        {
            var refusal = Assert.Throws<InvalidDataException>(() => Catalog[entry.Key].Plan(JsonDocument.Parse("{}").RootElement, steps));
            Assert.Contains("number of steps must be between 1 and", refusal.Message, StringComparison.Ordinal);
        });
    }

    [Theory]
    [InlineData("ddim", """{ "thresholding": true }""", "thresholding")]
    [InlineData("dpm-solver-multistep", """{ "algorithm_type": "sde-dpmsolver" }""", "sde-dpmsolver")]
    [InlineData("dpm-solver-sde-multistep", """{ "solver_order": 3 }""", "solver_order 3")]
    [InlineData("dpm-solver-singlestep", """{ "solver_type": "bh1" }""", "solver_type bh1")]
    [InlineData("unipc", """{ "solver_order": 4 }""", "solver_order 4")]
    [InlineData("deis", """{ "solver_order": 0 }""", "solver_order 0")]
    [InlineData("lms", """{ "order": 5 }""", "order 5")]
    [InlineData("pndm", """{ "skip_prk_steps": false }""", "Runge-Kutta")]
    [InlineData("ddpm", """{ "variance_type": "learned" }""", "variance_type learned")]
    [InlineData("euler", """{ "interpolation_type": "cubic" }""", "interpolation_type cubic")]
    [InlineData("ddim", """{ "timesteps": [10, 20] }""", "Timesteps must fall")]
    [InlineData("euler", """{ "timesteps": [1000, 20] }""", "Timesteps must fall")]
    [InlineData("ddim", """{ "sigmas": [10, 1, 0] }""", "sigmas")]
    [InlineData("pndm", """{ "sigmas": [10, 1, 0] }""", "sigmas")]
    [InlineData("ddpm", """{ "sigmas": [10, 1, 0] }""", "sigmas")]
    [InlineData("lcm", """{ "sigmas": [10, 1, 0] }""", "sigmas")]
    [InlineData("euler", """{ "sigmas": [10, 10, 0] }""", "Noise levels must fall")]
    [InlineData("unipc", """{ "sigmas": [10, 1, -1] }""", "Noise levels must fall")]
    [InlineData("heun", """{ "sigmas": [] }""", "number of steps must be between 1 and")]
    [InlineData("flow-match-euler", """{ "use_dynamic_shifting": true }""", "mu")]
    [InlineData("ddim", """{ "beta_schedule": "sigmoid" }""", "beta_schedule")]
    public void What_is_not_supported_is_refused_by_name(string key, string config, string named)
    {
        var refusal = Assert.Throws<InvalidDataException>(() => Catalog[key].Plan(JsonDocument.Parse(config).RootElement, 10));
        Assert.Contains(named, refusal.Message, StringComparison.Ordinal);
    }

    // PNDM extrapolates answers as they are, and velocities change along the way even where noise and picture do not.
    private static string[] Predictions(string key) => Catalog[key].IsFlow ? ["flow"]
        : key == "pndm" ? ["epsilon"]
        : ["epsilon", "v_prediction", "sample"];

    private static SamplingPlan Plan(string key, string prediction, int steps) => Catalog[key].Plan(Config(key, prediction), steps);

    private static JsonElement Config(string key, string prediction)
    {
        // PNDM's second call supposes that steps are as long as the stride, and LCM's boundary condition lets some of the
        // noise through: both only come near the law elsewhere.
        var spacing = key == "pndm" ? "leading" : "trailing";
        var config = prediction == "flow"
            ? """{ "shift": 1.5 }"""
            : $$"""{ "prediction_type": "{{prediction}}", "clip_sample": false, "timestep_spacing": "{{spacing}}", "timestep_scaling": 1e9 }""";
        return JsonDocument.Parse(config).RootElement;
    }

    private static double[] At(NoiseLevel level, double[] clean, double[] noise) =>
        [.. clean.Zip(noise, (c, n) => (level.Signal * c) + (level.Noise * n))];

    private static double[] Answer(string prediction, NoiseLevel level, double[] clean, double[] noise) => prediction switch
    {
        "epsilon" => noise,
        "sample" => clean,
        "v_prediction" => [.. clean.Zip(noise, (c, n) => (level.Signal * n) - (level.Noise * c))],
        _ => [.. clean.Zip(noise, (c, n) => n - c)],
    };

    private static void AssertEqual(double[] expected, double[] actual) =>
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-10));
}
