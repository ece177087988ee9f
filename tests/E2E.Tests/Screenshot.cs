using System.Buffers.Binary;
using System.IO.Compression;
using Microsoft.Playwright;
using Ranking.Engine.Diffusion;

namespace Ranking.E2E.Tests;

/// <summary>Screenshots as small PNG files: a palette of at most 256 colours instead of three bytes a pixel.</summary>
internal static class Screenshot
{
    private const int Colours = 256;

    /// <summary>Takes what the window shows.</summary>
    public static async Task SaveAsync(this IPage page, string path)
    {
        var shown = await page.ScreenshotAsync(new() { Animations = ScreenshotAnimations.Disabled });
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await File.WriteAllBytesAsync(path, Encode(Png.Decode(shown)));
    }

    private static byte[] Encode(Picture picture)
    {
        var pixels = new int[picture.Width * picture.Height];
        for (var i = 0; i < pixels.Length; i++)
        {
            pixels[i] = (picture.Rgb[3 * i] << 16) | (picture.Rgb[(3 * i) + 1] << 8) | picture.Rgb[(3 * i) + 2];
        }

        var boxes = Split(pixels.GroupBy(p => p).Select(g => (Colour: g.Key, Count: g.Count())).ToArray());
        var palette = new byte[3 * boxes.Count];
        var indices = new Dictionary<int, byte>();
        for (var i = 0; i < boxes.Count; i++)
        {
            var all = boxes[i].Sum(c => (double)c.Count);
            for (var channel = 0; channel < 3; channel++)
            {
                palette[(3 * i) + channel] = (byte)Math.Round(boxes[i].Sum(c => (double)c.Count * Part(c.Colour, channel)) / all);
            }

            foreach (var (colour, _) in boxes[i])
            {
                indices[colour] = (byte)i;
            }
        }

        using var file = new MemoryStream();
        file.Write([137, 80, 78, 71, 13, 10, 26, 10]);
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, picture.Width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), picture.Height);
        (header[8], header[9]) = (8, 3); // eight bits, which are a place in the palette
        Chunk(file, "IHDR"u8, header);
        Chunk(file, "PLTE"u8, palette);
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            for (var y = 0; y < picture.Height; y++)
            {
                zlib.WriteByte(0);
                zlib.Write([.. pixels.AsSpan(y * picture.Width, picture.Width).ToArray().Select(p => indices[p])]);
            }
        }

        Chunk(file, "IDAT"u8, packed.ToArray());
        Chunk(file, "IEND"u8, []);
        return file.ToArray();
    }

    // Median cut: the box that differs most within is halved along its widest channel. The number of pixels counts little,
    // so that a small dot of a colour that means something keeps it.
    private static List<(int Colour, int Count)[]> Split((int Colour, int Count)[] all)
    {
        var boxes = new PriorityQueue<(int Colour, int Count)[], double>();
        boxes.Enqueue(all, 0);
        while (boxes.Count < Colours && boxes.Peek().Length > 1)
        {
            var box = boxes.Dequeue();
            var widest = Enumerable.Range(0, 3).MaxBy(channel => Width(box, channel));
            Array.Sort(box, (a, b) => Part(a.Colour, widest).CompareTo(Part(b.Colour, widest)));
            var half = box.Sum(c => (long)c.Count) / 2;
            var cut = 1;
            for (var sum = (long)box[0].Count; cut < box.Length - 1 && sum + box[cut].Count <= half; cut++)
            {
                sum += box[cut].Count;
            }

            foreach (var part in new[] { box[..cut], box[cut..] })
            {
                var pixels = part.Sum(c => (double)c.Count);
                boxes.Enqueue(part, part.Length == 1 ? 0 : -Enumerable.Range(0, 3).Max(channel => Width(part, channel)) * Math.Pow(pixels, 0.25));
            }
        }

        return [.. boxes.UnorderedItems.Select(item => item.Element)];
    }

    private static int Width((int Colour, int Count)[] box, int channel) => box.Max(c => Part(c.Colour, channel)) - box.Min(c => Part(c.Colour, channel));

    private static int Part(int colour, int channel) => (colour >> (16 - (8 * channel))) & 0xFF;

    private static void Chunk(MemoryStream file, ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        byte[] body = [.. type, .. data];
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        file.Write(number);
        file.Write(body);
        BinaryPrimitives.WriteUInt32BigEndian(number, Crc(body));
        file.Write(number);
    }

    // CRC-32 of ISO/IEC 15948, bit by bit.
    private static uint Crc(byte[] data)
    {
        var crc = uint.MaxValue;
        foreach (var b in data)
        {
            crc ^= b;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) != 0 ? 0xEDB88320 ^ (crc >> 1) : crc >> 1;
            }
        }

        return ~crc;
    }
}
