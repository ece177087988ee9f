using System.Globalization;

namespace Ranking.Engine.Tests.Diffusion;

/// <summary>
/// A model folder put together from the tiny networks of <c>Fixtures/make_models.py</c>: latents of 4×8×8, pictures of
/// 16×16, and formulas simple enough to be repeated by a test.
/// </summary>
internal sealed class TinyModel : IDisposable
{
    public const double ScalingFactor = 0.5;

    private readonly TemporaryFolder _root = new();

    public TinyModel(string text = "text-int64", string unet = "unet-int64-one", string decoder = "decoder", string scheduler = DdimConfig)
    {
        Put("tokenizer", "vocab.json", Path.Combine("Reference", "diffusion", "tokenizer-vocab.json"));
        Put("tokenizer", "merges.txt", Path.Combine("Reference", "diffusion", "tokenizer-merges.txt"));
        Put("text_encoder", "model.onnx", Path.Combine("Fixtures", text + ".onnx"));
        Put("unet", "model.onnx", Path.Combine("Fixtures", unet + ".onnx"));
        Put("vae_decoder", "model.onnx", Path.Combine("Fixtures", decoder + ".onnx"));
        Write("""{ "in_channels": 4, "sample_size": 8 }""", "unet", "config.json");
        Write($$"""{ "sample_size": 16, "scaling_factor": {{ScalingFactor.ToString(CultureInfo.InvariantCulture)}} }""", "vae_decoder", "config.json");
        Write(scheduler, "scheduler", "scheduler_config.json");
    }

    public const string DdimConfig = """
        { "_class_name": "DDIMScheduler", "beta_schedule": "scaled_linear", "beta_start": 0.00085, "beta_end": 0.012,
          "clip_sample": false, "set_alpha_to_one": false, "steps_offset": 1, "prediction_type": "epsilon" }
        """;

    /// <summary>A model like Stable Diffusion XL: two text encoders, pooled prompt, picture sizes.</summary>
    public static TinyModel Sized()
    {
        var model = new TinyModel("text-pooling-8", "unet-sized");
        model.PutSecondEncoder();
        return model;
    }

    /// <summary>A model like Stable Diffusion 3 without its third encoder: a transformer that takes wide rows and both pooled prompts.</summary>
    public static TinyModel Joint()
    {
        var model = new TinyModel("text-pooling-8", "unet-sized", scheduler: """{ "_class_name": "FlowMatchEulerDiscreteScheduler", "shift": 3.0 }""");
        model.PutSecondEncoder();
        Directory.Delete(model.File("unet"), true);
        model.Put("transformer", "model.onnx", Path.Combine("Fixtures", "transformer.onnx"));
        model.Write("""{ "in_channels": 4, "sample_size": 8 }""", "transformer", "config.json");
        return model;
    }

    /// <summary>The model root: the model below it is called <c>tiny</c>.</summary>
    public string Root => _root.Path;

    public string File(params ReadOnlySpan<string> parts) => _root.File(["tiny", .. parts]);

    public void Write(string text, params ReadOnlySpan<string> parts)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(File(parts))!);
        System.IO.File.WriteAllText(File(parts), text);
    }

    /// <summary>Adds a classifier that tells class 1 from class 0 by the mean of all numbers.</summary>
    public void WriteClassifier(string fixture, string dark, string bright)
    {
        Put("classifier", "model.onnx", Path.Combine("Fixtures", fixture + ".onnx"));
        Write($$"""{ "id2label": { "0": "{{dark}}", "1": "{{bright}}" } }""", "classifier", "config.json");
    }

    /// <summary>Adds an encoder for pictures, the inverse of the decoder on pictures that come from it.</summary>
    public void PutEncoder() => Put("vae_encoder", "model.onnx", Path.Combine("Fixtures", "encoder.onnx"));

    public void Dispose() => _root.Dispose();

    private void PutSecondEncoder()
    {
        Put("tokenizer_2", "vocab.json", Path.Combine("Reference", "diffusion", "tokenizer-vocab.json"));
        Put("tokenizer_2", "merges.txt", Path.Combine("Reference", "diffusion", "tokenizer-merges.txt"));
        Put("text_encoder_2", "model.onnx", Path.Combine("Fixtures", "text-pooling-6.onnx"));
    }

    public void Put(string folder, string name, string fixture)
    {
        Directory.CreateDirectory(File(folder));
        System.IO.File.Copy(Path.Combine(AppContext.BaseDirectory, fixture), File(folder, name));
    }
}
