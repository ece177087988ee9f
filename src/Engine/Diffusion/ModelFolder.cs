using System.Text.Json;
using System.Text.Json.Nodes;
using Ranking.Engine.Schedulers;

namespace Ranking.Engine.Diffusion;

/// <summary>
/// A diffusion model in the ONNX layout of Hugging Face: <c>tokenizer/</c>, <c>text_encoder/</c> and where there are two of
/// them <c>tokenizer_2/</c>, <c>text_encoder_2/</c>; <c>unet/</c> or <c>transformer/</c>; <c>vae_decoder/</c>,
/// <c>scheduler/</c>, and optionally <c>ranking.json</c> with a title and defaults.
/// </summary>
public sealed record ModelFolder
{
    // Far beyond all models there are: what a broken file says must not take the server's memory or time.
    private const int LargestPicture = 1 << 14;
    private const int MostChannels = 1 << 8;
    private const int MostColumns = 1 << 14;
    private const int MostSteps = 250;

    private static readonly string[] Networks = ["text_encoder", "unet", "transformer", "vae_decoder"];

    /// <summary>The folder's path below its model root, with slashes: what settings call it.</summary>
    public required string Name { get; init; }

    /// <summary>Where it is.</summary>
    public required string Location { get; init; }

    /// <summary>Its name for people.</summary>
    public required string Title { get; init; }

    /// <summary>One sentence about it.</summary>
    public string Description { get; init; } = "";

    /// <summary>The pictures' width in pixels.</summary>
    public int Width { get; init; }

    /// <summary>The pictures' height in pixels.</summary>
    public int Height { get; init; }

    /// <summary>Channels, rows and columns of a latent.</summary>
    public IReadOnlyList<int> LatentShape { get; init; } = [0, 0, 0];

    /// <summary>The latent is divided by this before it is decoded.</summary>
    public double ScalingFactor { get; init; } = 0.18215;

    /// <summary>Added to the latent before it is decoded.</summary>
    public double ShiftFactor { get; init; }

    /// <summary>The folder of the denoiser: <c>unet</c> or <c>transformer</c>.</summary>
    public string Denoiser => Directory.Exists(PathOf("transformer")) ? "transformer" : "unet";

    /// <summary>The folders of the text encoders and of their tokenizers.</summary>
    public IReadOnlyList<(string Encoder, string Tokenizer)> TextEncoders =>
        Directory.Exists(PathOf("text_encoder_2"))
            ? [("text_encoder", "tokenizer"), ("text_encoder_2", "tokenizer_2")]
            : [("text_encoder", "tokenizer")];

    /// <summary>Whether an empty prompt means no conditioning at all, as a model with two text encoders may ask for.</summary>
    public bool EmptyPromptIsZero { get; init; }

    /// <summary>Numbers by which a denoiser is told the strength of guidance; 0 where the file does not say.</summary>
    public int GuidanceColumns { get; init; }

    /// <summary>The key of the sampler that the folder asks for.</summary>
    public string Sampler { get; init; } = "";

    /// <summary>The keys of the samplers that fit.</summary>
    public IReadOnlyList<string> Samplers { get; init; } = [];

    /// <summary>The content of <c>scheduler_config.json</c>.</summary>
    public JsonElement SchedulerConfig { get; init; }

    /// <summary>Timesteps that were searched for this model, from its folder <c>presets/</c>.</summary>
    public IReadOnlyList<SamplerPreset> Presets { get; init; } = [];

    /// <summary>The default prompt.</summary>
    public string Prompt { get; init; } = "";

    /// <summary>How many of a prompt's tokens it was trained to read; 0 for all that fit.</summary>
    public int PromptTokens { get; init; }

    /// <summary>Prompts to try, for the page.</summary>
    public IReadOnlyList<string> Prompts { get; init; } = [];

    /// <summary>The default negative prompt.</summary>
    public string NegativePrompt { get; init; } = "";

    /// <summary>The default number of steps.</summary>
    public int Steps { get; init; } = 20;

    /// <summary>The default strength of guidance.</summary>
    public double Guidance { get; init; } = 7.5;

    /// <summary>Why it cannot be used, in one sentence; null when it can.</summary>
    public string? Problem { get; init; }

    /// <summary>Numbers per latent.</summary>
    public int Dimension => LatentShape[0] * LatentShape[1] * LatentShape[2];

    /// <summary>Whether a folder looks like a model, whole or not.</summary>
    public static bool IsModel(string path) =>
        File.Exists(Path.Combine(path, "model_index.json")) || Networks.Count(n => Directory.Exists(Path.Combine(path, n))) >= 2;

