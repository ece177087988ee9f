using System.Collections.Concurrent;
using Ranking.Engine.Diffusion;
using Ranking.Engine.Guidances;
using Ranking.Engine.Schedulers;

namespace Ranking.Engine.Tests.Diffusion;

/// <summary>The pipeline over networks whose formulas a test can repeat.</summary>
public sealed class DiffusionPipelineTests
{
    private const string Flow = """{ "_class_name": "FlowMatchEulerDiscreteScheduler", "shift": 2.0 }""";
    private const string Solver = """
        { "_class_name": "DPMSolverMultistepScheduler", "beta_schedule": "scaled_linear", "beta_start": 0.00085, "beta_end": 0.012,
          "prediction_type": "v_prediction", "lambda_min_clipped": -Infinity }
        """;

    private static readonly Catalog<Scheduler> Schedulers = new();
    private static readonly Device Cpu = Device.Choose("cpu", 1);

    [Theory]
    [InlineData("text-int32", "unet-int64-one", "decoder", TinyModel.DdimConfig, 0.6)] // Stable Diffusion 1.5
    [InlineData("text-int64", "unet-float-steps", "decoder", Solver, 0.6)] // Stable Diffusion 2.1
    [InlineData("text-int64", "unet-int64-scalar", "decoder", TinyModel.DdimConfig, 0.6)]
    [InlineData("text-int64", "unet-float-batch", "decoder", Flow, 0.6)]
    [InlineData("text-int64-half", "unet-half", "decoder-half", Flow, 2)] // half precision all through
    public async Task Pictures_are_what_the_formulas_say(string text, string unet, string decoder, string scheduler, double tolerance)
    {
        using var model = new TinyModel(text, unet, decoder, scheduler);
        using var pipeline = Open(model);
        var request = Request(pipeline, steps: 7, guidance: 2.5);
        var latents = Latents(3, pipeline.Folder.Dimension);
        var pictures = await Draw(pipeline, latents, request);
        for (var i = 0; i < pictures.Length; i++)
        {
            var expected = Expected(pipeline, model, latents[i], request);
            Assert.Equal((16, 16), (pictures[i].Width, pictures[i].Height));
            Assert.All(expected.Zip(pictures[i].Rgb), pair => Assert.InRange(pair.Second, pair.First - tolerance, pair.First + tolerance));
        }
    }

    [Fact]
    public async Task Without_guidance_only_the_prompt_counts()
    {
        using var model = new TinyModel();
        using var pipeline = Open(model);
        var latents = Latents(1, pipeline.Folder.Dimension);
        var request = Request(pipeline, steps: 3, guidance: 1);
        var expected = Expected(pipeline, model, latents[0], request);
        var picture = Assert.Single(await Draw(pipeline, latents, request));
        Assert.All(expected.Zip(picture.Rgb), pair => Assert.InRange(pair.Second, pair.First - 0.6, pair.First + 0.6));
        Assert.Equal(picture.Rgb, Assert.Single(await Draw(pipeline, latents, request with { NegativePrompt = "a dog" })).Rgb);
    }

    [Fact]
    public async Task Progress_rises_to_one_and_each_picture_comes_once()
    {
        using var model = new TinyModel();
        using var pipeline = Open(model);
        var progress = new Recorder();
        var latents = Latents(5, pipeline.Folder.Dimension);
        var seen = new ConcurrentQueue<int>();
        await pipeline.DrawAsync(latents.SelectMany(l => l).ToArray(), 5, Request(pipeline, 4, 2), (i, _) => seen.Enqueue(i), progress);
        Assert.Equal([0, 1, 2, 3, 4], seen);
        Assert.Equal(progress.Values.Order(), progress.Values);
        Assert.Equal(1, progress.Values[^1]);
        Assert.Equal(5, progress.Values.Count);
    }

    [Fact]
    public async Task Cancelling_between_steps_stops_the_work()
    {
        using var model = new TinyModel();
        using var pipeline = Open(model);
        using var cancel = new CancellationTokenSource();
        var progress = new Recorder(value =>
        {
            if (value > 0.3)
            {
                cancel.Cancel();
            }
        });
        var latents = Latents(2, pipeline.Folder.Dimension).SelectMany(l => l).ToArray();
        var request = Request(pipeline, 10, 2);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            pipeline.DrawAsync(latents, 2, request, (_, _) => Assert.Fail("No picture is finished."), progress, cancel.Token));
        Assert.InRange(progress.Values[^1], 0.3, 0.5);

