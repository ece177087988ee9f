namespace Ranking.Engine.Diffusion;

/// <summary>The network that turns pictures into clean latents. Not for several threads at once.</summary>
public sealed class PictureEncoder : IDisposable
{
    private readonly ModelFolder _folder;
    private readonly Network _network;

    /// <summary>Loads <c>vae_encoder/model.onnx</c>.</summary>
    /// <exception cref="InvalidDataException">It is missing, broken or of an unknown interface.</exception>
    public PictureEncoder(ModelFolder folder, Device device)
    {
        ArgumentNullException.ThrowIfNull(folder);
        _folder = folder;
        var file = folder.PathOf("vae_encoder", "model.onnx");
        if (!File.Exists(file))
        {
            throw new InvalidDataException("The model has no vae_encoder, so it cannot start from a picture.");
        }

        _network = new Network(file, device);
        if (_network.Inputs.Count != 1)
        {
            _network.Dispose();
            throw new InvalidDataException($"vae_encoder/model.onnx takes {string.Join(", ", _network.Inputs.Select(i => i.Name))}; known is one picture alone.");
        }
    }

    /// <summary>The clean latent of a picture: cut to the model's shape around its middle and brought to its size.</summary>
    /// <exception cref="InvalidDataException">The network fails or gives latents of another size than the folder says.</exception>
    public double[] Encode(Picture picture, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(picture);
        var fitted = picture.Fit(_folder.Width, _folder.Height);
        var pixels = _folder.Width * _folder.Height;
        var planes = new double[3 * pixels];
        for (var i = 0; i < planes.Length; i++)
        {
            planes[i] = (fitted.Rgb[(3 * (i % pixels)) + (i / pixels)] / 127.5) - 1;
        }

        var input = _network.Inputs[0].Name;
        using var call = _network.Prepare(new Dictionary<string, long[]> { [input] = [1, 3, _folder.Height, _folder.Width] }, _network.Outputs[0].Name);
        call.Write(input, planes);
        call.Run(cancel);

        // Some exports give the mean alone, others mean and spread one after the other.
        var shape = call.OutputShape();
        var channels = _folder.LatentShape[0];
        if (shape is not [1, var given, var height, var width] || (given != channels && given != 2 * channels) || height != _folder.LatentShape[1] || width != _folder.LatentShape[2])
        {
            throw new InvalidDataException($"vae_encoder/model.onnx gives {string.Join('×', shape)}; expected were latents of {string.Join('×', _folder.LatentShape)}.");
        }

        var latent = new double[_folder.Dimension];
        call.Read(latent);
        foreach (ref var number in latent.AsSpan())
        {
            number = (number - _folder.ShiftFactor) * _folder.ScalingFactor;
        }

        return latent;
    }

    /// <inheritdoc/>
    public void Dispose() => _network.Dispose();
}
