using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Ranking.Engine.Diffusion;

/// <summary>An input or output of a network.</summary>
/// <param name="Name">Its name.</param>
/// <param name="IsWhole">Whether it holds whole numbers.</param>
/// <param name="Shape">Its dimensions, -1 where any size is taken.</param>
/// <param name="Symbols">The names of dimensions that are not fixed; empty where fixed or unnamed.</param>
public sealed record Port(string Name, bool IsWhole, IReadOnlyList<int> Shape, IReadOnlyList<string> Symbols);

/// <summary>A network in a file. The only class that knows ONNX Runtime.</summary>
public sealed class Network : IDisposable
{
    // One Identity node: enough to see whether a provider works on this machine.
    private const string Probe = "CAcSADo3ChAKAXgSAXkiCElkZW50aXR5EgFnWg8KAXgSCgoICAESBAoCCAFiDwoBeRIKCggIARIECgIIAUIECgAQDQ==";

    private readonly InferenceSession _session;
    private long _ticks;

    /// <summary>Loads a network.</summary>
    /// <param name="file">The path of an ONNX file.</param>
    /// <param name="device">Where it runs.</param>
    /// <exception cref="InvalidDataException">The file cannot be loaded; the message says why.</exception>
    public Network(string file, Device device)
    {
        try
        {
            using var options = Options(device.Threads);
            if (device.Provider == "cuda")
            {
                options.AppendExecutionProvider_CUDA();
            }

            _session = new InferenceSession(file, options);
        }
        catch (OnnxRuntimeException error)
        {
            throw new InvalidDataException($"{Path.GetFileName(Path.GetDirectoryName(file))}/{Path.GetFileName(file)} cannot be loaded: {error.Message}", error);
        }

        Inputs = [.. _session.InputMetadata.Select(Describe)];
        Outputs = [.. _session.OutputMetadata.Select(Describe)];
    }

    /// <summary>What it takes.</summary>
    public IReadOnlyList<Port> Inputs { get; }

    /// <summary>What it gives.</summary>
    public IReadOnlyList<Port> Outputs { get; }

    /// <summary>The time spent inside ONNX Runtime so far.</summary>
    public TimeSpan Busy => System.Diagnostics.Stopwatch.GetElapsedTime(0, Interlocked.Read(ref _ticks));

    /// <summary>Why CUDA cannot be used on this machine; null when it can.</summary>
    public static string? CudaFailure()
    {
        try
        {
            using var options = Options(1);
            options.AppendExecutionProvider_CUDA();
            using var session = new InferenceSession(Convert.FromBase64String(Probe), options);
            return null;
        }
        catch (Exception error) when (error is OnnxRuntimeException or EntryPointNotFoundException or DllNotFoundException)
        {
            return error is OnnxRuntimeException
                ? $"the provider, which needs CUDA 13 and cuDNN 9, does not load; {error.Message.Split('\n')[0].Trim()}"
                : "this build of ONNX Runtime has no CUDA provider; build/get-cuda.sh fetches one";
        }
    }

    /// <summary>Reserves the buffers for calls of one size.</summary>
    /// <param name="shapes">For every input its dimensions.</param>
    /// <param name="outputs">The outputs that are wanted.</param>
    /// <exception cref="InsufficientMemoryException">They are too large for this machine.</exception>
    public NetworkCall Prepare(IReadOnlyDictionary<string, long[]> shapes, params string[] outputs) => new(this, shapes, outputs);

    /// <inheritdoc/>
    public void Dispose() => _session.Dispose();

    internal OrtIoBinding Bind() => _session.CreateIoBinding();

    internal TensorElementType ElementType(string input) => _session.InputMetadata[input].ElementDataType;

    internal void Run(OrtIoBinding binding, RunOptions options, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        options.Terminate = false;
        using var registration = cancel.Register(static state => ((RunOptions)state!).Terminate = true, options);
        var start = System.Diagnostics.Stopwatch.GetTimestamp();
        try
        {
            binding.SynchronizeBoundInputs();
            _session.RunWithBinding(options, binding);
            binding.SynchronizeBoundOutputs();
        }
        catch (OnnxRuntimeException) when (cancel.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancel);
        }
        catch (OnnxRuntimeException error) when (error.Message.Contains("alloc", StringComparison.OrdinalIgnoreCase) || error.Message.Contains("out of memory", StringComparison.OrdinalIgnoreCase))
        {
            throw new InsufficientMemoryException("There is not enough memory for a network call of this size.", error);
        }
        catch (OnnxRuntimeException error)
        {
            throw new InvalidDataException($"The network failed: {error.Message}", error);
        }
        finally
        {
            Interlocked.Add(ref _ticks, System.Diagnostics.Stopwatch.GetTimestamp() - start);
        }
    }

    private static SessionOptions Options(int threads)
    {
        var options = new SessionOptions { IntraOpNumThreads = threads, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL };

        // Waiting threads spin while a call runs and sleep between calls, so that an idle server is idle.
        options.AddSessionConfigEntry("session.force_spinning_stop", "1");
        return options;
    }

    private static Port Describe(KeyValuePair<string, NodeMetadata> node)
    {
        var type = node.Value.ElementDataType;
        return new Port(node.Key, type is TensorElementType.Int32 or TensorElementType.Int64, node.Value.Dimensions, node.Value.SymbolicDimensions);
    }
}

