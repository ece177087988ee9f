using Microsoft.ML.OnnxRuntime;
using Ranking.Engine;
using Ranking.Engine.Diffusion;

namespace Ranking.Benchmarks;

/// <summary>
/// The network calls that a batch of pictures needs and nothing else: the same files, sizes, threads and number of calls,
/// over noise. What the pipeline takes beyond this is its own.
/// </summary>
internal sealed class BareNetworks : IDisposable
{
    private readonly InferenceSession _denoiser;
    private readonly InferenceSession _decoder;
    private readonly RunOptions _options = new();
    private readonly OrtIoBinding _denoise;
    private readonly OrtIoBinding _decode;
    private readonly List<OrtValue> _inputs = [];
    private readonly int _calls;

    /// <param name="folder">A model of the plain layout: sample, timestep and text in.</param>
    /// <param name="threads">Threads for each call.</param>
    /// <param name="count">Pictures in a batch.</param>
    /// <param name="rows">Rows of the denoiser for each picture: two with guidance.</param>
    /// <param name="calls">Denoiser calls for a batch.</param>
    public BareNetworks(ModelFolder folder, int threads, int count, int rows, int calls)
    {
        _calls = calls;
        (_denoiser, _decoder) = (Load(folder.PathOf(folder.Denoiser, "model.onnx")), Load(folder.PathOf("vae_decoder", "model.onnx")));
        (_denoise, _decode) = (Bind(_denoiser, rows * count), Bind(_decoder, count));
        Run();

        // From the second call on the outputs have their buffers, as in the pipeline.
        _denoise.BindOutput(_denoiser.OutputNames[0], _denoise.GetOutputValues()[0]);
        _decode.BindOutput(_decoder.OutputNames[0], _decode.GetOutputValues()[0]);

        InferenceSession Load(string file)
        {
            using var options = new SessionOptions { IntraOpNumThreads = threads };
            options.AddSessionConfigEntry("session.force_spinning_stop", "1");
            return new InferenceSession(file, options);
        }

        OrtIoBinding Bind(InferenceSession network, int rows)
        {
            var binding = network.CreateIoBinding();
            foreach (var (name, port) in network.InputMetadata)
            {
                // Only the batch is free in the plain layout, and one time goes for all rows.
                var free = name == "timestep" ? 1 : rows;
                long[] shape = name is "sample" or "latent_sample" ? [rows, .. folder.LatentShape] : [.. port.Dimensions.Select(size => size > 0 ? size : free)];
                var value = OrtValue.CreateAllocatedTensorValue(OrtAllocator.DefaultInstance, port.ElementDataType, shape);
                Fill(value);
                binding.BindInput(name, value);
                _inputs.Add(value);
            }

            binding.BindOutputToDevice(network.OutputNames[0], OrtMemoryInfo.DefaultInstance);
            return binding;
        }
    }

    /// <summary>All calls for one batch.</summary>
    public void Run()
    {
        for (var i = 0; i < _calls; i++)
        {
            _denoiser.RunWithBinding(_options, _denoise);
        }

        _decoder.RunWithBinding(_options, _decode);
    }

    public void Dispose()
    {
        _denoise.Dispose();
        _decode.Dispose();
        _inputs.ForEach(value => value.Dispose());
        _options.Dispose();
        _denoiser.Dispose();
        _decoder.Dispose();
    }

    // Half the way through the schedule, where there is a time; else noise.
    private static void Fill(OrtValue value)
    {
        if (value.GetTensorTypeAndShape().ElementDataType == Microsoft.ML.OnnxRuntime.Tensors.TensorElementType.Int64)
        {
            value.GetTensorMutableDataAsSpan<long>().Fill(500);
            return;
        }

        var numbers = value.GetTensorMutableDataAsSpan<float>();
        var noise = new double[numbers.Length];
        Noise.Philox(1, Purpose.Begin, 0).Normal(0, noise);
        System.Numerics.Tensors.TensorPrimitives.ConvertTruncating<double, float>(noise, numbers);
    }
}
