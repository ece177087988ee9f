namespace Ranking.Engine.Diffusion;

/// <summary>
/// Turns prompts into what steers the denoiser, with one or two text encoders, and remembers the last ones. A weighted
/// word's row is moved from the empty prompt's row: e + w (z - e), so that weight 1 changes nothing and weight 0 unsays it.
/// Not for several threads at once.
/// </summary>
public sealed class PromptEncoder : IDisposable
{
    private const int Remembered = 64;

    private readonly TextEncoder[] _encoders;
    private readonly ConditioningKind _kind;
    private readonly int _columns;
    private readonly int _promptTokens;
    private readonly bool _emptyIsZero;
    private readonly Dictionary<string, Conditioning> _known = new(StringComparer.Ordinal);

    /// <summary>Loads the text encoders of a model.</summary>
    /// <param name="folder">The model.</param>
    /// <param name="kind">How the denoiser takes prompts.</param>
    /// <param name="columns">Numbers per token that the denoiser takes; 0 where it takes any.</param>
    /// <param name="device">Where the encoders run.</param>
    /// <exception cref="InvalidDataException">A file is missing, broken, or of an unknown interface.</exception>
    public PromptEncoder(ModelFolder folder, ConditioningKind kind, int columns, Device device)
    {
        ArgumentNullException.ThrowIfNull(folder);
        (_kind, _columns, _promptTokens) = (kind, columns, folder.PromptTokens);
        var needed = kind == ConditioningKind.Plain ? 1 : 2;
        if (folder.TextEncoders.Count < needed)
        {
            throw new InvalidDataException($"{folder.Denoiser}/model.onnx needs text_encoder and text_encoder_2; the folder has only one of them.");
        }

        _emptyIsZero = kind == ConditioningKind.Sized && folder.EmptyPromptIsZero;
        _encoders = [.. folder.TextEncoders.Take(needed).Select(part => new TextEncoder(folder, part, kind != ConditioningKind.Plain, device))];
    }

    /// <summary>Time inside ONNX Runtime so far.</summary>
    public TimeSpan Busy => _encoders.Aggregate(TimeSpan.Zero, (sum, encoder) => sum + encoder.Busy);

    /// <summary>The conditioning of a prompt.</summary>
    public Conditioning Encode(string prompt, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        if (_known.TryGetValue(prompt, out var known))
        {
            return known;
        }

        var parts = Array.ConvertAll(_encoders, encoder => Weighted(encoder, PromptWeights.Parse(prompt), cancel));
        var joined = _kind == ConditioningKind.Plain ? parts[0] : Joined(parts);
        if (_emptyIsZero && prompt.Length == 0)
        {
            joined = joined with { Hidden = new double[joined.Hidden.Length], Pooled = new double[joined.Pooled.Length] };
        }

        if (_known.Count >= Remembered)
        {
            _known.Clear();
        }

        return _known[prompt] = joined;
    }

    /// <summary>How many of a prompt's tokens the model reads, and how many the prompt has.</summary>
    public (int Read, int Given) TokensOf(string prompt)
    {
        var tokenizer = _encoders[0].Tokenizer;
        var given = PromptWeights.Parse(prompt).Sum(piece => tokenizer.Ids(piece.Text).Length);
        return (Math.Min(given, _promptTokens > 0 ? Math.Min(_promptTokens, tokenizer.Length - 2) : tokenizer.Length - 2), given);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var encoder in _encoders)
        {
            encoder.Dispose();
        }
    }

    private static Conditioning Weighted(TextEncoder encoder, IReadOnlyList<(string Text, double Weight)> pieces, CancellationToken cancel)
    {
        var tokenizer = encoder.Tokenizer;
        if (pieces.All(piece => piece.Weight == 1))
        {
            return encoder.Encode(tokenizer.Encode(string.Concat(pieces.Select(piece => piece.Text))), cancel);
        }

        var ids = new List<int>();
        var weights = new List<double>();
        foreach (var (text, weight) in pieces)
        {
            var more = tokenizer.Ids(text);
            ids.AddRange(more);
            weights.AddRange(Enumerable.Repeat(weight, more.Length));
        }

        var said = encoder.Encode(tokenizer.Framed([.. ids]), cancel);
        var unsaid = encoder.Encode(tokenizer.Encode(""), cancel);
        for (var token = 0; token < Math.Min(weights.Count, said.Rows - 2); token++)
        {
            // The first row is the start token's.
            for (var at = (token + 1) * said.Columns; at < (token + 2) * said.Columns; at++)
            {
                said.Hidden[at] = unsaid.Hidden[at] + (weights[token] * (said.Hidden[at] - unsaid.Hidden[at]));
            }
        }

        return said;
    }

    // The encoders' columns side by side. Joint models take wider rows, and as many rows of zeros in place of the third encoder's.
    private Conditioning Joined(Conditioning[] parts)
    {
        var (first, second) = (parts[0], parts[1]);
        if (first.Rows != second.Rows)
        {
            throw new InvalidDataException($"The text encoders give {first.Rows} and {second.Rows} tokens.");
        }

        var joint = _kind == ConditioningKind.Joint;
        var (rows, columns) = (joint ? 2 * first.Rows : first.Rows, first.Columns + second.Columns);
        if (_columns > 0 && (joint ? columns > _columns : columns != _columns))
        {
            throw new InvalidDataException($"The text encoders give {columns} numbers for each token, the denoiser takes {_columns}.");
        }

        var width = joint && _columns > 0 ? _columns : columns;
        var hidden = new double[rows * width];
        for (var row = 0; row < first.Rows; row++)
        {
            first.Hidden.AsSpan(row * first.Columns, first.Columns).CopyTo(hidden.AsSpan(row * width));
            second.Hidden.AsSpan(row * second.Columns, second.Columns).CopyTo(hidden.AsSpan((row * width) + first.Columns));
        }

        return new Conditioning(hidden, rows, width, joint ? [.. first.Pooled, .. second.Pooled] : second.Pooled);
    }
}
