using System.Text.Json;
using Ranking.Engine.Diffusion;
using Ranking.Engine.Guidances;
using Ranking.Engine.Schedulers;
using Ranking.Engine.Tests.Diffusion;

namespace Ranking.Engine.Tests.Guidances;

/// <summary>Guidances on a mixture whose first component is wanted.</summary>
public sealed class GuidanceTests
{
    private const int Count = 8;
    private const int Wide = 24;

    private static readonly Catalog<Guidance> Catalog = new();

    public static TheoryData<string> Keys() => [.. new Catalog<Guidance>().Entries.Select(entry => entry.Key)];

    [Fact]
    public void The_result_may_be_written_over_an_input()
    {
        double[] reference = [1, 2, -3];
        ClassifierFree.Combine(reference, [2, 0, -1], 3, 0, reference);
        Assert.Equal([4, -4, 3], reference);
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void At_scale_one_every_guidance_is_the_wanted_answer_alone(string key)
    {
        var plain = Run(new GuidanceSettings { Scale = 1 });
        var other = Run(new GuidanceSettings { Scale = 1, Method = key });
        Assert.Equal(plain.Samples, other.Samples);
        Assert.All(other.Calls, calls => Assert.Equal(20, calls));
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void No_guidance_calls_more_than_twice_a_step_and_all_stay_finite(string key)
    {
        var run = Run(new GuidanceSettings { Scale = 7, Method = key });
        Assert.All(run.Calls, calls => Assert.InRange(calls, 20, 40));
        Assert.All(run.Samples, x => Assert.True(double.IsFinite(x)));
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void A_sample_does_not_depend_on_its_company(string key)
    {
        var settings = new GuidanceSettings { Scale = 4, Method = key, NormLimit = 1 };
        var together = Run(settings);
        for (var i = 0; i < Count; i++)
        {
            Assert.Equal(together.Samples[(2 * i)..(2 * i + 2)], Run(settings, i, 1).Samples);
        }
    }

    [Fact]
    [Trait("Row", "170")]
    public void Projected_guidance_with_full_parallel_weight_is_classifier_free_guidance()
    {
        var projected = Run(new GuidanceSettings { Scale = 6, Method = "projected", ParallelWeight = 1, Momentum = 0 });
        var plain = Run(new GuidanceSettings { Scale = 6 });
        Assert.All(plain.Samples.Zip(projected.Samples), pair => Assert.Equal(pair.First, pair.Second, 1e-9));
    }

    [Fact]
    [Trait("Row", "170")]
    public void Projected_guidance_at_a_high_scale_saturates_less()
    {
        var projected = Run(new GuidanceSettings { Scale = 15, Method = "projected", ParallelWeight = 0, Momentum = 0 });
        var plain = Run(new GuidanceSettings { Scale = 15 });
        Assert.True(Saturation(projected.Samples) < Saturation(plain.Samples), $"{Saturation(projected.Samples)} of {Saturation(plain.Samples)}");

        static double Saturation(double[] samples) => samples.Sum(x => x * x);
    }

    [Fact]
    [Trait("Row", "185")]
    public void Adaptive_guidance_that_never_ends_is_classifier_free_guidance_and_counts_two_calls_a_step()
    {
        var adaptive = Run(new GuidanceSettings { Scale = 6, Method = "adaptive", Threshold = 1.01 });
        Assert.Equal(Run(new GuidanceSettings { Scale = 6 }).Samples, adaptive.Samples);
        Assert.All(adaptive.Calls, calls => Assert.Equal(40, calls));
    }

    [Fact]
    [Trait("Row", "185")]
    public void Adaptive_guidance_that_ends_at_once_counts_one_call_a_step_after_the_first() =>
        Assert.All(Run(new GuidanceSettings { Scale = 6, Method = "adaptive", Threshold = -1 }).Calls, calls => Assert.Equal(21, calls));

    [Fact]
    [Trait("Row", "185")]
    public void Linear_adaptive_guidance_comes_near_to_classifier_free_guidance_with_five_eighths_of_the_calls()
    {
        var plain = Run(new GuidanceSettings { Scale = 3 });
        var linear = Run(new GuidanceSettings { Scale = 3, Method = "linear-adaptive" });
        var unguided = Run(new GuidanceSettings { Scale = 1 });
        Assert.All(linear.Calls, calls => Assert.Equal(25, calls));
        Assert.True(Distance(linear, plain) < 0.2 * Distance(unguided, plain), $"{Distance(linear, plain)} of {Distance(unguided, plain)}");
    }

    [Fact]
    [Trait("Row", "185")]
    public void Linear_adaptive_guidance_is_exact_where_answers_are_linear_in_each_other()
    {
        var plan = Plan();
        var settings = new GuidanceSettings { Scale = 5, Method = "linear-adaptive" };
        var run = new GuidanceRun(settings, plan, 1, Wide);
        var (noise, other) = (new double[Wide], new double[Wide]);
        Noise.Philox(1, Purpose.Begin, 0).Normal(0, noise);
        Noise.Philox(1, Purpose.Begin, 0).Normal(1, other);
        double[] expected = [.. noise];
        var rehearsal = Catalog["linear-adaptive"].Rehearse(run)!;
        GuidedSampling.Run(plan, rehearsal, other, 1, Answer);
        GuidedSampling.Run(plan, Catalog["linear-adaptive"].Begin(run with { Rehearsed = rehearsal }), noise, 1, Answer);
        GuidedSampling.Run(plan, Catalog["classifier-free"].Begin(run), expected, 1, Answer);
        Assert.All(expected.Zip(noise), pair => Assert.Equal(pair.First, pair.Second, 2e-4 * (1 + Math.Abs(pair.First))));

        static void Answer(SamplingStep step, IReadOnlyList<Question> questions, ReadOnlySpan<double> samples, Span<double> answers)
        {
            foreach (var (i, question) in questions.Index())
            {
                for (var j = 0; j < Wide; j++)
                {
                    answers[(Wide * i) + j] = (question.Prompt == Prompt.Wanted ? 1 : 0.7) * Math.Sin(samples[j] + step.Timestep);
                }
            }
        }
    }

    [Fact]
    [Trait("Row", "194")]
    public void Guidance_by_a_classifier_makes_more_samples_that_it_takes_for_the_wanted_class()
    {
        const int Many = 200;
        int Recognised(GuidanceSettings settings)
        {
            var run = Run(settings, 0, Many);
            var shares = new double[3];
            return Enumerable.Range(0, Many).Count(i =>
            {
                Overlapping.Posterior(run.Samples.AsSpan(2 * i, 2), new NoiseLevel(1, 0), shares);
                return shares[0] == shares.Max();
            });
        }

        var (plain, guided) = (Recognised(new GuidanceSettings()), Recognised(new GuidanceSettings { Method = "classifier", Scale = 4 }));
        Assert.True(guided >= plain && guided > 0.95 * Many, $"{guided} of {plain}");
        Assert.True(plain < Many);
    }

    private static double Distance((double[] Samples, int[] Calls) a, (double[] Samples, int[] Calls) b) => Mixtures.Distance([a.Samples], [b.Samples]);

    // Components that overlap, so that a classifier is mistaken about some plain samples.
    private static GaussianMixture Overlapping { get; } = new(
        [0.4, 0.3, 0.3], [[0.8, 0], [-0.5, 0.7], [-0.5, -0.7]], [[0.25, 0, 0, 0.25], [0.25, 0, 0, 0.25], [0.25, 0, 0, 0.25]]);

    private static SamplingPlan Plan() => new Ddim().Plan(JsonDocument.Parse("""{ "clip_sample": false, "timestep_spacing": "trailing" }""").RootElement, 20);

    private static (double[] Samples, int[] Calls) Run(GuidanceSettings settings, int first = 0, int count = Count)
    {
        var (plan, guidance, mixture) = (Plan(), Catalog[settings.Method], Overlapping);
        var model = new MixtureModel(mixture, 0);
        var run = new GuidanceRun(settings, plan, count, 2) { Classifier = model };
        var (samples, other) = (Draws(7, first, count), Draws(8, 0, Count));
        if (guidance.Rehearse(run with { Count = Count }) is { } rehearsal)
        {
            GuidedSampling.Run(plan, rehearsal, other, Count, model.Answer);
            run = run with { Rehearsed = rehearsal };
        }

        return (samples, GuidedSampling.Run(plan, guidance.Begin(run), samples, count, model.Answer));
    }

    private static double[] Draws(ulong seed, int first, int count)
    {
        var draws = new double[2 * count];
        for (var i = 0; i < count; i++)
        {
            Noise.Philox(seed, Purpose.Begin, 0).Normal(first + i, draws.AsSpan(2 * i, 2));
        }

        return draws;
    }
}
