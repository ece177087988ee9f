using Ranking.Engine;
using Ranking.Engine.Diffusion;
using Ranking.Engine.Schedulers;

namespace Ranking.Benchmarks;

/// <summary>
/// A model folder of the size of Stable Diffusion 1.5 with random weights: latents of 4×64×64, text of 77×768, and a
/// denoiser of convolutions and attention at four resolutions with about as many weights and multiplications (860 million
/// and 340 billion a row) as its U-Net. Text encoder and decoder are small ones. It is gone when it is disposed of.
/// </summary>
internal sealed class LargeModel : IDisposable
{
    private const int Tokens = 77;
    private const int Columns = 768;

    // Edge, channels, convolutions and attention blocks of each resolution.
    private static readonly (int Edge, int Channels, int Convolutions, int Attentions)[] Levels =
        [(64, 320, 14, 4), (32, 640, 20, 4), (16, 1280, 20, 4), (8, 1280, 22, 0)];

    private readonly string _root = Directory.CreateTempSubdirectory("ranking-large-").FullName;

    public LargeModel(ModelFolder small)
    {
        // Gigabytes are not left behind when somebody loses patience.
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Dispose();
        var folder = Path.Combine(_root, "large");
        Directory.CreateDirectory(Path.Combine(folder, "tokenizer"));
        foreach (var file in Directory.EnumerateFiles(small.PathOf("tokenizer")).Where(file => !file.EndsWith("_config.json", StringComparison.Ordinal)))
        {
            File.Copy(file, Path.Combine(folder, "tokenizer", Path.GetFileName(file)));
        }

        Directory.CreateDirectory(Path.Combine(folder, "scheduler"));
        File.WriteAllText(
            Path.Combine(folder, "scheduler", "scheduler_config.json"),
            """{ "_class_name": "DDIMScheduler", "beta_schedule": "scaled_linear", "beta_start": 0.00085, "beta_end": 0.012, "clip_sample": false, "steps_offset": 1 }""");
        WriteTextEncoder(Path.Combine(folder, "text_encoder"));
        Parameters = WriteDenoiser(Path.Combine(folder, "unet"));
        WriteDecoder(Path.Combine(folder, "vae_decoder"));
        Folder = ModelFolder.Read(folder, "large", new Catalog<Scheduler>());
    }

    public ModelFolder Folder { get; }

    /// <summary>The denoiser's weights.</summary>
    public long Parameters { get; }

    public void Dispose()
    {
        if (Directory.Exists(_root))
        {
            Directory.Delete(_root, recursive: true);
        }
    }

    private static void WriteTextEncoder(string folder)
    {
        using var graph = new OnnxGraph(folder);
        var numbers = graph.Add("Cast", [graph.Input("input_ids", OnnxType.Int64, 0, Tokens)], null, ("to", (int)OnnxType.Float));
        var column = graph.Add("Sin", [graph.Add("Unsqueeze", [numbers, graph.Wholes(2)])]);
        graph.Output(graph.Add("MatMul", [column, graph.Weights(1, 1, Columns)]), "last_hidden_state", 0, Tokens, Columns);
        graph.Save();
    }

    private static long WriteDenoiser(string folder)
    {
        using var graph = new OnnxGraph(folder);
        var sample = graph.Input("sample", OnnxType.Float, 0, 4, 64, 64);
        var time = graph.Add("Cast", [graph.Input("timestep", OnnxType.Int64, 1)], null, ("to", (int)OnnxType.Float));
        var text = graph.Input("encoder_hidden_states", OnnxType.Float, 0, Tokens, Columns);
        var x = graph.Add("Add", [Convolve(graph, sample, 4, Levels[0].Channels), graph.Add("Mul", [time, graph.Numbers(0.001f)])]);
        for (var level = 0; level < Levels.Length; level++)
        {
            var (edge, channels, convolutions, attentions) = Levels[level];
            if (level > 0)
            {
                x = Convolve(graph, x, Levels[level - 1].Channels, channels, stride: 2);
            }

            for (var i = 0; i < convolutions; i++)
            {
                x = graph.Add("Add", [x, Convolve(graph, graph.Add("Mul", [x, graph.Add("Sigmoid", [x])]), channels, channels)]);
            }

            for (var i = 0; i < attentions; i++)
            {
                x = Attend(graph, x, text, channels, edge);
            }
        }

        var full = graph.Add("Resize", [x, "", graph.Numbers(1, 1, 8, 8)], null, ("mode", "nearest"));
        graph.Output(Convolve(graph, full, Levels[^1].Channels, 4), "out_sample", 0, 4, 64, 64);
        graph.Save();
        return graph.Parameters;
    }

