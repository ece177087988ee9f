using System.Globalization;
using System.Text.Json;
using Ranking.Engine.Guidances;

namespace Ranking.Engine.Diffusion;

/// <summary>
/// A classifier in a model's folder <c>classifier/</c>: <c>model.onnx</c> from pictures or latents to logits, the classes' names in
/// <c>config.json</c> as <c>id2label</c>, and, where pictures are not to lie between -1 and 1, <c>image_mean</c> and <c>image_std</c>
/// in <c>preprocessor_config.json</c>. It is only ever run forwards.
/// </summary>
public sealed class ClassifierNetwork : IClassifier, IDisposable
{
    private readonly ModelFolder _folder;
    private readonly Decoder _decoder;
    private readonly Network _network;
    private readonly NetworkCall _call;
    private readonly (int Width, int Height)? _picture;
    private readonly double[] _mean;
    private readonly double[] _spread;

    /// <summary>Loads the classifier of a model.</summary>
    /// <param name="folder">The model.</param>
    /// <param name="device">Where it runs.</param>
    /// <param name="decoder">Makes the pictures that it looks at.</param>
    /// <exception cref="InvalidDataException">There is none, or its interface is unknown.</exception>
    public ClassifierNetwork(ModelFolder folder, Device device, Decoder decoder)
    {
        (_folder, _decoder) = (folder, decoder);
        var config = JsonFile.Read(folder.PathOf("classifier", "config.json"));
        Labels = config.Has("id2label", out var labels) && labels.ValueKind == JsonValueKind.Object
            ? [.. Enumerable.Range(0, labels.EnumerateObject().Count()).Select(k => labels.Text(k.ToString(CultureInfo.InvariantCulture)) ?? $"class {k}")]
            : throw new InvalidDataException("classifier/config.json has no id2label.");
        var preparation = JsonFile.ReadOptional(folder.PathOf("classifier", "preprocessor_config.json"));
        (_mean, _spread) = (Channels(preparation, "image_mean"), Channels(preparation, "image_std"));
        _network = new Network(folder.PathOf("classifier", "model.onnx"), device);
        if (_network.Inputs is not [{ Shape: [_, var channels, var rows, var columns] } input])
        {
            throw new InvalidDataException("classifier/model.onnx takes something else than pictures or latents alone.");
        }

        int[] latent = [.. folder.LatentShape];
        var isLatent = Fits(channels, latent[0]) && Fits(rows, latent[1]) && Fits(columns, latent[2]);
        if (!isLatent)
        {
            _picture = Fits(channels, 3) ? (columns > 0 ? columns : folder.Width, rows > 0 ? rows : folder.Height)
                : throw new InvalidDataException($"classifier/model.onnx takes {channels} channels; known are those of latents and of pictures.");
        }

        _call = _network.Prepare(
            new Dictionary<string, long[]> { [input.Name] = _picture is var (width, height) ? [1, 3, height, width] : [1, .. latent] }, _network.Outputs[0].Name);

        static bool Fits(int given, int wanted) => given == wanted || given < 0;
    }

    /// <summary>The classes' names.</summary>
    public IReadOnlyList<string> Labels { get; }

    /// <inheritdoc/>
    public int Count => Labels.Count;

    /// <inheritdoc/>
    public void Classify(ReadOnlySpan<double> clean, Span<double> shares)
    {
        _call.Write(_network.Inputs[0].Name, _picture is var (width, height) ? Pixels(clean, width, height) : clean);
        _call.Run(CancellationToken.None);
        if (_call.OutputShape().Aggregate(1L, (product, side) => product * side) != Count)
        {
            throw new InvalidDataException($"classifier/model.onnx gives {string.Join('×', _call.OutputShape())} numbers, config.json names {Count} classes.");
        }

        _call.Read(shares);
        System.Numerics.Tensors.TensorPrimitives.SoftMax(shares, shares);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _call.Dispose();
        _network.Dispose();
    }

    private static double[] Channels(JsonElement preparation, string name) =>
        preparation.Has(name, out var values) && values.ValueKind == JsonValueKind.Array ? [.. values.EnumerateArray().Select(value => value.GetDouble())] : [0.5, 0.5, 0.5];

    private double[] Pixels(ReadOnlySpan<double> clean, int width, int height)
    {
        var picture = _decoder.Decode(clean.ToArray(), 1, CancellationToken.None)[0].Resize(Math.Max(width, height));
        if ((picture.Width, picture.Height) != (width, height))
        {
            throw new InvalidDataException($"classifier/model.onnx looks at {width}×{height} pixels, which pictures of {_folder.Width}×{_folder.Height} cannot be brought to.");
        }

        var pixels = new double[picture.Rgb.Length];
        for (var i = 0; i < pixels.Length; i++)
        {
            var channel = i / (width * height);
            pixels[i] = ((picture.Rgb[(3 * (i % (width * height))) + channel] / 255.0) - _mean[channel]) / _spread[channel];
        }

        return pixels;
    }
}

/// <summary>A classifier's classes as prompts: the prompt that is wanted, with its class's name replaced by others.</summary>
public sealed class PromptClasses
{
    private readonly string _prompt;

    /// <summary>Finds the class that a prompt names, the longest name first.</summary>
    /// <exception cref="InvalidDataException">It names none.</exception>
    public PromptClasses(ClassifierNetwork network, string prompt)
    {
        ArgumentNullException.ThrowIfNull(network);
        (Network, _prompt) = (network, prompt);
        Wanted = Enumerable.Range(0, network.Count).OrderByDescending(k => network.Labels[k].Length)
            .Where(k => prompt.Contains(network.Labels[k], StringComparison.OrdinalIgnoreCase)).FirstOrDefault(-1);
        if (Wanted < 0)
        {
            throw new InvalidDataException($"The prompt names none of the classifier's classes, which are {string.Join(", ", network.Labels.Take(20))}.");
        }
    }

    /// <summary>The classifier.</summary>
    public ClassifierNetwork Network { get; }

    /// <summary>The class that the prompt names.</summary>
    public int Wanted { get; }

    /// <summary>The prompt with another class's name.</summary>
    public string PromptOf(int other) => _prompt.Replace(Network.Labels[Wanted], Network.Labels[other], StringComparison.OrdinalIgnoreCase);
}
