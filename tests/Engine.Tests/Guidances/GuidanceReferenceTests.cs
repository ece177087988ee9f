using System.Text.Json;
using Ranking.Engine.Guidances;
using Ranking.Engine.Schedulers;
using Ranking.Engine.Tests.Reference;

namespace Ranking.Engine.Tests.Guidances;

[Trait("Category", "Reference")]
public sealed class GuidanceReferenceTests
{
    private static readonly Catalog<Guidance> Catalog = new();

    [Theory]
    [ReferenceData("diffusion", "guidance-cfg.json")]
    public void Classifier_free_guidance_and_its_rescaled_form(ReferenceCase example)
    {
        var (unconditional, conditional) = (Tensor.Of(example.Inputs, "unconditional"), Tensor.Of(example.Inputs, "conditional"));
        foreach (var rescaled in example.Expected.GetProperty("rescaled").EnumerateArray())
        {
            Check(rescaled.GetProperty("phi").GetDouble(), Tensor.Of(rescaled, "guided").Data);
        }

        Check(0, Tensor.Of(example.Expected, "guided").Data);

        void Check(double rescale, double[] expected)
        {
            var guided = new double[expected.Length];
            for (var at = 0; at < guided.Length; at += conditional.Length)
            {
                ClassifierFree.Combine(
                    unconditional.Data.AsSpan(at, conditional.Length), conditional.Data.AsSpan(at, conditional.Length), example.Parameter("scale"), rescale,
                    guided.AsSpan(at, conditional.Length));
            }

            example.AssertClose(expected, guided, $"rescaled {rescale}");
        }
    }

    // The answers are clean estimates here.
    [Theory]
    [ReferenceData("diffusion", "guidance-apg.json")]
    public void Projected_guidance(ReferenceCase example)
    {
        var steps = example.Inputs.GetProperty("steps");
        var first = Tensor.Of(steps[0], "conditional");
        var guide = Guide("projected", Settings("apg", example.Parameters), steps.GetArrayLength(), first, Prediction.Clean);
        foreach (var (call, step) in steps.EnumerateArray().Index())
        {
            var expected = Tensor.Of(example.Expected.GetProperty("steps")[call], "guided");
            example.AssertClose(expected.Data, Combine(guide, call, Tensor.Of(step, "unconditional"), Tensor.Of(step, "conditional")).Guided, $"step {call}");
        }
    }

    [Theory]
    [ReferenceData("diffusion", "guidance-adaptive.json")]
    public void Adaptive_guidance(ReferenceCase example)
    {
        var steps = example.Inputs.GetProperty("steps");
        var first = Tensor.Of(steps[0], "conditional");
        var guide = Guide("adaptive", Settings("adaptive", example.Parameters), steps.GetArrayLength(), first, Prediction.Epsilon);
        foreach (var (call, step) in steps.EnumerateArray().Index())
        {
            var expected = example.Expected.GetProperty("steps")[call];
            var (guided, calls) = Combine(guide, call, Tensor.Of(step, "unconditional"), Tensor.Of(step, "conditional"));
            Assert.Equal(expected.GetProperty("calls").Wholes(), calls);
            example.AssertClose(Tensor.Of(expected, "guided").Data, guided, $"step {call}");
        }
    }

