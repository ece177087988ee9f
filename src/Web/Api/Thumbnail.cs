using Ranking.Engine.Diffusion;
using Ranking.Engine.Spaces;

namespace Ranking.Web.Api;

/// <summary>Makes a smaller copy of a picture.</summary>
internal static class Thumbnail
{
    /// <summary>The picture with at most <paramref name="longest"/> pixels on its longer side; itself when it is small enough or no PNG that can be read here.</summary>
    public static ReadOnlyMemory<byte> Of(Artifact picture, int longest)
    {
        if (picture.MediaType != "image/png")
        {
            return picture.Bytes;
        }

        try
        {
            var full = Png.Decode(picture.Bytes.Span);
            return Math.Max(full.Width, full.Height) <= longest ? picture.Bytes : Png.Encode(full.Resize(longest));
        }
        catch (InvalidDataException)
        {
            // Another program's picture may have colours of another kind; browsers scale it.
            return picture.Bytes;
        }
    }
}
