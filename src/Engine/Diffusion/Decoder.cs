namespace Ranking.Engine.Diffusion;

/// <summary>The network that turns clean latents into pictures.</summary>
public sealed class Decoder : IDisposable
{
    private readonly ModelFolder _folder;
    private readonly Network _network;
    private NetworkCall? _call;
    private int _count;

    /// <summary>Loads <c>vae_decoder/model.onnx</c>.</summary>
    /// <exception cref="InvalidDataException">It is broken or of an unknown interface.</exception>
    public Decoder(ModelFolder folder, Device device)
    {
        _folder = folder;
        _network = new Network(folder.PathOf("vae_decoder", "model.onnx"), device);
        if (_network.Inputs.Count != 1)
        {
            throw new InvalidDataException($"vae_decoder/model.onnx takes {string.Join(", ", _network.Inputs.Select(i => i.Name))}; known is one latent alone.");
        }
    }

    /// <summary>Time inside ONNX Runtime so far.</summary>
    public TimeSpan Busy => _network.Busy;

    /// <summary>Decodes latents, all in one call.</summary>
    /// <param name="latents">The clean latents; overwritten.</param>
    /// <param name="count">How many.</param>
    /// <param name="cancel">Stops inside the call.</param>
    /// <exception cref="InvalidDataException">The network fails or gives pictures of another size than the folder says.</exception>
    public Picture[] Decode(Span<double> latents, int count, CancellationToken cancel)
    {
        var input = _network.Inputs[0].Name;
        if (_call is null || _count != count)
        {
            // Where memory does not hold the new call there is none.
            _call?.Dispose();
            _call = null;
            _call = _network.Prepare(new Dictionary<string, long[]> { [input] = [count, .. _folder.LatentShape] }, _network.Outputs[0].Name);
            _count = count;
        }

        foreach (ref var number in latents)
        {
            number = (number / _folder.ScalingFactor) + _folder.ShiftFactor;
        }

        _call.Write(input, latents);
        _call.Run(cancel);
        if (!_call.OutputShape().SequenceEqual([count, 3, _folder.Height, _folder.Width]))
        {
            throw new InvalidDataException($"vae_decoder/model.onnx gives {string.Join('×', _call.OutputShape())}; expected were pictures of {_folder.Width}×{_folder.Height}.");
        }

        var planes = new double[3 * _folder.Width * _folder.Height];
        var pictures = new Picture[count];
        for (var i = 0; i < count; i++)
        {
            _call.Read(planes, i * planes.Length);
            pictures[i] = Picture.FromPlanes(planes, _folder.Width, _folder.Height);
        }

        return pictures;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _call?.Dispose();
        _network.Dispose();
    }
}
