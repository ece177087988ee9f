using System.Buffers.Binary;
using System.IO.Compression;

namespace Ranking.Engine.Diffusion;

/// <summary>Portable Network Graphics, as far as pictures of this project need it: 8-bit RGB, not interlaced (ISO/IEC 15948).</summary>
public static class Png
{
    private const int BytesPerPixel = 3;

    private static readonly byte[] Signature = [137, 80, 78, 71, 13, 10, 26, 10];
    private static readonly uint[] CrcTable = MakeCrcTable();

    /// <summary>The file of a picture. The same picture gives the same bytes.</summary>
    public static byte[] Encode(Picture picture)
    {
        using var file = new MemoryStream();
        file.Write(Signature);
        Span<byte> header = stackalloc byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, picture.Width);
        BinaryPrimitives.WriteInt32BigEndian(header[4..], picture.Height);
        header[8] = 8; // bits per channel
        header[9] = 2; // red, green, blue
        WriteChunk(file, "IHDR"u8, header);

        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            WriteRows(picture, zlib);
        }

        WriteChunk(file, "IDAT"u8, packed.GetBuffer().AsSpan(0, (int)packed.Length));
        WriteChunk(file, "IEND"u8, []);
        return file.ToArray();
    }

    /// <summary>The picture in a file that <see cref="Encode"/> wrote.</summary>
    /// <exception cref="InvalidDataException">It is not such a file, or damaged.</exception>
    public static Picture Decode(ReadOnlySpan<byte> file)
    {
        if (!file.StartsWith(Signature))
        {
            throw new InvalidDataException("This is not a PNG file.");
        }

        var (width, height) = (0, 0);
        using var packed = new MemoryStream();
        for (var at = Signature.Length; at + 12 <= file.Length;)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(file[at..]);
            if (length < 0 || length > file.Length - at - 12 || BinaryPrimitives.ReadUInt32BigEndian(file[(at + 8 + length)..]) != Crc(file.Slice(at + 4, length + 4)))
            {
                throw new InvalidDataException("The PNG file is damaged.");
            }

            var type = file.Slice(at + 4, 4);
            var data = file.Slice(at + 8, length);
            if (type.SequenceEqual("IHDR"u8))
            {
                (width, height) = (BinaryPrimitives.ReadInt32BigEndian(data), BinaryPrimitives.ReadInt32BigEndian(data[4..]));
                if (data[8] != 8 || data[9] != 2 || data[12] != 0 || width < 1 || height < 1 || (long)width * height > 1 << 28)
                {
                    throw new InvalidDataException("Only 8-bit RGB without interlacing is read.");
                }
            }
            else if (type.SequenceEqual("IDAT"u8))
            {
                packed.Write(data);
            }

            at += 12 + length;
        }

        packed.Position = 0;
        using var zlib = new ZLibStream(packed, CompressionMode.Decompress);
        return new Picture(width, height, ReadRows(zlib, width, height));
    }

    // Each row is written as the difference from a prediction by its neighbours (filter 4, Paeth), which suits drawn pictures.
    private static void WriteRows(Picture picture, ZLibStream zlib)
    {
        var stride = BytesPerPixel * picture.Width;
        var above = new byte[stride].AsSpan();
        var line = new byte[stride + 1];
        line[0] = 4;
        for (var y = 0; y < picture.Height; y++)
        {
            var row = picture.Rgb.AsSpan(y * stride, stride);
            for (var i = 0; i < stride; i++)
            {
                line[i + 1] = (byte)(row[i] - Predict(row, above, i));
            }

            zlib.Write(line);
            above = row;
        }
    }

    private static byte[] ReadRows(ZLibStream zlib, int width, int height)
    {
        var stride = BytesPerPixel * width;
        var rgb = new byte[height * stride];
        var above = new byte[stride].AsSpan();
        var line = new byte[stride + 1];
        for (var y = 0; y < height; y++)
        {
            zlib.ReadExactly(line);
            var row = rgb.AsSpan(y * stride, stride);
            for (var i = 0; i < stride; i++)
            {
                row[i] = (byte)(line[i + 1] + line[0] switch
                {
                    0 => 0,
                    1 => Left(row, i),
                    2 => above[i],
                    3 => (Left(row, i) + above[i]) / 2,
                    4 => Predict(row, above, i),
                    _ => throw new InvalidDataException("The PNG file is damaged."),
                });
            }

            above = row;
        }

        return rgb;
    }

    private static int Left(ReadOnlySpan<byte> row, int i) => i < BytesPerPixel ? 0 : row[i - BytesPerPixel];

    // Paeth's predictor: of left, above and above left the one nearest to left + above - above left.
    private static byte Predict(ReadOnlySpan<byte> row, ReadOnlySpan<byte> above, int i)
    {
        var (left, up, corner) = (Left(row, i), (int)above[i], Left(above, i));
        var estimate = left + up - corner;
        var (byLeft, byUp, byCorner) = (Math.Abs(estimate - left), Math.Abs(estimate - up), Math.Abs(estimate - corner));
        return (byte)(byLeft <= byUp && byLeft <= byCorner ? left : byUp <= byCorner ? up : corner);
    }

    private static void WriteChunk(MemoryStream file, ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        file.Write(number);
        var start = (int)file.Length;
        file.Write(type);
        file.Write(data);
        BinaryPrimitives.WriteUInt32BigEndian(number, Crc(file.GetBuffer().AsSpan(start, (int)file.Length - start)));
        file.Write(number);
    }

    private static uint Crc(ReadOnlySpan<byte> data)
    {
        var crc = uint.MaxValue;
        foreach (var b in data)
        {
            crc = CrcTable[(byte)(crc ^ b)] ^ (crc >> 8);
        }

        return ~crc;
    }

    private static uint[] MakeCrcTable()
    {
        var table = new uint[256];
        for (var i = 0u; i < table.Length; i++)
        {
            var entry = i;
            for (var bit = 0; bit < 8; bit++)
            {
                entry = (entry & 1) != 0 ? 0xEDB88320 ^ (entry >> 1) : entry >> 1;
            }

            table[i] = entry;
        }

        return table;
    }
}
