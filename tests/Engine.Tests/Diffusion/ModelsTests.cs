using Ranking.Engine.Diffusion;
using Ranking.Engine.Schedulers;

namespace Ranking.Engine.Tests.Diffusion;

public sealed class ModelsTests
{
    [Fact]
    public void A_model_below_a_root_is_found_with_its_sizes_and_defaults()
    {
        using var tiny = new TinyModel();
        tiny.Write("""{ "title": "Tiny", "prompt": "a cat", "prompts": ["a cat", "a dog"], "steps": 4, "guidance": 2.5, "unknown": [1] }""", "ranking.json");
        using var models = new Models([tiny.Root, "/nowhere"], "cpu");
        var folder = Assert.Single(models.List());
        Assert.Null(folder.Problem);
        Assert.Equal(("tiny", "Tiny", 16, 16, 256), (folder.Name, folder.Title, folder.Width, folder.Height, folder.Dimension));
        Assert.Equal([4, 8, 8], folder.LatentShape);
        Assert.Equal("ddim", folder.Sampler);
        var schedulers = new Catalog<Scheduler>();
        Assert.Equal(schedulers.Entries.Select(e => e.Key).Where(key => !schedulers[key].IsFlow), folder.Samplers);
        Assert.Equal(("a cat", 4, 2.5), (folder.Prompt, folder.Steps, folder.Guidance));
        Assert.Equal(["a cat", "a dog"], folder.Prompts);
    }

    [Fact]
    public void A_folder_without_any_configuration_has_the_sizes_of_Stable_Diffusion_1()
    {
        using var tiny = new TinyModel();
        File.Delete(tiny.File("unet", "config.json"));
        File.Delete(tiny.File("vae_decoder", "config.json"));
        using var models = new Models([tiny.Root], "cpu");
        var folder = Assert.Single(models.List());
        Assert.Equal((512, 512, 4 * 64 * 64, 0.18215), (folder.Width, folder.Height, folder.Dimension, folder.ScalingFactor));
    }

    [Theory]
    [InlineData("PNDMScheduler", "pndm")]
    [InlineData("KarrasVeScheduler", "ddim")]
    [InlineData("DPMSolverMultistepScheduler", "dpm-solver-multistep")]
    [InlineData("FlowMatchEulerDiscreteScheduler", "flow-match-euler")]
    public void The_folder_chooses_its_sampler(string named, string sampler)
    {
        using var tiny = new TinyModel(scheduler: $$"""{ "_class_name": "{{named}}", "trained_betas": null }""");
        using var models = new Models([tiny.Root], "cpu");
        Assert.Equal(sampler, models.Find("tiny").Sampler);
    }

    public static TheoryData<string, Action<string>, string> Damages() => new()
    {
        { "unet/model.onnx", File.Delete, "unet/model.onnx is missing." },
        { "unet/model.onnx", Shorten, "unet/model.onnx is cut short." },
        { "vae_decoder/model.onnx", file => File.WriteAllText(file, "version https://git-lfs.github.com/spec/v1"), "vae_decoder/model.onnx is not an ONNX file." },
        { "text_encoder/model.onnx", file => File.WriteAllBytes(file, []), "text_encoder/model.onnx is empty." },
        { "tokenizer/vocab.json", File.Delete, "vocab.json" },
        { "tokenizer/vocab.json", Shorten, "vocab.json" },
        { "tokenizer/vocab.json", file => File.WriteAllText(file, """{ "a": 1 }"""), "<|startoftext|>" },
        { "tokenizer/merges.txt", file => File.WriteAllText(file, "#version: 0.2\na b c\n"), "merges.txt" },
        { "scheduler/scheduler_config.json", File.Delete, "scheduler/scheduler_config.json is missing." },
        { "scheduler/scheduler_config.json", Shorten, "scheduler/scheduler_config.json cannot be read" },
        { "scheduler/scheduler_config.json", file => File.WriteAllText(file, """{ "_class_name": "DDIMScheduler", "thresholding": true }"""), "thresholding" },
        { "ranking.json", file => File.WriteAllText(file, """{ "width": 17 }"""), "17×16" },
        { "ranking.json", file => File.WriteAllText(file, """{ "height": 1e12 }"""), "height 1000000000000" },
        { "ranking.json", file => File.WriteAllText(file, """{ "steps": 10000 }"""), "steps 10000; it must be a whole number from 1 to 250" },
        { "ranking.json", file => File.WriteAllText(file, """{ "steps": 0 }"""), "steps 0" },
        { "unet/config.json", file => File.WriteAllText(file, """{ "sample_size": 0 }"""), "sample_size 0" },
        { "unet/config.json", file => File.WriteAllText(file, """{ "in_channels": 2.5 }"""), "in_channels 2.5" },
        { "tokenizer", folder => Directory.Delete(folder, true), "vocab.json" },
    };

