using Ranking.Engine.Diffusion;
using Ranking.Engine.Guidances;
using Ranking.Engine.Schedulers;

namespace Ranking.Engine.Tests.Diffusion;

/// <summary>The layouts beside plain Stable Diffusion, over networks whose formulas are in <c>Fixtures/make_models.py</c>.</summary>
public sealed class LayoutsTests
{
    private const string Prompt = "a photo of a cat";
    private const string Negative = "the night";

    private static readonly Catalog<Scheduler> Schedulers = new();
    private static readonly Device Cpu = Device.Choose("cpu", 1);

    [Fact]
    public async Task Two_encoders_sizes_and_a_pooled_prompt_are_given_as_Stable_Diffusion_XL_takes_them()
    {
        using var model = TinyModel.Sized();
        await Agrees(model, ConditioningKind.Sized, 2.5, prompt => Hidden(model, prompt) + (0.1 * Pooled(model, prompt, 6)) + (0.001 * 4 * 16 / 6));
    }

    [Fact]
    public async Task An_empty_prompt_is_zero_where_the_model_says_so()
    {
        using var model = TinyModel.Sized();
        model.Write("""{ "force_zeros_for_empty_prompt": true }""", "model_index.json");
        await Agrees(
            model, ConditioningKind.Sized, 2.5,
            prompt => (prompt.Length == 0 ? 0 : Hidden(model, prompt) + (0.1 * Pooled(model, prompt, 6))) + (0.001 * 4 * 16 / 6), negative: "");
    }

    [Fact]
    public async Task A_transformer_takes_wide_rows_and_both_pooled_prompts_as_Stable_Diffusion_3_does()
    {
        using var model = TinyModel.Joint();

        // 14 of 16 columns are filled in the first half of the rows; the pooled vectors of 8 and 6 numbers stand side by side.
        await Agrees(
            model, ConditioningKind.Joint, 2.5,
            prompt => (Hidden(model, prompt) * 14 / 16 / 2) + (0.1 * ((8 * Pooled(model, prompt, 8)) + (6 * Pooled(model, prompt, 6))) / 14));
    }

    [Fact]
    public async Task A_distilled_network_takes_the_guidance_as_an_input_and_needs_no_second_half()
    {
        using var model = new TinyModel(unet: "unet-scaled");
        var tokenizer = Tokenizer.Load(model.File("tokenizer"));
        double Mean(string prompt) => tokenizer.Encode(prompt).Average(id => Enumerable.Range(1, 8).Average(k => Math.Sin(0.1 * k * id)));
        await Agrees(model, ConditioningKind.Plain, 1.002, prompt => Mean(prompt) + (0.1 * Math.Sin(1000 * 0.002)), isGuided: false);
    }

