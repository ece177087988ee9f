using Ranking.Engine;
using Ranking.Engine.Diffusion;
using Ranking.Engine.Guidances;

namespace Ranking.Benchmarks;

/// <summary>
/// Optimisers that learn from rankings on pictures of the demo model, with judges made of code: how close a picture
/// comes to a hidden one, and how red its middle is. <c>--seeds</c> takes another number of seeds than 3, <c>--top</c> another
/// number of candidates that are ranked than 6.
/// </summary>
internal static class PictureSuite
{
    private const int Candidates = 6;
    private const int Steps = 10;
    private const int Coarse = 8;
    private static readonly string[] Optimizers = ["zo-rank-sgd", "ideal-point"];
    private static readonly int[] At = [0, 10, 20, 40];

    public static async Task<object> RunAsync(IReadOnlyList<string> args)
    {
        using var models = new Models([Path.Combine(Report.Home(), "models")]);
        using var lease = await models.OpenAsync(models.Find("demo"));
        var pipeline = lease.Pipeline;
        var (seeds, top) = (Report.Number(args, "--seeds", 3), Report.Number(args, "--top", Candidates));
        var rows = new List<object>();
        foreach (var judge in new[] { "hidden picture", "redness" })
        {
            foreach (var key in Optimizers)
            {
                for (var seed = 1; seed <= seeds; seed++)
                {
                    var losses = await RunAsync(pipeline, new Catalog<IOptimizer>()[key], judge == "redness" ? Redness : await HiddenAsync(pipeline, seed), top, seed);
                    rows.Add(new { Judge = judge, Optimizer = key, Seed = seed, Rankings = At, Losses = losses });
                    Console.WriteLine($"{judge,-16} {key,-14} seed {seed}  {string.Join("  ", At.Zip(losses, (n, loss) => $"{n}: {loss:F4}"))}");
                }
            }
        }

        return new { Suite = "pictures", Report.Machine, Candidates, RankTop = top, Rows = rows };
    }

    private static async Task<double[]> RunAsync(DiffusionPipeline pipeline, IOptimizer optimizer, Func<Picture, double> loss, int top, int seed)
    {
        var run = optimizer.Start(new Problem(Latent(pipeline, seed), Candidates, top, new Geometry.Shell()), default, (ulong)seed);
        var reached = new List<double>();
        for (var round = 0; ; round++)
        {
            if (At.Contains(round))
            {
                reached.Add((await LossesAsync(pipeline, run.Best.ToArray(), 1, loss))[0]);
                if (reached.Count == At.Length)
                {
                    return [.. reached];
                }
            }

            var count = run.Query.Count;
            var block = new double[count * pipeline.Folder.Dimension];
            run.Ask(new Batch(block, count, pipeline.Folder.Dimension));
            var losses = await LossesAsync(pipeline, block, count, loss);
            run.Tell(Judgement.Ranking.Of(Report.Order(losses, run.Query.RankTop)));
        }
    }

    private static async Task<double[]> LossesAsync(DiffusionPipeline pipeline, double[] latents, int count, Func<Picture, double> loss)
    {
        var folder = pipeline.Folder;
        var losses = new double[count];
        await pipeline.DrawAsync(latents, count, new PictureRequest(folder.Prompt, folder.NegativePrompt, folder.Sampler, Steps, new GuidanceSettings { Scale = 3 }), (i, picture) => losses[i] = loss(picture));
        return losses;
    }

    private static async Task<Func<Picture, double>> HiddenAsync(DiffusionPipeline pipeline, int seed)
    {
        byte[] hidden = [];
        await LossesAsync(pipeline, Latent(pipeline, 1000 + seed), 1, picture => (hidden = picture.Resize(Coarse).Rgb).Length);
        return picture => picture.Resize(Coarse).Rgb.Zip(hidden, (a, b) => Math.Pow((a - b) / 255.0, 2)).Average();
    }

    // How much less red than green and blue the middle half is; -1 is pure red.
    private static double Redness(Picture picture)
    {
        var (sum, count) = (0.0, 0);
        for (var y = picture.Height / 4; y < picture.Height * 3 / 4; y++)
        {
            for (var x = picture.Width / 4; x < picture.Width * 3 / 4; x++, count++)
            {
                var pixel = picture.Rgb.AsSpan(3 * ((y * picture.Width) + x), 3);
                sum += (((pixel[1] + pixel[2]) / 2.0) - pixel[0]) / 255;
            }
        }

        return sum / count;
    }

    private static double[] Latent(DiffusionPipeline pipeline, int seed)
    {
        var latent = new double[pipeline.Folder.Dimension];
        Noise.Philox((ulong)seed, Purpose.Begin, 0).Normal(0, latent);
        return latent;
    }
}
