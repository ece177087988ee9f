using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Ranking.Engine;

/// <summary>States and snapshots as JSON with no bit lost: vectors travel as base64 of little-endian float64.</summary>
public static class StateJson
{
    /// <summary>The options that states are written and read with.</summary>
    public static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.General)
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Converters = { new VectorConverter(), new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    /// <summary>A vector as little-endian float64 bytes.</summary>
    public static byte[] ToBytes(ReadOnlySpan<double> vector)
    {
        var bytes = new byte[vector.Length * sizeof(double)];
        if (BitConverter.IsLittleEndian)
        {
            MemoryMarshal.AsBytes(vector).CopyTo(bytes);
        }
        else
        {
            for (var i = 0; i < vector.Length; i++)
            {
                BinaryPrimitives.WriteDoubleLittleEndian(bytes.AsSpan(i * sizeof(double)), vector[i]);
            }
        }

        return bytes;
    }

    /// <summary>The vector that <see cref="ToBytes"/> wrote.</summary>
    public static double[] FromBytes(ReadOnlySpan<byte> bytes)
    {
        var vector = new double[bytes.Length / sizeof(double)];
        for (var i = 0; i < vector.Length; i++)
        {
            vector[i] = BinaryPrimitives.ReadDoubleLittleEndian(bytes[(i * sizeof(double))..]);
        }

        return vector;
    }

    private sealed class VectorConverter : JsonConverter<double[]>
    {
        public override double[] Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            FromBytes(reader.GetBytesFromBase64());

        public override void Write(Utf8JsonWriter writer, double[] value, JsonSerializerOptions options) =>
            writer.WriteBase64StringValue(ToBytes(value));
    }
}
