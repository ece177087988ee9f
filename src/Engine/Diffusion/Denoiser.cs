namespace Ranking.Engine.Diffusion;

/// <summary>The network that is called in every step: sample, time and prompt in; noise, velocity or clean sample out.</summary>
public sealed class Denoiser : IDisposable
{
    private static readonly string[] Interface = ["sample", "timestep", "encoder_hidden_states"];

    private readonly ModelFolder _folder;
    private readonly Network _network;
    private readonly Port _timestep;
    private NetworkCall? _call;
    private int _count;
    private int _halves;
    private double[] _times = [];

    /// <summary>Loads <c>unet/model.onnx</c>.</summary>
    /// <exception cref="InvalidDataException">It is broken or of an unknown interface.</exception>
    public Denoiser(ModelFolder folder, Device device)
    {
        _folder = folder;
        _network = new Network(folder.PathOf("unet", "model.onnx"), device);
        var names = _network.Inputs.Select(i => i.Name).ToArray();
        if (!names.Order(StringComparer.Ordinal).SequenceEqual(Interface.Order(StringComparer.Ordinal)))
        {
            throw new InvalidDataException($"unet/model.onnx takes {string.Join(", ", names)}; known are {string.Join(", ", Interface)}.");
        }

        _timestep = Input("timestep");
        var sizes = Input("sample").Shape.Skip(1).Zip(folder.LatentShape);
        if (Input("sample").Shape.Count != 4 || sizes.Any(size => size.First > 0 && size.First != size.Second))
        {
            throw new InvalidDataException($"unet/model.onnx takes samples of {string.Join('×', Input("sample").Shape.Skip(1))}, config.json says {string.Join('×', folder.LatentShape)}.");
        }
    }

    /// <summary>Time inside ONNX Runtime so far.</summary>
    public TimeSpan Busy => _network.Busy;

    /// <summary>Prepares for a run.</summary>
    /// <param name="count">Candidates.</param>
    /// <param name="prompts">One embedding for each half: negative and positive, or the prompt alone.</param>
    /// <param name="shape">Rows and columns of an embedding.</param>
    public void Begin(int count, double[][] prompts, (int Rows, int Columns) shape)
    {
        if (_call is null || _count != count || _halves != prompts.Length)
        {
            _call?.Dispose();
            (_count, _halves) = (count, prompts.Length);
            var rows = count * prompts.Length;
            var timestepShape = TimestepShape(rows);
            _times = new double[timestepShape is [var times] ? times : 1];
            _call = _network.Prepare(
                new Dictionary<string, long[]>
                {
                    ["sample"] = [rows, .. _folder.LatentShape],
                    ["timestep"] = timestepShape,
                    ["encoder_hidden_states"] = [rows, shape.Rows, shape.Columns],
                },
                _network.Outputs[0].Name);
        }

        for (var row = 0; row < count * prompts.Length; row++)
        {
            _call.Write("encoder_hidden_states", prompts[row / count], row * shape.Rows * shape.Columns);
        }
    }

    /// <summary>One call for all candidates and both halves.</summary>
    /// <param name="timestep">The time.</param>
    /// <param name="sample">The candidates' samples.</param>
    /// <param name="output">The answers: all of the first half, then all of the second.</param>
    /// <param name="cancel">Stops inside the call.</param>
    public void Run(double timestep, ReadOnlySpan<double> sample, Span<double> output, CancellationToken cancel)
    {
        var call = _call ?? throw new InvalidOperationException("Begin comes first.");
        for (var half = 0; half < _halves; half++)
        {
            call.Write("sample", sample, half * sample.Length);
        }

        _times.AsSpan().Fill(_timestep.IsWhole ? Math.Round(timestep) : timestep);
        call.Write("timestep", _times);
        call.Run(cancel);
        call.Read(output);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _call?.Dispose();
        _network.Dispose();
    }

    // Exports differ: no dimension, one of size 1, or one number for each sample where it bears the batch's own name.
    private long[] TimestepShape(int rows)
    {
        var batch = Input("sample").Symbols[0];
        return _timestep.Shape.Count == 0 ? []
            : _timestep.Shape[0] < 0 && batch.Length > 0 && _timestep.Symbols[0] == batch ? [rows]
            : [1];
    }

    private Port Input(string name) => _network.Inputs.First(i => i.Name == name);
}