    private static void WriteDecoder(string folder)
    {
        using var graph = new OnnxGraph(folder);
        var x = Convolve(graph, graph.Input("latent_sample", OnnxType.Float, 0, 4, 64, 64), 4, 128);
        x = graph.Add("Resize", [graph.Add("Relu", [x]), "", graph.Numbers(1, 1, 2, 2)], null, ("mode", "nearest"));
        x = graph.Add("Relu", [Convolve(graph, x, 128, 64)]);
        x = graph.Add("Resize", [x, "", graph.Numbers(1, 1, 4, 4)], null, ("mode", "nearest"));
        graph.Output(Convolve(graph, x, 64, 3), "sample", 0, 3, 512, 512);
        graph.Save();
    }

    private static string Convolve(OnnxGraph graph, string x, int from, int to, int stride = 1) =>
        graph.Add("Conv", [x, graph.Weights(9 * from, to, from, 3, 3)], null, ("pads", (int[])[1, 1, 1, 1]), ("strides", (int[])[stride, stride]));

    // A transformer block: attention of all places to each other and to the text, and a wide layer, each added to what was there.
    private static string Attend(OnnxGraph graph, string x, string text, int channels, int edge)
    {
        var rows = graph.Add("Transpose", [graph.Add("Reshape", [x, graph.Wholes(0, channels, -1)])], null, ("perm", (int[])[0, 2, 1]));
        rows = graph.Add("Add", [rows, Heads(graph, rows, rows, channels, channels)]);
        rows = graph.Add("Add", [rows, Heads(graph, rows, text, channels, Columns)]);
        var wide = graph.Add("MatMul", [rows, graph.Weights(channels, channels, 4 * channels)]);
        var gate = graph.Add("Sigmoid", [graph.Add("MatMul", [rows, graph.Weights(channels, channels, 4 * channels)])]);
        rows = graph.Add("Add", [rows, graph.Add("MatMul", [graph.Add("Mul", [wide, gate]), graph.Weights(4 * channels, 4 * channels, channels)])]);
        return graph.Add("Reshape", [graph.Add("Transpose", [rows], null, ("perm", (int[])[0, 2, 1])), graph.Wholes(0, channels, edge, edge)]);
    }

    private static string Heads(OnnxGraph graph, string asking, string asked, int channels, int columns)
    {
        const int heads = 8;
        var query = Split(asking, channels, [0, 2, 1, 3]);
        var key = Split(asked, columns, [0, 2, 3, 1]);
        var value = Split(asked, columns, [0, 2, 1, 3]);
        var shares = graph.Add("Softmax", [graph.Add("MatMul", [query, key])], null, ("axis", -1));
        var seen = graph.Add("Transpose", [graph.Add("MatMul", [shares, value])], null, ("perm", (int[])[0, 2, 1, 3]));
        return graph.Add("MatMul", [graph.Add("Reshape", [seen, graph.Wholes(0, -1, channels)]), graph.Weights(channels, channels, channels)]);

        string Split(string rows, int from, int[] order) => graph.Add(
            "Transpose",
            [graph.Add("Reshape", [graph.Add("MatMul", [rows, graph.Weights(from, from, channels)]), graph.Wholes(0, -1, heads, channels / heads)])],
            null,
            ("perm", order));
    }
}
