using System.Collections.Immutable;
using System.Text.Json;
using Ranking.Engine.Diffusion;
using Ranking.Engine.Schedulers;
using Ranking.Engine.Tests.Diffusion;

namespace Ranking.Engine.Tests.Schedulers;

public sealed class TimestepSearchTests
{
    [Fact]
    [Trait("Row", "31")]
    public async Task The_best_score_never_worsens_and_four_steps_become_better_than_uniform_ones()
    {
        var starts = Enumerable.Range(0, 16).Select(i =>
        {
            var start = new double[2];
            Noise.Philox(31, Purpose.Begin, 0).Normal(i, start);
            return start;
        }).ToArray();
        var truth = Ends(""" "timestep_spacing": "trailing" """, 200);
        var search = new TimestepSearch(4, timesteps => Task.FromResult(Mixtures.Distance(Ends($"\"timesteps\": [{string.Join(',', timesteps)}]", 4), truth)), Noise.Philox(1, Purpose.Scheduler, 0));
        var best = await search.RunAsync(8);
        var uniform = Mixtures.Distance(Ends($"\"timesteps\": [{string.Join(',', search.Uniform())}]", 4), truth);
        Assert.Equal(8, best.Length);
        Assert.All(best.Zip(best.Skip(1)), pair => Assert.True(pair.Second.Score <= pair.First.Score));
        Assert.True(best[0].Score <= uniform);
        Assert.True(best[^1].Score < 0.9 * uniform, $"{best[^1].Score} of {uniform}");

        double[][] Ends(string schedule, int steps)
        {
            var plan = new Ddim().Plan(JsonDocument.Parse($$"""{ "clip_sample": false, {{schedule}} }""").RootElement, steps);
            return [.. starts.Select(start => Mixtures.Sample(plan, Mixtures.Small, start))];
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(60)]
    public async Task Every_sequence_falls_within_bounds(int steps)
    {
        var seen = new List<ImmutableArray<int>>();
        var search = new TimestepSearch(steps, timesteps =>
        {
            seen.Add(timesteps);
            return Task.FromResult((double)timesteps.Sum());
        }, Noise.Philox(2, Purpose.Scheduler, 0))
        { TrainTimesteps = 64 };
        await search.RunAsync(5);
        Assert.All(seen, timesteps =>
        {
            Assert.Equal(steps, timesteps.Length);
            Assert.InRange(timesteps[0], 0, 63);
            Assert.All(timesteps.Zip(timesteps.Skip(1)), pair => Assert.True(pair.First > pair.Second && pair.Second >= 0));
        });
        Assert.Equal(seen.Count, seen.Select(timesteps => string.Join(',', timesteps)).Distinct().Count());
    }

    [Theory]
    [Trait("Row", "31")]
    [InlineData(PresetMeasure.Fidelity)]
    [InlineData(PresetMeasure.Distribution)]
    public async Task A_preset_is_saved_with_its_model_and_is_no_worse_than_uniform(PresetMeasure measure)
    {
        using var tiny = new TinyModel();
        using var models = new Models([tiny.Root], "cpu");
        var folder = models.Find("tiny");
        using var lease = await models.OpenAsync(folder);
        var pipeline = lease.Pipeline;
        var request = new PictureRequest("a cat", "", "ddim", 20, new());
        var preset = await new PresetSearch(pipeline, request, measure).RunAsync("four", 4, 3, seed: 5);
        Assert.True(preset.Score <= preset.UniformScore);
        preset.Save(folder);
        tiny.Write("{ }", "presets", "broken.json");
        var read = Assert.Single(models.Find("tiny").Presets);
        Assert.Equal(("four", "ddim", measure, preset.Score, 4), (read.Name, read.Sampler, read.Measure, read.Score, read.Timesteps.Length));
        Assert.Equal(4, pipeline.PlanOf(request with { Schedule = new(Timesteps: read.Setting) }).Steps.Length);
    }
}
