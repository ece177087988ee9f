using System.Buffers.Binary;
using System.IO.Compression;
using Ranking.Engine.Rendering;
using Ranking.Engine.Spaces;

namespace Ranking.Web.Api;

/// <summary>Makes a smaller copy of a picture by averaging areas.</summary>
internal static class Thumbnail
{
    /// <summary>The picture with at most <paramref name="longest"/> pixels on its longer side; itself when it is small enough or no PNG of ours.</summary>
    public static ReadOnlyMemory<byte> Of(Artifact picture, int longest)
    {
        if (picture.MediaType != "image/png" || Read(picture.Bytes.Span) is not var (rgb, width, height) || Math.Max(width, height) <= longest)
        {
            return picture.Bytes;
        }

        var scale = (double)longest / Math.Max(width, height);
        var (newWidth, newHeight) = (Math.Max(1, (int)Math.Round(width * scale)), Math.Max(1, (int)Math.Round(height * scale)));
        return Png.Encode(Shrink(rgb, width, height, newWidth, newHeight), newWidth, newHeight);
    }

    private static byte[] Shrink(byte[] rgb, int width, int height, int newWidth, int newHeight)
    {
        var small = new byte[newWidth * newHeight * 3];
        for (var y = 0; y < newHeight; y++)
        {
            var (top, bottom) = ((double)y * height / newHeight, (double)(y + 1) * height / newHeight);
            for (var x = 0; x < newWidth; x++)
            {
                var (left, right) = ((double)x * width / newWidth, (double)(x + 1) * width / newWidth);
                Span<double> sum = [0, 0, 0];
                for (var row = (int)top; row < bottom; row++)
                {
                    var rowShare = Math.Min(row + 1, bottom) - Math.Max(row, top);
                    for (var column = (int)left; column < right; column++)
                    {
                        var share = rowShare * (Math.Min(column + 1, right) - Math.Max(column, left));
                        for (var channel = 0; channel < 3; channel++)
                        {
                            sum[channel] += share * rgb[(((row * width) + column) * 3) + channel];
                        }
                    }
                }

                for (var channel = 0; channel < 3; channel++)
                {
                    small[(((y * newWidth) + x) * 3) + channel] = (byte)Math.Round(sum[channel] / ((bottom - top) * (right - left)));
                }
            }
        }

        return small;
    }

    // The PNGs that the engine writes: 8 bits a channel, RGB, not interlaced, one filter of two kinds.
    private static (byte[] Rgb, int Width, int Height)? Read(ReadOnlySpan<byte> file)
    {
        var width = BinaryPrimitives.ReadInt32BigEndian(file[16..]);
        var height = BinaryPrimitives.ReadInt32BigEndian(file[20..]);
        if (file[24] != 8 || file[25] != 2 || file[28] != 0)
        {
            return null;
        }

        using var packed = new MemoryStream();
        for (var at = 8; at + 12 <= file.Length;)
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
        var stride = width * 3;
        var rgb = new byte[stride * height];
        for (var start = 0; start < rgb.Length; start += stride)
        {
            var filter = zlib.ReadByte();
            zlib.ReadExactly(rgb, start, stride);
            if (filter is not (0 or 2))
            {
                return null;
            }

            for (var i = start; filter == 2 && start > 0 && i < start + stride; i++)
            {
                rgb[i] += rgb[i - stride];
            }
        }

        return (rgb, width, height);
    }
}
