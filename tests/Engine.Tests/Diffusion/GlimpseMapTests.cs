using Ranking.Engine.Diffusion;
using Ranking.Engine.Guidances;
using Ranking.Engine.Schedulers;

namespace Ranking.Engine.Tests.Diffusion;

/// <summary>Pictures on their way, shown without the decoder.</summary>
public sealed class GlimpseMapTests
{
    private static readonly Catalog<Scheduler> Schedulers = new();

    [Fact]
    public void Colours_that_are_linear_in_the_latent_are_found()
    {
        var map = new GlimpseMap([4, 8, 8]);
        Assert.Null(map.Glimpse(new double[256]));
        for (var i = 0; i < 3; i++)
        {
            map.Learn(Latent(i), Decoded(Latent(i)));
        }

        Assert.All(Decoded(Latent(9)).Rgb.Zip(map.Glimpse(Latent(9))!.Rgb), pair => Assert.InRange(pair.Second, pair.First - 1, pair.First + 1));
    }

    [Fact]
    public async Task A_picture_shows_what_it_is_becoming_once_the_first_one_is_done()
    {
        using var model = new TinyModel();
        using var pipeline = new DiffusionPipeline(ModelFolder.Read(model.File(), "tiny", Schedulers), Device.Choose("cpu", 1), Schedulers)
        {
            BetweenGlimpses = TimeSpan.Zero,
        };
        var request = new PictureRequest("a photo of a cat", "", "ddim", 10, new GuidanceSettings());
        var seen = new List<(int Index, Picture Picture)>();
        var finished = new Picture[2];
        async Task DrawAsync() => await pipeline.DrawAsync(
            new double[2 * 256].Select((_, i) => Math.Sin(i)).ToArray(), [request, request], (i, picture) => finished[i] = picture, (i, picture) => seen.Add((i, picture)));

        await DrawAsync();
        Assert.Empty(seen);
        await DrawAsync();
        Assert.Equal(2 * 9, seen.Count);
        Assert.All(seen, glimpse => Assert.Equal((8, 8), (glimpse.Picture.Width, glimpse.Picture.Height)));
        double Distance(int at) => seen[at].Picture.Rgb.Zip(finished[seen[at].Index].Fit(8, 8).Rgb, (a, b) => Math.Pow(a - b, 2)).Average();
        Assert.True(Distance(17) < Distance(1), "The last glimpse is nearer to the picture than the first.");
    }

    private static double[] Latent(int seed)
    {
        var latent = new double[256];
        Noise.Philox(5, Purpose.Begin, 0).Normal(seed, latent);
        return latent;
    }

    private static Picture Decoded(double[] latent) => new(8, 8, [.. Enumerable.Range(0, 192).Select(i =>
        (byte)Math.Round(Math.Clamp(128 + (20 * latent[((i % 3) * 64) + (i / 3)]) - (9 * latent[(3 * 64) + (i / 3)]), 0, 255)))]);
}
