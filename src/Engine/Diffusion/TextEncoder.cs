namespace Ranking.Engine.Diffusion;

/// <summary>Turns prompts into the embeddings that steer the denoiser. Remembers them.</summary>
public sealed class TextEncoder : IDisposable
{
    private const int Remembered = 64;

    private readonly Tokenizer _tokenizer;
    private readonly Network _network;
    private readonly NetworkCall _call;
    private readonly Port _input;
    private readonly Dictionary<string, double[]> _embeddings = new(StringComparer.Ordinal);

    /// <summary>Loads the tokenizer and the text encoder of a model.</summary>
    /// <exception cref="InvalidDataException">A file is missing, broken, or of an unknown interface.</exception>
    public TextEncoder(ModelFolder folder, Device device)
    {
        _tokenizer = Tokenizer.Load(folder.PathOf("tokenizer"));
        _network = new Network(folder.PathOf("text_encoder", "model.onnx"), device);
        _input = _network.Inputs is [{ Name: "input_ids" } only]
            ? only
            : throw new InvalidDataException($"text_encoder/model.onnx takes {string.Join(", ", _network.Inputs.Select(i => i.Name))}; known is input_ids alone.");
        if (_input.Shape is [_, > 0 and var length] && length != _tokenizer.Length)
        {
            throw new InvalidDataException($"text_encoder/model.onnx takes {length} ids, the tokenizer gives {_tokenizer.Length}.");
        }

        var output = _network.Outputs.FirstOrDefault(o => o.Name == "last_hidden_state") ?? _network.Outputs[0];
        _call = _network.Prepare(new Dictionary<string, long[]> { [_input.Name] = [1, _tokenizer.Length] }, output.Name);
    }

    /// <summary>Time inside ONNX Runtime so far.</summary>
    public TimeSpan Busy => _network.Busy;

    /// <summary>Rows (tokens) and columns of an embedding; known after the first prompt.</summary>
    public (int Rows, int Columns) Shape => ((int)_call.OutputShape[1], (int)_call.OutputShape[2]);

    /// <summary>The embedding of a prompt, row-major. Not for several threads at once.</summary>
    public double[] Encode(string prompt, CancellationToken cancel)
    {
        if (_embeddings.TryGetValue(prompt, out var known))
        {
            return known;
        }

        _call.Write(_input.Name, Array.ConvertAll(_tokenizer.Encode(prompt), id => (double)id));
        _call.Run(cancel);
        var embedding = new double[_call.OutputShape.Aggregate(1L, (product, size) => product * size)];
        _call.Read(embedding);
        if (_embeddings.Count >= Remembered)
        {
            _embeddings.Clear();
        }

        return _embeddings[prompt] = embedding;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _call.Dispose();
        _network.Dispose();
    }
}
