using System.Text.Json;
using System.Text.Json.Nodes;
using Ranking.Engine.Schedulers;
using Ranking.Engine.Tests.Reference;

namespace Ranking.Engine.Tests.Schedulers;

/// <summary>Whole runs of each sampler on a network that is a formula.</summary>
[Trait("Category", "Reference")]
public sealed class SchedulerReferenceTests
{
    [Theory]
    [ReferenceData("diffusion", "ddim.json")]
    public void Ddim(ReferenceCase example) => Follows(new Ddim(), example);

    [Theory]
    [ReferenceData("diffusion", "dpmsolver-multistep.json")]
    public void Dpm_solver_multistep(ReferenceCase example) => Follows(new DpmSolverMultistep(), example);

    [Theory]
    [ReferenceData("diffusion", "ddpm.json")]
    public void Ddpm(ReferenceCase example) => Follows(new Ddpm(), example);

    [Theory]
    [ReferenceData("diffusion", "euler.json")]
    public void Euler(ReferenceCase example) => Follows(new Euler(), example);

    [Theory]
    [ReferenceData("diffusion", "euler-ancestral.json")]
    public void Euler_ancestral(ReferenceCase example) => Follows(new EulerAncestral(), example);

    [Theory]
    [ReferenceData("diffusion", "heun.json")]
    public void Heun(ReferenceCase example) => Follows(new Heun(), example);

    [Theory]
    [ReferenceData("diffusion", "lms.json")]
    public void Linear_multistep(ReferenceCase example) => Follows(new Lms(), example);

    [Theory]
    [ReferenceData("diffusion", "pndm.json")]
    public void Pndm(ReferenceCase example) => Follows(new Pndm(), example);

    [Theory]
    [ReferenceData("diffusion", "dpmsolver-sde-multistep.json")]
    public void Dpm_solver_sde_multistep(ReferenceCase example)
    {
        Follows(new DpmSolverSdeMultistep(), example);
        Follows(new DpmSolverMultistep(), example);
    }

    [Theory]
    [ReferenceData("diffusion", "dpmsolver-singlestep.json")]
    public void Dpm_solver_singlestep(ReferenceCase example) => Follows(new DpmSolverSinglestep(), example);

    [Theory]
    [ReferenceData("diffusion", "deis.json")]
    public void Deis(ReferenceCase example) => Follows(new Deis(), example);

    [Theory]
    [ReferenceData("diffusion", "unipc.json")]
    public void Uni_pc(ReferenceCase example) => Follows(new UniPc(), example);

    [Theory]
    [ReferenceData("diffusion", "lcm.json")]
    public void Lcm(ReferenceCase example) => Follows(new Lcm(), example);

    [Theory]
    [ReferenceData("diffusion", "flow-match-heun.json")]
    public void Flow_match_heun(ReferenceCase example) => Follows(new FlowMatchHeun(), example);

    [Theory]
    [ReferenceData("diffusion", "flow-match-euler.json")]
    public void Flow_match_euler(ReferenceCase example) => Follows(new FlowMatchEuler(), example);

    private static void Follows(Scheduler scheduler, ReferenceCase example)
    {
        var plan = scheduler.Plan(Config(example), example.Element.GetProperty("steps").GetInt32());
        var timesteps = example.Expected.Vector("timesteps");
        AssertTimesteps(example, timesteps, plan);
        AssertLevels(example, plan);

        var scales = example.Expected.Vector("inputScale");
        example.AssertClose(example.Expected.GetProperty("initNoiseSigma").GetDouble() * scales[0], plan.Start, "start");
        var sample = Array.ConvertAll(example.Inputs.Vector("noise"), x => plan.Start * x);
        var memory = new double[plan.Memory * sample.Length];
        var output = new double[sample.Length];
        var samples = example.Expected.Rows("samples");
        for (var i = 0; i < plan.Steps.Length; i++)
        {
            Network(example, timesteps[i], sample, output);
            plan.Step(i, sample, output, memory, Draw(example, i));

            // Samples here are what the network sees; those of the file are scaled to it before each call.
            AssertSample(example, samples[i], sample, i + 1 < scales.Length ? scales[i + 1] : 1, $"sample {i}");
        }

        AssertSample(example, example.Expected.Vector("final"), sample, 1, "final");
    }