    [Theory]
    [ReferenceData("diffusion", "guidance-trajectories.json")]
    public void Whole_trajectories_with_every_guidance(ReferenceCase example)
    {
        var config = System.Text.Json.Nodes.JsonObject.Create(example.Element.GetProperty("schedule"))!;
        config["steps_offset"] = 1;
        config["clip_sample"] = false;
        config["set_alpha_to_one"] = false;
        var plan = new Ddim().Plan(JsonSerializer.SerializeToElement(config), example.Element.GetProperty("steps").GetInt32());
        var (starts, networks) = (example.Inputs.Rows("x"), example.Element.GetProperty("networks"));
        var samples = starts.SelectMany(row => row).ToArray();
        var kind = example.Element.GetProperty("guidance").GetString()!;
        var settings = Settings(kind, example.Parameters);
        var guide = Catalog[settings.Method].Begin(new GuidanceRun(settings, plan, starts.Length, starts[0].Length));
        var (expected, counts) = (example.Expected.GetProperty("samples"), example.Expected.GetProperty("calls"));
        var seen = new List<int[]>();
        var calls = GuidedSampling.Run(plan, guide, samples, starts.Length, Answer, call =>
        {
            example.AssertClose([.. expected[call].Rows().SelectMany(row => row)], samples, $"sample {call}");
            Assert.Equal(counts[call].Wholes(), seen[call]);
        });
        Assert.Equal(example.Expected.GetProperty("totalCalls").Wholes(), calls);

        void Answer(SamplingStep step, IReadOnlyList<Question> questions, ReadOnlySpan<double> all, Span<double> answers)
        {
            var (dimension, at) = (starts[0].Length, 0);
            seen.Add([.. Enumerable.Range(0, starts.Length).Select(sample => questions.Count(question => question.Sample == sample))]);
            foreach (var question in questions)
            {
                var network = networks.GetProperty(question.Prompt == Prompt.Wanted ? "cond" : "uncond");
                double Constant(string name) => network.GetProperty(name).GetDouble();
                foreach (var x in all.Slice(question.Sample * dimension, dimension))
                {
                    answers[at++] = (Constant("a") * x) + (Constant("b") * Math.Sin((Constant("c") * x) + (Constant("d") * step.Timestep / 1000)));
                }
            }
        }
    }

    private static GuidanceSettings Settings(string kind, JsonElement parameters)
    {
        double Of(string name, double otherwise = 0) => parameters.TryGetProperty(name, out var value) ? value.GetDouble() : otherwise;
        return new GuidanceSettings
        {
            Method = kind switch { "apg" => "projected", "cfg" or "rescale" => "classifier-free", _ => kind },
            Scale = Of("scale"),
            Rescale = Of("phi"),
            ParallelWeight = Of("eta"),
            Momentum = Of("momentum"),
            NormLimit = Of("normThreshold"),
            Threshold = Of("threshold"),
            SigmaLow = Of("sigmaLow"),
            SigmaHigh = Of("sigmaHigh"),
        };
    }

    private static Guide Guide(string key, GuidanceSettings settings, int calls, Tensor shape, Prediction prediction)
    {
        var level = NoiseLevel.OfAlpha(0.5);
        var step = TrainingSchedule.Call(prediction, 500, level, level);
        return Catalog[key].Begin(new GuidanceRun(settings, new SamplingPlan([.. Enumerable.Repeat(step, calls)]), shape.Count, shape.Length));
    }

    private static (double[] Guided, int[] Calls) Combine(Guide guide, int call, Tensor unconditional, Tensor conditional)
    {
        var (guided, calls) = (new double[conditional.Data.Length], new int[conditional.Count]);
        for (var sample = 0; sample < conditional.Count; sample++)
        {
            var isAsked = guide.Reference(call, sample) == Prompt.Negative;
            guide.Combine(call, sample, conditional.Row(sample), isAsked ? unconditional.Row(sample) : [], conditional.Row(sample), guided.AsSpan(sample * conditional.Length, conditional.Length));
            calls[sample] = isAsked ? 2 : 1;
        }

        return (guided, calls);
    }

    // Row-major, the first axis the batch.
    private sealed record Tensor(double[] Data, int Count)
    {
        public int Length => Data.Length / Count;

        public static Tensor Of(JsonElement parent, string name)
        {
            var element = parent.GetProperty(name);
            return new(element.Vector("data"), (int)element.GetProperty("shape")[0].GetDouble());
        }

        public ReadOnlySpan<double> Row(int sample) => Data.AsSpan(sample * Length, Length);
    }
}