        // The pipeline is as good as new.
        await pipeline.DrawAsync(latents, 2, request, (_, _) => { });
    }

    [Fact]
    public async Task Several_callers_take_turns()
    {
        using var model = new TinyModel();
        using var pipeline = Open(model);
        var request = Request(pipeline, 3, 2);
        var latents = Latents(4, pipeline.Folder.Dimension);
        var alone = await Draw(pipeline, latents, request);
        var together = await Task.WhenAll(latents.Select(latent => Draw(pipeline, [latent], request)));
        Assert.All(alone.Zip(together), pair => Assert.Equal(pair.First.Rgb, pair.Second[0].Rgb));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2.5)]
    public async Task What_memory_does_not_hold_at_once_is_drawn_in_smaller_batches(double guidance)
    {
        using var plain = new TinyModel();
        using var hungry = new TinyModel(unet: "unet-hungry");
        using var roomy = Open(plain);
        using var narrow = Open(hungry);
        var latents = Latents(5, roomy.Folder.Dimension);
        var expected = await Draw(roomy, latents, Request(roomy, 3, guidance));
        var drawn = await Draw(narrow, latents, Request(narrow, 3, guidance));
        Assert.All(expected.Zip(drawn), pair => Assert.Equal(pair.First.Rgb, pair.Second.Rgb));
    }

    private static DiffusionPipeline Open(TinyModel model)
    {
        var folder = ModelFolder.Read(model.File(), "tiny", Schedulers);
        Assert.Null(folder.Problem);
        return new DiffusionPipeline(folder, Cpu, Schedulers);
    }

    private static PictureRequest Request(DiffusionPipeline pipeline, int steps, double guidance) =>
        new("a photo of a cat", "the night", pipeline.Folder.Sampler, steps, new GuidanceSettings { Scale = guidance });

    private static double[][] Latents(int count, int dimension)
    {
        var latents = new double[count][];
        for (var i = 0; i < count; i++)
        {
            latents[i] = new double[dimension];
            Noise.Philox(3, Purpose.Begin, 0).Normal(i, latents[i]);
        }

        return latents;
    }

    private static async Task<Picture[]> Draw(DiffusionPipeline pipeline, double[][] latents, PictureRequest request)
    {
        var pictures = new Picture[latents.Length];
        await pipeline.DrawAsync(latents.SelectMany(l => l).ToArray(), latents.Length, request, (i, picture) => pictures[i] = picture);
        return pictures;
    }

    // The whole pipeline once more, number by number, from the formulas in make_models.py.
    private static double[] Expected(DiffusionPipeline pipeline, TinyModel model, double[] latent, PictureRequest request)
    {
        var tokenizer = Tokenizer.Load(model.File("tokenizer"));
        var (with, without) = (Mean(tokenizer, request.Prompt), Mean(tokenizer, request.NegativePrompt));
        var plan = Schedulers[request.Sampler].Plan(pipeline.Folder.SchedulerConfig, request.Steps);
        double[] sample = [.. latent];
        var memory = new double[plan.Memory * sample.Length];
        for (var i = 0; i < plan.Steps.Length; i++)
        {
            var text = without + (request.Guidance.Scale * (with - without));
            plan.Step(i, sample, Array.ConvertAll(sample, x => (0.5 * x) + (0.25 * plan.Steps[i].Timestep / 1000) + text), memory, []);
        }

        var rgb = new double[3 * 16 * 16];
        for (var i = 0; i < rgb.Length; i++)
        {
            var (channel, x, y) = (i % 3, i / 3 % 16, i / 48);
            rgb[i] = Math.Clamp(127.5 * ((sample[(64 * channel) + (8 * (y / 2)) + (x / 2)] / TinyModel.ScalingFactor) + 1), 0, 255);
        }

        return rgb;
    }

    private static double Mean(Tokenizer tokenizer, string prompt) =>
        tokenizer.Encode(prompt).Average(id => Enumerable.Range(1, 8).Average(k => Math.Sin(0.1 * k * id)));

    private sealed class Recorder(Action<double>? then = null) : IProgress<double>
    {
        public List<double> Values { get; } = [];

        public void Report(double value)
        {
            Values.Add(value);
            then?.Invoke(value);
        }
    }
}
