using System.Text.Json;
using Ranking.Engine.Schedulers;

namespace Ranking.Engine.Tests.Schedulers;

/// <summary>What every sampler of the catalogue must do, whatever its formulas are.</summary>
public sealed class SchedulerLawsTests
{
    private static readonly Catalog<Scheduler> Catalog = new();

    public static TheoryData<string, string, int> Samplers()
    {
        var rows = new TheoryData<string, string, int>();
        foreach (var entry in Catalog.Entries)
        {
            foreach (var prediction in Catalog[entry.Key].IsFlow ? ["flow"] : new[] { "epsilon", "v_prediction", "sample" })
            {
                foreach (var steps in new[] { 1, 2, 7, 20 })
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
        var sample = At(plan.Steps[0].From, clean, noise);
        var memory = new double[plan.Memory * sample.Length];
        for (var i = 0; i < plan.Steps.Length; i++)
        {
            // DDIM may go to another level than the next call's timestep has: each step is judged from its own start.
            sample = At(plan.Steps[i].From, clean, noise);
            plan.Step(i, sample, Answer(prediction, plan.Steps[i].From, clean, noise), memory, []);
            AssertEqual(At(plan.Steps[i].To, clean, noise), sample);
        }
    }

    [Theory]
    [MemberData(nameof(Samplers))]
    public void Timesteps_fall_and_so_does_the_noise(string key, string prediction, int steps)
    {
        var plan = Plan(key, prediction, steps);
        Assert.Equal(steps, plan.Steps.Length);
        Assert.All(plan.Steps.Zip(plan.Steps.Skip(1)), pair => Assert.True(pair.First.Timestep > pair.Second.Timestep));
        Assert.All(plan.Steps, step => Assert.True(step.From.Noise > step.To.Noise));
        Assert.InRange(plan.Steps[^1].To.Noise, 0, 0.05);
    }

    [Theory]
    [MemberData(nameof(Samplers))]
    public void A_step_allocates_nothing(string key, string prediction, int steps)
    {
        var plan = Plan(key, prediction, steps);
        var (sample, output, memory) = (new double[64], new double[64], new double[64 * plan.Memory]);
        plan.Step(0, sample, output, memory, []);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < plan.Steps.Length; i++)
        {
            plan.Step(i, sample, output, memory, []);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Theory]
    [InlineData("ddim", """{ "thresholding": true }""", "thresholding")]
    [InlineData("dpm-solver-multistep", """{ "algorithm_type": "sde-dpmsolver++" }""", "sde-dpmsolver++")]
    [InlineData("flow-match-euler", """{ "use_dynamic_shifting": true }""", "mu")]
    [InlineData("ddim", """{ "beta_schedule": "sigmoid" }""", "beta_schedule")]
    public void What_is_not_supported_is_refused_by_name(string key, string config, string named)
    {
        var refusal = Assert.Throws<InvalidDataException>(() => Catalog[key].Plan(JsonDocument.Parse(config).RootElement, 10));
        Assert.Contains(named, refusal.Message, StringComparison.Ordinal);
    }

    private static SamplingPlan Plan(string key, string prediction, int steps)
    {
        var config = prediction == "flow" ? """{ "shift": 1.5 }""" : $$"""{ "prediction_type": "{{prediction}}", "clip_sample": false, "timestep_spacing": "trailing" }""";
        return Catalog[key].Plan(JsonDocument.Parse(config).RootElement, steps);
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
