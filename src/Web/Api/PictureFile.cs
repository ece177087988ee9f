using System.Buffers.Binary;

namespace Ranking.Web.Api;

/// <summary>What kind of picture a file is, by its content.</summary>
internal static class PictureFile
{
    /// <summary>The media type of a whole PNG (ISO 15948), JPEG (ITU-T T.81) or WebP (RFC 9649) file; null for anything else, a file that was cut short included.</summary>
    public static string? MediaType(ReadOnlySpan<byte> file) =>
        IsPng(file) ? "image/png"
        : IsJpeg(file) ? "image/jpeg"
        : IsWebP(file) ? "image/webp"
        : null;

    // From its signature and header to its last chunk, which has no data and always the same check sum.
    private static bool IsPng(ReadOnlySpan<byte> file) =>
        file.StartsWith((ReadOnlySpan<byte>)[0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13, (byte)'I', (byte)'H', (byte)'D', (byte)'R'])
        && file.EndsWith((ReadOnlySpan<byte>)[0, 0, 0, 0, (byte)'I', (byte)'E', (byte)'N', (byte)'D', 0xAE, 0x42, 0x60, 0x82]);

    // From the start of the image to its end.
    private static bool IsJpeg(ReadOnlySpan<byte> file) =>
        file.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF]) && file.EndsWith((ReadOnlySpan<byte>)[0xFF, 0xD9]);

    // A RIFF file tells the length of what follows its first eight bytes.
    private static bool IsWebP(ReadOnlySpan<byte> file) =>
        file.Length > 20 && file.StartsWith("RIFF"u8) && file[8..].StartsWith("WEBPVP8"u8) && BinaryPrimitives.ReadUInt32LittleEndian(file[4..]) == file.Length - 8;
}
