using System.Buffers.Binary;
using System.IO.Compression;
using Ranking.Engine.Rendering;

namespace Ranking.Engine.Tests.Rendering;

public sealed class PngTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(7, 3)]
    [InlineData(64, 65)]
    public void Pixels_come_back_as_they_were(int width, int height)
    {
        var rgb = new byte[width * height * 3];
        for (var i = 0; i < rgb.Length; i++)
        {
            rgb[i] = (byte)(i * 37 ^ (i >> 3));
        }

        var decoded = Pixels.Decode(Png.Encode(rgb, width, height));
        Assert.Equal((width, height), (decoded.Width, decoded.Height));
        Assert.Equal(rgb, decoded.Rgb);
    }

    [Fact]
    public void A_wrong_number_of_bytes_is_refused() => Assert.Throws<ArgumentException>(() => Png.Encode(new byte[11], 2, 2));

    [Fact]
    public void The_last_chunk_has_the_published_checksum() =>
        Assert.Equal([0xAE, 0x42, 0x60, 0x82], Png.Encode(new byte[3], 1, 1)[^4..]);
}

/// <summary>Reads PNG files back as far as this project writes them: RGB, rows with the filters None and Up.</summary>
internal static class Pixels
{
    public static (int Width, int Height, byte[] Rgb) Decode(ReadOnlySpan<byte> file)
    {
        var (width, height) = (BinaryPrimitives.ReadInt32BigEndian(file[16..]), BinaryPrimitives.ReadInt32BigEndian(file[20..]));
        using var packed = new MemoryStream();
        for (var at = 8; at < file.Length;)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(file[at..]);
            if (file.Slice(at + 4, 4).SequenceEqual("IDAT"u8))
            {
                packed.Write(file.Slice(at + 8, length));
            }

            at += length + 12;
        }

        packed.Position = 0;
        using var zlib = new ZLibStream(packed, CompressionMode.Decompress);
        var (stride, rgb, filter) = (width * 3, new byte[width * height * 3], new byte[1]);
        for (var start = 0; start < rgb.Length; start += stride)
        {
            zlib.ReadExactly(filter);
            zlib.ReadExactly(rgb, start, stride);
            Assert.InRange(filter[0], 0, 2);
            Assert.NotEqual(1, filter[0]);
            for (var i = 0; i < stride && filter[0] == 2 && start > 0; i++)
            {
                rgb[start + i] += rgb[start + i - stride];
            }
        }

        return (width, height, rgb);
    }
}
