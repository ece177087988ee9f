using System.Diagnostics;
using Ranking.Engine;
using Ranking.Engine.Diffusion;
using Ranking.Engine.Guidances;
using Ranking.Engine.Schedulers;

namespace Ranking.Benchmarks;

/// <summary>
/// Pictures per second of the demo model by batch size, where the time goes, what a picture allocates, and what the bare
/// network calls alone take: measured by turns, so that a busy machine slows both.
/// </summary>
internal static class DiffusionSuite
{
    private const int Repeats = 7;
    private static readonly int[] BatchSizes = [1, 2, 4, 8, 16];

    public static async Task<object> RunAsync(IReadOnlyList<string> args)
    {
        using var models = new Models([Path.Combine(Report.Home(), "models")]);
        var folder = models.Find("demo");
        Console.WriteLine(models.Device.Reason);
        var start = Stopwatch.GetTimestamp();
        using var lease = await models.OpenAsync(folder);
        var pipeline = lease.Pipeline;
        var loadMs = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        Console.WriteLine($"{folder.Title}: loaded in {loadMs:F0} ms, {folder.Width}×{folder.Height}, 10 steps, guidance 3");
        var request = new PictureRequest(folder.Prompt, folder.NegativePrompt, folder.Sampler, 10, new GuidanceSettings { Scale = 3 });
        var calls = new Catalog<Scheduler>()[request.Sampler].Plan(folder.SchedulerConfig, request.Steps).Steps.Length;
        var rows = new List<object>();
        foreach (var count in BatchSizes)
        {
            using var bare = new BareNetworks(folder, models.Device.Threads, count, calls);
            rows.Add(await MeasureAsync(pipeline, request, count, bare));
        }

        return new { Suite = "diffusion", Report.Machine, Device = models.Device.Reason, Model = folder.Name, request.Steps, Guidance = request.Guidance.Scale, LoadMs = loadMs, Batches = rows };
    }

    private static async Task<object> MeasureAsync(DiffusionPipeline pipeline, PictureRequest request, int count, BareNetworks bare)
    {
        var latents = new double[count * pipeline.Folder.Dimension];
        Noise.Philox(1, Purpose.Begin, 0).Normal(0, latents);
        await pipeline.DrawAsync(latents, count, request, (_, _) => { });
        var (times, bareTimes) = (new double[Repeats], new double[Repeats]);
        var (busy, bytes) = (pipeline.Busy, 0L);
        for (var i = 0; i < Repeats; i++)
        {
            var before = GC.GetTotalAllocatedBytes(precise: true);
            var start = Stopwatch.GetTimestamp();
            await pipeline.DrawAsync(latents, count, request, (_, picture) => Png.Encode(picture));
            times[i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            bytes += GC.GetTotalAllocatedBytes(precise: true) - before;
            start = Stopwatch.GetTimestamp();
            bare.Run();
            bareTimes[i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }

        var (median, bareMedian) = (Report.Median(times), Report.Median(bareTimes));
        var row = new
        {
            Pictures = count,
            MedianMs = median,
            FastestMs = times.Min(),
            PicturesPerSecond = count * 1000 / median,
            OnnxRuntimeShare = (pipeline.Busy - busy).TotalMilliseconds / times.Sum(),
            BareMedianMs = bareMedian,
            BareFastestMs = bareTimes.Min(),
            TimesBare = Report.Median([.. times.Zip(bareTimes, (time, alone) => time / alone)]),
            BytesPerPicture = bytes / (Repeats * count),
        };
        Console.WriteLine(
            $"batch {count,2}: {median,7:F0} ms (fastest {row.FastestMs:F0}), {row.PicturesPerSecond:F1} pictures/s, "
            + $"{row.OnnxRuntimeShare:P1} in ONNX Runtime; bare calls {bareMedian:F0} ms (fastest {row.BareFastestMs:F0}), {row.TimesBare:F2} times that; {row.BytesPerPicture / 1024} KiB per picture");
        return row;
    }
}
