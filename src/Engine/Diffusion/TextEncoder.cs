using System.Globalization;

namespace Ranking.Engine.Diffusion;

/// <summary>One text encoder with its tokenizer. Not for several threads at once.</summary>
public sealed class TextEncoder : IDisposable
{
    private const string HiddenState = "hidden_states.";

    private readonly Network _network;
    private readonly NetworkCall _call;
    private readonly Port _input;
    private readonly bool _pools;

    /// <summary>Loads a text encoder.</summary>
    /// <param name="folder">The model.</param>
    /// <param name="part">The encoder's folder and its tokenizer's.</param>
    /// <param name="pools">Whether the pooled vector and the hidden state before the last are wanted, instead of the last hidden state alone.</param>
    /// <param name="device">Where it runs.</param>
    /// <exception cref="InvalidDataException">A file is missing, broken, or of an unknown interface.</exception>
    public TextEncoder(ModelFolder folder, (string Encoder, string Tokenizer) part, bool pools, Device device)
    {
        ArgumentNullException.ThrowIfNull(folder);
        Tokenizer = Tokenizer.Load(folder.PathOf(part.Tokenizer));
        _pools = pools;
        _network = new Network(folder.PathOf(part.Encoder, "model.onnx"), device);
        _input = _network.Inputs is [{ Name: "input_ids" } only]
            ? only
            : throw new InvalidDataException($"{part.Encoder}/model.onnx takes {string.Join(", ", _network.Inputs.Select(i => i.Name))}; known is input_ids alone.");
        if (_input.Shape is [_, > 0 and var length] && length != Tokenizer.Length)
        {
            throw new InvalidDataException($"{part.Encoder}/model.onnx takes {length} ids, the tokenizer gives {Tokenizer.Length}.");
        }

        var shape = new Dictionary<string, long[]> { [_input.Name] = [1, Tokenizer.Length] };
        _call = _network.Prepare(shape, pools ? Pooling(part.Encoder) : [Output("last_hidden_state") ?? _network.Outputs[0].Name]);
    }

    /// <summary>Its tokenizer.</summary>
    public Tokenizer Tokenizer { get; }

    /// <summary>Time inside ONNX Runtime so far.</summary>
    public TimeSpan Busy => _network.Busy;

    /// <summary>The hidden state and the pooled vector for <see cref="Tokenizer.Length"/> ids.</summary>
    public Conditioning Encode(int[] ids, CancellationToken cancel)
    {
        _call.Write(_input.Name, Array.ConvertAll(ids, id => (double)id));
        _call.Run(cancel);
        return new Conditioning(Read(0), (int)_call.OutputShape(0)[1], (int)_call.OutputShape(0)[2], _pools ? Read(1) : []);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _call.Dispose();
        _network.Dispose();
    }

    private double[] Read(int output)
    {
        var values = new double[_call.OutputShape(output).Aggregate(1L, (product, size) => product * size)];
        _call.Read(values, 0, output);
        return values;
    }

    private string? Output(string name) => _network.Outputs.FirstOrDefault(o => o.Name == name)?.Name;

    // Exports number the hidden states from the embeddings on; the one before the last is what these models were trained with.
    private string[] Pooling(string encoder)
    {
        var layers = _network.Outputs
            .Where(o => o.Name.StartsWith(HiddenState, StringComparison.Ordinal))
            .Select(o => int.TryParse(o.Name.AsSpan(HiddenState.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var layer) ? layer : 0)
            .DefaultIfEmpty(0).Max();
        return layers > 0 && (Output("text_embeds") ?? Output("pooler_output")) is { } pooled
            ? [$"{HiddenState}{layers - 1}", pooled]
            : throw new InvalidDataException($"{encoder}/model.onnx gives {string.Join(", ", _network.Outputs.Select(o => o.Name))}; this model needs its hidden states and text_embeds too.");
    }
}