    [Fact]
    public async Task Weights_in_a_second_file_are_found()
    {
        using var plain = new TinyModel();
        using var split = new TinyModel(unet: "unet-external");
        split.Put("unet", "model.onnx_data", Path.Combine("Fixtures", "unet-external.onnx_data"));
        Assert.Equal(await Draw(plain), await Draw(split));

        File.Delete(split.File("unet", "model.onnx_data"));
        var refusal = Assert.Throws<InvalidDataException>(() => Open(split));
        Assert.Contains("unet/model.onnx cannot be loaded", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("model.onnx_data", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_for_two_encoders_with_only_one_says_so()
    {
        using var model = TinyModel.Sized();
        Directory.Delete(model.File("text_encoder_2"), true);
        Assert.Contains("text_encoder_2", Assert.Throws<InvalidDataException>(() => Open(model)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_weight_of_one_changes_nothing_and_a_weight_of_zero_unsays_a_word()
    {
        using var model = new TinyModel();
        var plain = await Draw(model, "a photo of a cat");
        Assert.Equal(plain, await Draw(model, "a photo of a (cat:1)"));
        Assert.NotEqual(plain, await Draw(model, "a photo of a (cat:1.5)"));
        Assert.Equal(await Draw(model, "(cat:0)"), await Draw(model, "(dog:0)"));
    }

    [Fact]
    public async Task A_small_model_is_measured_when_it_is_loaded()
    {
        using var tiny = new TinyModel();
        using var models = new Models([tiny.Root], "cpu");
        Assert.Null(models.BatchDifference(models.Find("tiny")));
        using var lease = await models.OpenAsync(models.Find("tiny"));
        Assert.InRange(models.BatchDifference(models.Find("tiny"))!.Value, 0, 1);
        Assert.Equal((2, 2), lease.Pipeline.TokensOf("a a"));
        Assert.Equal((75, 90), lease.Pipeline.TokensOf(string.Join(' ', Enumerable.Repeat("a", 90))));
    }

    [Fact]
    public async Task A_model_that_was_trained_on_short_prompts_says_so()
    {
        using var tiny = new TinyModel();
        tiny.Write("""{ "promptTokens": 30 }""", "ranking.json");
        using var models = new Models([tiny.Root], "cpu");
        using var lease = await models.OpenAsync(models.Find("tiny"));
        Assert.Equal((30, 31), lease.Pipeline.TokensOf(string.Join(' ', Enumerable.Repeat("a", 31))));
        Assert.Equal((30, 30), lease.Pipeline.TokensOf(string.Join(' ', Enumerable.Repeat("a", 30))));
    }

    private static async Task Agrees(
        TinyModel model, ConditioningKind kind, double guidance, Func<string, double> conditioning, bool isGuided = true, string negative = Negative)
    {
        using var pipeline = Open(model);
        Assert.Equal(kind, Kind(model));
        var latent = new double[pipeline.Folder.Dimension];
        Noise.Philox(3, Purpose.Begin, 0).Normal(0, latent);
        var request = new PictureRequest(Prompt, negative, pipeline.Folder.Sampler, 5, new GuidanceSettings { Scale = guidance });
        Picture? picture = null;
        await pipeline.DrawAsync(latent, 1, request, (_, drawn) => picture = drawn);

        var text = isGuided ? conditioning(negative) + (guidance * (conditioning(Prompt) - conditioning(negative))) : conditioning(Prompt);
        var plan = Schedulers[request.Sampler].Plan(pipeline.Folder.SchedulerConfig, request.Steps);
        double[] sample = [.. latent];
        var memory = new double[plan.Memory * sample.Length];
        for (var i = 0; i < plan.Steps.Length; i++)
        {
            plan.Step(i, sample, Array.ConvertAll(sample, x => (0.5 * x) + (0.25 * plan.Steps[i].Timestep / 1000) + text), memory, []);
        }

        for (var i = 0; i < picture!.Rgb.Length; i++)
        {
            var (channel, x, y) = (i % 3, i / 3 % 16, i / 48);
            var expected = Math.Clamp(127.5 * ((sample[(64 * channel) + (8 * (y / 2)) + (x / 2)] / TinyModel.ScalingFactor) + 1), 0, 255);
            Assert.InRange(picture.Rgb[i], expected - 0.7, expected + 0.7);
        }
    }

    private static ConditioningKind Kind(TinyModel model)
    {
        using var denoiser = new Denoiser(ModelFolder.Read(model.File(), "tiny", Schedulers), Cpu);
        return denoiser.Kind;
    }

    private static async Task<byte[]> Draw(TinyModel model, string prompt = Prompt)
    {
        using var pipeline = Open(model);
        var latent = new double[pipeline.Folder.Dimension];
        Noise.Philox(3, Purpose.Begin, 0).Normal(0, latent);
        Picture? picture = null;
        await pipeline.DrawAsync(latent, 1, new PictureRequest(prompt, Negative, pipeline.Folder.Sampler, 4, new GuidanceSettings { Scale = 3 }), (_, drawn) => picture = drawn);
        return picture!.Rgb;
    }

    private static DiffusionPipeline Open(TinyModel model)
    {
        var folder = ModelFolder.Read(model.File(), "tiny", Schedulers);
        Assert.Null(folder.Problem);
        return new DiffusionPipeline(folder, Cpu, Schedulers);
    }

    // The mean of hidden_states.1 of both encoders, 8 and 6 columns, over tokens and columns.
    private static double Hidden(TinyModel model, string prompt) =>
        1 + (((8 * Sines(model, "tokenizer", prompt, 8)) + (6 * Sines(model, "tokenizer_2", prompt, 6))) / 14);

    // The mean of text_embeds of the encoder with so many columns.
    private static double Pooled(TinyModel model, string prompt, int columns) => 2 + Sines(model, columns == 8 ? "tokenizer" : "tokenizer_2", prompt, columns);

    private static double Sines(TinyModel model, string tokenizer, string prompt, int columns) =>
        Tokenizer.Load(model.File(tokenizer)).Encode(prompt).Average(id => Enumerable.Range(1, columns).Average(k => Math.Sin(0.1 * k * id)));
}
