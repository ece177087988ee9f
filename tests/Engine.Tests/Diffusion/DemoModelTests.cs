using Ranking.Engine.Diffusion;
using Ranking.Engine.Guidances;

namespace Ranking.Engine.Tests.Diffusion;

/// <summary>The model that comes with the project, run as it is shipped.</summary>
public sealed class DemoModelTests
{
    /// <summary>Levels of 255 by which one pixel may differ when the same latent is drawn in another batch.</summary>
    private const int Tolerance = 1;

    [Fact]
    public async Task A_picture_is_the_same_whatever_batch_it_is_made_in()
    {
        using var models = new Models([Path.Combine(Repository(), "models")], "cpu");
        using var lease = await models.OpenAsync(models.Find("demo"));
        var pipeline = lease.Pipeline;
        var (folder, count) = (pipeline.Folder, 6);
        var latents = new double[count * folder.Dimension];
        Noise.Philox(9, Purpose.Begin, 0).Normal(0, latents);
        var request = new PictureRequest(folder.Prompt, folder.NegativePrompt, folder.Sampler, folder.Steps, new GuidanceSettings { Scale = folder.Guidance });

        var together = new Picture[count];
        await pipeline.DrawAsync(latents, count, request, (i, picture) => together[i] = picture);
        for (var i = 0; i < count; i += 2)
        {
            Picture? alone = null;
            await pipeline.DrawAsync(latents.AsMemory(i * folder.Dimension, folder.Dimension), 1, request, (_, picture) => alone = picture);
            Assert.Equal((folder.Width, folder.Height), (alone!.Width, alone.Height));
            Assert.InRange(together[i].Rgb.Zip(alone.Rgb, (a, b) => Math.Abs(a - b)).Max(), 0, Tolerance);
        }

        Assert.NotEqual(together[0].Rgb, together[1].Rgb);
    }

    private static string Repository()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Ranking.sln")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("The tests run inside the repository.");
        }

        return folder;
    }
}
