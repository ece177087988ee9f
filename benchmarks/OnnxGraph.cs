using System.Buffers.Binary;
using System.Text;

namespace Ranking.Benchmarks;

/// <summary>Element types of tensors, with their numbers in the ONNX format.</summary>
internal enum OnnxType
{
    Float = 1,
    Int64 = 7,
}

/// <summary>
/// A network that is written node by node as an ONNX file (opset 17), its weights in a second file beside it, so that it
/// may be larger than memory. Weights are noise.
/// </summary>
internal sealed class OnnxGraph : IDisposable
{
    private const string Data = "model.onnx_data";
    private const int BlockLength = 1 << 20;

    // Where weights begin, so that they can be mapped into memory.
    private const int Page = 1 << 16;

    private static readonly float[] Block = MakeBlock();

    private readonly string _folder;
    private readonly FileStream _weights;
    private readonly Message _graph = new();
    private int _names;

    /// <param name="folder">Where <c>model.onnx</c> comes to lie; it is made.</param>
    public OnnxGraph(string folder)
    {
        Directory.CreateDirectory(folder);
        (_folder, _weights) = (folder, new FileStream(Path.Combine(folder, Data), FileMode.CreateNew));
        _graph.Add(2, "bench");
    }

    /// <summary>Numbers in the weights so far.</summary>
    public long Parameters { get; private set; }

    /// <summary>An input; a size of 0 is the batch's.</summary>
    public string Input(string name, OnnxType type, params ReadOnlySpan<int> shape) => Port(11, name, type, shape);

    /// <summary>Makes a tensor an output, under a name of its own.</summary>
    public void Output(string tensor, string name, params ReadOnlySpan<int> shape)
    {
        Add("Identity", [tensor], name);
        Port(12, name, OnnxType.Float, shape);
    }

    /// <summary>Weights of a layer with so many inputs to each output, small enough that a hundred layers neither fade nor explode.</summary>
    public string Weights(int inputs, params ReadOnlySpan<int> shape)
    {
        var length = 1L;
        foreach (var size in shape)
        {
            length *= size;
        }

        _weights.Position = (_weights.Length + Page - 1) / Page * Page;
        var external = (Start: _weights.Position, Bytes: length * sizeof(float));
        var scaled = new float[BlockLength];
        System.Numerics.Tensors.TensorPrimitives.Multiply(Block, 0.1f / MathF.Sqrt(inputs), scaled);
        for (var left = length; left > 0; left -= BlockLength)
        {
            _weights.Write(System.Runtime.InteropServices.MemoryMarshal.AsBytes(scaled.AsSpan(0, (int)Math.Min(left, BlockLength))));
        }

        Parameters += length;
        var name = NewName();
        var tensor = Tensor(name, OnnxType.Float, shape).Add(14, 1);
        foreach (var (key, value) in ((string, string)[])[("location", Data), ("offset", $"{external.Start}"), ("length", $"{external.Bytes}")])
        {
            tensor.Add(13, new Message().Add(1, key).Add(2, value));
        }

        _graph.Add(5, tensor);
        return name;
    }

    /// <summary>Whole numbers, such as a shape.</summary>
    public string Wholes(params ReadOnlySpan<long> numbers)
    {
        var bytes = new byte[numbers.Length * sizeof(long)];
        for (var i = 0; i < numbers.Length; i++)
        {
            BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(i * sizeof(long)), numbers[i]);
        }

        var name = NewName();
        _graph.Add(5, Tensor(name, OnnxType.Int64, [numbers.Length]).Add(9, bytes));
        return name;
    }

    /// <summary>Numbers in a row.</summary>
    public string Numbers(params ReadOnlySpan<float> numbers)
    {
        var name = NewName();
        _graph.Add(5, Tensor(name, OnnxType.Float, [numbers.Length]).Add(9, System.Runtime.InteropServices.MemoryMarshal.AsBytes(numbers).ToArray()));
        return name;
    }

    /// <summary>Adds a node; gives the name of what it makes.</summary>
    /// <param name="operation">The operator.</param>
    /// <param name="inputs">What it takes; an empty name for an input that is left out.</param>
    /// <param name="output">The name of what it makes; null for a new one.</param>
    /// <param name="attributes">Whole numbers, lists of them, or words.</param>
    public string Add(string operation, IReadOnlyList<string> inputs, string? output = null, params ReadOnlySpan<(string Name, object Value)> attributes)
    {
        var node = new Message();
        foreach (var input in inputs)
        {
            node.Add(1, input);
        }

        output ??= NewName();
        node.Add(2, output).Add(4, operation);
        foreach (var (name, value) in attributes)
        {
            var attribute = new Message().Add(1, name);
            node.Add(5, value switch
            {
                int whole => attribute.Add(3, whole).Add(20, 2),
                string words => attribute.Add(4, words).Add(20, 3),
                int[] list => list.Aggregate(attribute, (all, whole) => all.Add(8, whole)).Add(20, 7),
                _ => throw new NotSupportedException($"An attribute of {value.GetType()}."),
            });
        }

        _graph.Add(1, node);
        return output;
    }

    /// <summary>Writes <c>model.onnx</c>.</summary>
    public void Save() => File.WriteAllBytes(
        Path.Combine(_folder, "model.onnx"), new Message().Add(1, 8).Add(7, _graph).Add(8, new Message().Add(1, "").Add(2, 17)).ToArray());

    public void Dispose() => _weights.Dispose();

    private static float[] MakeBlock()
    {
        var numbers = new double[BlockLength];
        Engine.Noise.Philox(1, Engine.Purpose.Begin, 0).Normal(0, numbers);
        return Array.ConvertAll(numbers, number => (float)number);
    }

    private static Message Tensor(string name, OnnxType type, ReadOnlySpan<int> shape)
    {
        var tensor = new Message();
        foreach (var size in shape)
        {
            tensor.Add(1, size);
        }

        return tensor.Add(2, (int)type).Add(8, name);
    }

    private string NewName() => $"t{_names++}";

    private string Port(int field, string name, OnnxType type, ReadOnlySpan<int> shape)
    {
        var sizes = new Message();
        foreach (var size in shape)
        {
            sizes.Add(1, size > 0 ? new Message().Add(1, size) : new Message().Add(2, "batch"));
        }

        _graph.Add(field, new Message().Add(1, name).Add(2, new Message().Add(1, new Message().Add(1, (int)type).Add(2, sizes))));
        return name;
    }

    /// <summary>A message of the protocol buffer format, field by field.</summary>
    private sealed class Message
    {
        private readonly List<byte> _bytes = [];

        public Message Add(int field, long number)
        {
            Varint((uint)field << 3);
            Varint((ulong)number);
            return this;
        }

        public Message Add(int field, byte[] content)
        {
            Varint(((uint)field << 3) | 2);
            Varint((ulong)content.Length);
            _bytes.AddRange(content);
            return this;
        }

        public Message Add(int field, string text) => Add(field, Encoding.UTF8.GetBytes(text));

        public Message Add(int field, Message inner) => Add(field, inner.ToArray());

        public byte[] ToArray() => [.. _bytes];

        private void Varint(ulong number)
        {
            for (; number > 0x7F; number >>= 7)
            {
                _bytes.Add((byte)(number | 0x80));
            }

            _bytes.Add((byte)number);
        }
    }
}