/// <summary>A call of a network with buffers of one size, used again and again. Not for several threads at once.</summary>
public sealed class NetworkCall : IDisposable
{
    private readonly Network _network;
    private readonly OrtIoBinding _binding;
    private readonly RunOptions _options = new();
    private readonly Dictionary<string, OrtValue> _inputs = [];
    private readonly string[] _names;
    private OrtValue[] _outputs = [];

    internal NetworkCall(Network network, IReadOnlyDictionary<string, long[]> shapes, string[] outputs)
    {
        _network = network;
        _names = outputs;
        _binding = network.Bind();
        try
        {
            foreach (var (name, shape) in shapes)
            {
                var value = OrtValue.CreateAllocatedTensorValue(OrtAllocator.DefaultInstance, network.ElementType(name), shape);
                _inputs.Add(name, value);
                _binding.BindInput(name, value);
            }
        }
        catch (OnnxRuntimeException error)
        {
            Dispose();
            throw new InsufficientMemoryException("There is not enough memory for a network call of this size.", error);
        }

        // The network makes its first outputs itself; their buffers then serve all later calls.
        foreach (var name in outputs)
        {
            _binding.BindOutputToDevice(name, OrtMemoryInfo.DefaultInstance);
        }
    }

    /// <summary>The dimensions of an output; known after the first run.</summary>
    public IReadOnlyList<long> OutputShape(int output = 0) => _outputs[output].GetTensorTypeAndShape().Shape;

    /// <summary>Fills an input, or a part of it from an offset on, converting to the type that the network takes.</summary>
    /// <exception cref="InvalidDataException">The network takes a type that is not supported here.</exception>
    public void Write(string input, ReadOnlySpan<double> values, int offset = 0)
    {
        var value = _inputs[input];
        switch (_network.ElementType(input))
        {
            case TensorElementType.Float:
                System.Numerics.Tensors.TensorPrimitives.ConvertTruncating(values, value.GetTensorMutableDataAsSpan<float>()[offset..]);
                break;
            case TensorElementType.Float16:
                System.Numerics.Tensors.TensorPrimitives.ConvertTruncating(values, MemoryMarshal.Cast<Float16, Half>(value.GetTensorMutableDataAsSpan<Float16>())[offset..]);
                break;
            case TensorElementType.Int64:
                System.Numerics.Tensors.TensorPrimitives.ConvertTruncating(values, value.GetTensorMutableDataAsSpan<long>()[offset..]);
                break;
            case TensorElementType.Int32:
                System.Numerics.Tensors.TensorPrimitives.ConvertTruncating(values, value.GetTensorMutableDataAsSpan<int>()[offset..]);
                break;
            case TensorElementType.Double:
                values.CopyTo(value.GetTensorMutableDataAsSpan<double>()[offset..]);
                break;
            default:
                throw new InvalidDataException($"The input {input} takes {_network.ElementType(input)}, which is not supported.");
        }
    }

    /// <summary>Runs the network.</summary>
    /// <exception cref="OperationCanceledException">The call was cancelled; it stops between two operators.</exception>
    /// <exception cref="InsufficientMemoryException">The batch is too large for the device.</exception>
    /// <exception cref="InvalidDataException">The network failed.</exception>
    public void Run(CancellationToken cancel)
    {
        _network.Run(_binding, _options, cancel);
        if (_outputs.Length == 0)
        {
            _outputs = [.. _binding.GetOutputValues()];
            for (var i = 0; i < _outputs.Length; i++)
            {
                _binding.BindOutput(_names[i], _outputs[i]);
            }
        }
    }

    /// <summary>Copies an output of the last run, or a part of it from an offset on.</summary>
    public void Read(Span<double> destination, int offset = 0, int output = 0)
    {
        var value = output < _outputs.Length ? _outputs[output] : throw new InvalidOperationException("The network has not run yet.");
        if (value.GetTensorTypeAndShape().ElementDataType == TensorElementType.Float16)
        {
            var halves = MemoryMarshal.Cast<Float16, Half>(value.GetTensorDataAsSpan<Float16>());
            System.Numerics.Tensors.TensorPrimitives.ConvertTruncating(halves.Slice(offset, destination.Length), destination);
        }
        else
        {
            System.Numerics.Tensors.TensorPrimitives.ConvertTruncating(value.GetTensorDataAsSpan<float>().Slice(offset, destination.Length), destination);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _binding.Dispose();
        _options.Dispose();
        foreach (var value in _inputs.Values.Concat(_outputs))
        {
            value.Dispose();
        }
    }
}
