using Ranking.Engine.Diffusion;
using Ranking.Engine.Sessions;
using Ranking.Engine.Spaces;
using Ranking.Web.Api;
using SkiaSharp;

namespace Ranking.Web;

/// <summary>Pictures that people send, for sampling to start from. Kept as PNG in 8-bit RGB, whatever they came as.</summary>
/// <param name="artifacts">Where they are kept.</param>
public sealed class SentPictures(IArtifactStore artifacts)
{
    /// <summary>The longest file that is taken, in bytes.</summary>
    public const int LongestFile = 10 << 20;

    // Larger than any model's pictures; a file of a few bytes may unfold to much more.
    private const int LongestSide = 2048;
    private const long MostPixels = 64 << 20;

    /// <summary>Stores a picture.</summary>
    /// <param name="file">A PNG, JPEG or WebP file.</param>
    /// <param name="cancel">Gives up.</param>
    /// <returns>Its hash, by which settings name it.</returns>
    /// <exception cref="InvalidDataException">It is no such picture, damaged or too large; the message says which.</exception>
    public async Task<string> StoreAsync(ReadOnlyMemory<byte> file, CancellationToken cancel = default) =>
        await artifacts.PutAsync(new Artifact(await Task.Run(() => Png.Encode(Read(file.Span)), cancel), "image/png"), cancel);

    /// <summary>The picture with a hash; null when there is none.</summary>
    public async Task<Artifact?> FindAsync(string hash, CancellationToken cancel = default) =>
        await artifacts.GetAsync(hash, cancel) is { MediaType: "image/png" } picture ? picture : null;

    private static Picture Read(ReadOnlySpan<byte> file)
    {
        if (PictureFile.MediaType(file) is null)
        {
            throw new InvalidDataException("The file is not a whole PNG, JPEG or WebP picture.");
        }

        using var data = SKData.CreateCopy(file);
        using var codec = SKCodec.Create(data) ?? throw new InvalidDataException("The picture is damaged.");
        if ((long)codec.Info.Width * codec.Info.Height > MostPixels)
        {
            throw new InvalidDataException($"The picture has {codec.Info.Width} × {codec.Info.Height} pixels; {MostPixels >> 20} million are the most.");
        }

        // Over white, as browsers show transparent pictures on paper.
        using var bitmap = new SKBitmap(new SKImageInfo(codec.Info.Width, codec.Info.Height, SKColorType.Rgba8888, SKAlphaType.Unpremul));
        if (codec.GetPixels(bitmap.Info, bitmap.GetPixels()) != SKCodecResult.Success)
        {
            throw new InvalidDataException("The picture is damaged.");
        }

        var pixels = bitmap.GetPixelSpan();
        var rgb = new byte[3 * bitmap.Width * bitmap.Height];
        for (var i = 0; i < rgb.Length / 3; i++)
        {
            var alpha = pixels[(4 * i) + 3];
            for (var channel = 0; channel < 3; channel++)
            {
                rgb[(3 * i) + channel] = (byte)(((pixels[(4 * i) + channel] * alpha) + (255 * (255 - alpha)) + 127) / 255);
            }
        }

        var picture = new Picture(bitmap.Width, bitmap.Height, rgb);
        return Math.Max(picture.Width, picture.Height) > LongestSide ? picture.Resize(LongestSide) : picture;
    }
}