    /// <summary>Reads a folder; what is wrong with it goes into <see cref="Problem"/>.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="name">What settings call it.</param>
    /// <param name="schedulers">The samplers there are.</param>
    public static ModelFolder Read(string path, string name, Catalog<Scheduler> schedulers)
    {
        var folder = new ModelFolder { Name = name, Location = path, Title = name };
        try
        {
            folder = folder.WithOwnDefaults(JsonFile.ReadOptional(folder.PathOf("ranking.json")));
            folder = folder.WithSizes();
            folder = folder.WithScheduler(schedulers) with { Presets = SamplerPreset.ReadAll(folder) };
            foreach (var (_, tokenizer) in folder.TextEncoders)
            {
                Tokenizer.Load(folder.PathOf(tokenizer));
            }

            foreach (var network in (IEnumerable<string>)[.. folder.TextEncoders.Select(part => part.Encoder), folder.Denoiser, "vae_decoder"])
            {
                if (OnnxFile.Problem(folder.PathOf(network, "model.onnx")) is { } problem)
                {
                    return folder with { Problem = $"{network}/model.onnx {problem}." };
                }
            }

            return folder;
        }
        catch (InvalidDataException error)
        {
            return folder with { Problem = error.Message };
        }
    }

    /// <summary>A path inside the folder.</summary>
    public string PathOf(params ReadOnlySpan<string> parts) => Path.Combine([Location, .. parts]);

    private ModelFolder WithOwnDefaults(JsonElement own) => this with
    {
        Title = own.Text("title") ?? Title,
        Description = own.Text("description") ?? Description,
        Width = own.Whole("width", 1, LargestPicture) ?? 0,
        Height = own.Whole("height", 1, LargestPicture) ?? 0,
        Prompt = own.Text("prompt") ?? Prompt,
        Prompts = own.Has("prompts", out var prompts) && prompts.ValueKind == JsonValueKind.Array
            ? [.. prompts.EnumerateArray().Where(p => p.ValueKind == JsonValueKind.String).Select(p => p.GetString()!)]
            : [],
        PromptTokens = own.Whole("promptTokens", 1, MostColumns) ?? 0,
        NegativePrompt = own.Text("negativePrompt") ?? NegativePrompt,
        Steps = own.Whole("steps", 1, MostSteps) ?? Steps,
        Guidance = own.Number("guidance") ?? Guidance,
    };

    // Where the exporter left no config.json the sizes are those of Stable Diffusion 1.
    private ModelFolder WithSizes()
    {
        var unet = JsonFile.ReadOptional(PathOf(Denoiser, "config.json"));
        var index = JsonFile.ReadOptional(PathOf("model_index.json"));
        var decoder = JsonFile.ReadOptional(PathOf("vae_decoder", "config.json"));
        var latent = unet.Whole("sample_size", 1, LargestPicture) ?? 64;
        var factor = (int)Math.Max(1, Math.Round((decoder.Whole("sample_size", 1, LargestPicture) ?? 8.0 * latent) / latent));
        var (width, height) = (Width > 0 ? Width : latent * factor, Height > 0 ? Height : latent * factor);
        return width % factor != 0 || height % factor != 0
            ? throw new InvalidDataException($"The pictures' size {width}×{height} is not a multiple of {factor}.")
            : this with
            {
                Width = width,
                Height = height,
                LatentShape = [unet.Whole("in_channels", 1, MostChannels) ?? 4, height / factor, width / factor],
                ScalingFactor = decoder.Number("scaling_factor") ?? ScalingFactor,
                ShiftFactor = decoder.Number("shift_factor") ?? ShiftFactor,
                GuidanceColumns = unet.Whole("time_cond_proj_dim", 0, MostColumns) ?? 0,
                EmptyPromptIsZero = index.Has("force_zeros_for_empty_prompt", out var zeros) && zeros.ValueKind == JsonValueKind.True,
            };
    }

    private ModelFolder WithScheduler(Catalog<Scheduler> schedulers)
    {
        var config = JsonFile.Read(PathOf("scheduler", "scheduler_config.json"));
        var asked = config.Text("_class_name") ?? "";
        var isFlow = asked.StartsWith("FlowMatch", StringComparison.Ordinal) || config.Text("prediction_type") == "flow_prediction";
        string[] fitting = [.. schedulers.Entries.Select(e => e.Key).Where(key => schedulers[key].IsFlow == isFlow)];
        var own = Array.Find(fitting, key => schedulers[key].Names.Contains(asked)) ?? (isFlow ? "flow-match-euler" : "ddim");
        if (!config.Has("clip_sample", out _) && !schedulers["ddim"].Names.Contains(asked))
        {
            // Another sampler's file does not mention the clipping that DDIM does unless told otherwise; latents have no bounds.
            var open = JsonObject.Create(config)!;
            open["clip_sample"] = false;
            config = JsonSerializer.SerializeToElement(open);
        }

        var read = this with { SchedulerConfig = config, Sampler = own, Samplers = fitting };
        schedulers[own].Plan(config, 1);
        return read;
    }
}