    [Theory]
    [MemberData(nameof(Damages))]
    public void A_damaged_folder_is_listed_with_what_is_wrong(string part, Action<string> damage, string said)
    {
        using var tiny = new TinyModel();
        damage(tiny.File(part));
        using var models = new Models([tiny.Root], "cpu");
        Assert.Contains(said, Assert.Single(models.List()).Problem, StringComparison.Ordinal);
        var refusal = Assert.Throws<SettingsException>(() => models.Find("tiny"));
        Assert.Contains(said, Assert.Single(refusal.Errors["model"]), StringComparison.Ordinal);
    }

    public static TheoryData<string, Action<string>, string> Broken() => new()
    {
        { "unet", Scramble, "unet/model.onnx cannot be loaded" },
        { "unet", file => File.Copy(file.Replace("unet", "vae_decoder", StringComparison.Ordinal), file, true), "unet/model.onnx takes latent_sample" },
        { "text_encoder", file => File.Copy(file.Replace("text_encoder", "unet", StringComparison.Ordinal), file, true), "text_encoder/model.onnx takes sample" },
        { "vae_decoder", file => File.Copy(file.Replace("vae_decoder", "unet", StringComparison.Ordinal), file, true), "vae_decoder/model.onnx takes sample" },
    };

    [Theory]
    [MemberData(nameof(Broken))]
    public async Task What_only_loading_can_show_is_said_then_and_the_next_try_may_succeed(string part, Action<string> damage, string said)
    {
        using var tiny = new TinyModel();
        var whole = File.ReadAllBytes(tiny.File(part, "model.onnx"));
        damage(tiny.File(part, "model.onnx"));
        using var models = new Models([tiny.Root], "cpu");
        var refusal = await Assert.ThrowsAsync<SettingsException>(() => models.OpenAsync(models.Find("tiny")));
        Assert.Contains(said, Assert.Single(refusal.Errors["model"]), StringComparison.Ordinal);

        File.WriteAllBytes(tiny.File(part, "model.onnx"), whole);
        using var lease = await models.OpenAsync(models.Find("tiny"));
    }

    [Fact]
    public async Task A_model_is_loaded_once()
    {
        using var tiny = new TinyModel();
        using var models = new Models([tiny.Root], "cpu");
        var opened = await Task.WhenAll(models.OpenAsync(models.Find("tiny")), models.OpenAsync(models.Find("tiny")));
        Assert.Same(opened[0].Pipeline, opened[1].Pipeline);
    }

    [Fact]
    public async Task A_model_is_let_go_of_when_nobody_has_used_it_for_some_minutes()
    {
        using var tiny = new TinyModel();
        var time = new ManualTime();
        using var models = new Models([tiny.Root], "cpu", time);
        var folder = models.Find("tiny");
        var (first, second) = (await models.OpenAsync(folder), await models.OpenAsync(folder));
        first.Dispose();
        first.Dispose();
        time.Advance(TimeSpan.FromHours(1));
        Assert.True(models.IsLoaded(folder));

        second.Dispose();
        time.Advance(TimeSpan.FromMinutes(4));
        Assert.True(models.IsLoaded(folder));
        time.Advance(TimeSpan.FromMinutes(2));
        Assert.False(models.IsLoaded(folder));
        Assert.NotNull(models.BatchDifference(folder));
        using var again = await models.OpenAsync(folder);
        Assert.NotSame(first.Pipeline, again.Pipeline);
    }

    [Fact]
    public void An_unknown_model_is_answered_with_the_known_ones()
    {
        using var tiny = new TinyModel();
        using var models = new Models([tiny.Root], "cpu");
        Assert.Contains("tiny", Assert.Throws<SettingsException>(() => models.Find("../tiny")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_device_says_what_it_is_and_why()
    {
        Assert.Equal(("cpu", "Networks run on the CPU with 3 threads (as configured)."), (Device.Choose("cpu", 3).Provider, Device.Choose("cpu", 3).Reason));
        var found = Device.Choose("auto", 2);
        Assert.Contains("CUDA", found.Reason, StringComparison.Ordinal);
        Assert.Equal(found, Device.Choose("cuda", 2));
        Assert.Throws<ArgumentException>(() => Device.Choose("tpu"));
    }

    private static void Shorten(string file) => File.WriteAllBytes(file, File.ReadAllBytes(file)[..^20]);

    private static void Scramble(string file)
    {
        var bytes = File.ReadAllBytes(file);
        for (var i = bytes.Length / 2; i < bytes.Length - 60; i++)
        {
            bytes[i] ^= 0x55;
        }

        File.WriteAllBytes(file, bytes);
    }
}
