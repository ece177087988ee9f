using Ranking.Engine;
using Ranking.Engine.Diffusion;
using Ranking.Engine.Guidances;

namespace Ranking.Benchmarks;

/// <summary>Pictures per second of the demo model by batch size, where the time goes, and what a picture allocates.</summary>
internal static class DiffusionSuite
{
    private const int Repeats = 5;
    private static readonly int[] BatchSizes = [1, 2, 4, 6, 8, 16];

    public static async Task<object> RunAsync(IReadOnlyList<string> args)
    {
        using var models = new Models([Path.Combine(Home(), "models")]);
        var folder = models.Find("demo");
        Console.WriteLine(models.Device.Reason);
        var start = System.Diagnostics.Stopwatch.GetTimestamp();
        using var lease = await models.OpenAsync(folder);
        var pipeline = lease.Pipeline;
        var loadMs = System.Diagnostics.Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        Console.WriteLine($"{folder.Title}: loaded in {loadMs:F0} ms, {folder.Width}×{folder.Height}, 10 steps, guidance 3");
        var request = new PictureRequest(folder.Prompt, folder.NegativePrompt, folder.Sampler, 10, new GuidanceSettings { Scale = 3 });
        var rows = new List<object>();
        foreach (var count in BatchSizes)
        {
            rows.Add(await MeasureAsync(pipeline, request, count));
        }

        return new { Suite = "diffusion", Report.Machine, Device = models.Device.Reason, Model = folder.Name, request.Steps, Guidance = request.Guidance.Scale, LoadMs = loadMs, Batches = rows };
    }

    private static async Task<object> MeasureAsync(DiffusionPipeline pipeline, PictureRequest request, int count)
    {
        var latents = new double[count * pipeline.Folder.Dimension];
        Noise.Philox(1, Purpose.Begin, 0).Normal(0, latents);
        await pipeline.DrawAsync(latents, count, request, (_, _) => { });
        var (times, busy, bytes) = (new double[Repeats], pipeline.Busy, GC.GetTotalAllocatedBytes(precise: true));
        for (var i = 0; i < Repeats; i++)
        {
            var start = System.Diagnostics.Stopwatch.GetTimestamp();
            await pipeline.DrawAsync(latents, count, request, (_, picture) => Png.Encode(picture));
            times[i] = System.Diagnostics.Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }

        var median = Report.Median(times);
        var row = new
        {
            Pictures = count,
            MedianMs = median,
            FastestMs = times.Min(),
            PicturesPerSecond = count * 1000 / median,
            OnnxRuntimeShare = (pipeline.Busy - busy).TotalMilliseconds / times.Sum(),
            BytesPerPicture = (GC.GetTotalAllocatedBytes(precise: true) - bytes) / (Repeats * count),
        };
        Console.WriteLine(
            $"batch {count,2}: {median,7:F0} ms (fastest {row.FastestMs:F0}), {row.PicturesPerSecond:F1} pictures/s, "
            + $"{row.OnnxRuntimeShare:P1} in ONNX Runtime, {row.BytesPerPicture / 1024} KiB per picture");
        return row;
    }

    internal static string Home()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Ranking.sln")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("The benchmarks run inside the repository.");
        }

        return folder;
    }
}