    // The example's own options over the file's defaults; options of the step and of the schedule are options too here.
    private static JsonElement Config(ReferenceCase example)
    {
        var config = new JsonObject();
        JsonElement?[] layers = [example.Header.GetProperty("schedulerDefaults"), Member(example, "config"), Member(example, "stepArguments"), Member(example, "scheduleArguments")];
        foreach (var member in layers.OfType<JsonElement>().SelectMany(layer => layer.EnumerateObject()))
        {
            config[member.Name] = JsonNode.Parse(member.Value.GetRawText());
        }

        return JsonSerializer.SerializeToElement(config);
    }

    private static JsonElement? Member(ReferenceCase example, string name) =>
        example.Element.TryGetProperty(name, out var value) ? value : null;

    // e(x, t) = a·x + b·sin(c·x + d·t/1000)
    private static void Network(ReferenceCase example, double timestep, double[] sample, double[] output)
    {
        var network = example.Element.GetProperty("network");
        var (a, b) = (network.GetProperty("a").GetDouble(), network.GetProperty("b").GetDouble());
        var (c, d) = (network.GetProperty("c").GetDouble(), network.GetProperty("d").GetDouble());
        for (var i = 0; i < sample.Length; i++)
        {
            output[i] = (a * sample[i]) + (b * Math.Sin((c * sample[i]) + (d * timestep / 1000)));
        }
    }

    private static double[] Draw(ReferenceCase example, int step) =>
        example.Inputs.TryGetProperty("draws", out var draws) && draws[step].ValueKind == JsonValueKind.Array ? draws[step].Vector() : [];

    private static void AssertTimesteps(ReferenceCase example, double[] expected, SamplingPlan plan)
    {
        Assert.Equal(expected.Length, plan.Steps.Length);

        // Timesteps that hang on the last bit before truncation are named by a note: there one off is allowed.
        var slack = example.Element.TryGetProperty("notes", out var notes) && notes.GetRawText().Contains("truncated", StringComparison.Ordinal) ? 1.0 : 0;
        for (var i = 0; i < expected.Length; i++)
        {
            var allowed = slack + (1e-9 * (1 + Math.Abs(expected[i])));
            Assert.InRange(plan.Steps[i].Timestep, expected[i] - allowed, expected[i] + allowed);
        }
    }

    private static void AssertLevels(ReferenceCase example, SamplingPlan plan)
    {
        if (example.Expected.TryGetProperty("alphasCumprod", out var alphas))
        {
            for (var i = 0; i < plan.Steps.Length; i++)
            {
                example.AssertClose(alphas[i].GetDouble(), plan.Steps[i].From.Signal * plan.Steps[i].From.Signal, $"alpha {i}");
            }
        }

        if (example.Expected.TryGetProperty("sigmas", out var sigmas))
        {
            var isFlow = !example.Element.GetProperty("config").TryGetProperty("beta_schedule", out _);
            for (var i = 0; i <= plan.Steps.Length; i++)
            {
                var level = i < plan.Steps.Length ? plan.Steps[i].From : plan.Steps[^1].To;
                example.AssertClose(sigmas[i].GetDouble(), isFlow ? level.Noise : level.Noise / level.Signal, $"sigma {i}");
            }
        }
    }

    private static void AssertSample(ReferenceCase example, double[] expected, double[] actual, double factor, string what)
    {
        var scale = factor * expected.Max(Math.Abs);
        for (var i = 0; i < expected.Length; i++)
        {
            example.AssertClose(factor * expected[i], actual[i], $"{what}[{i}]", scale);
        }
    }
}
