using System.Diagnostics;
using Ranking.Engine;
using Ranking.Engine.Diffusion;
using Ranking.Engine.Guidances;
using Ranking.Engine.Schedulers;

namespace Ranking.Benchmarks;

/// <summary>
/// Pictures per second by batch size, where the time goes, what a picture allocates, and what the bare network calls alone
/// take, of the demo model and of one of Stable Diffusion's size; and the wait after an answer. <c>--part demo</c>,
/// <c>large</c> or <c>waits</c> takes one of the three.
/// </summary>
internal static class DiffusionSuite
{
    public static async Task<object> RunAsync(IReadOnlyList<string> args)
    {
        using var models = new Models([Path.Combine(Report.Home(), "models")]);
        var demo = models.Find("demo");
        Console.WriteLine(models.Device.Reason);
        var part = Report.Argument(args, "--part");
        return new
        {
            Suite = "diffusion",
            Report.Machine,
            Device = models.Device.Reason,
            Demo = part is null or "demo" ? await MeasureAsync(demo, models.Device, steps: 10, guidance: 3, repeats: 7, [1, 2, 4, 8, 16]) : null,
            Large = part is null or "large" ? await LargeAsync(demo, models.Device) : null,
            Waits = part is null or "waits" ? await Waits.RunAsync(models) : null,
        };
    }

    // One step of one picture without guidance: on two cores that takes most of a minute, and the shares are those of many.
    private static async Task<object> LargeAsync(ModelFolder demo, Device device)
    {
        using var large = new LargeModel(demo);
        Console.WriteLine($"A denoiser of {large.Parameters / 1e6:F0} million random weights");
        return new { large.Parameters, Measured = await MeasureAsync(large.Folder, device, steps: 1, guidance: 1, repeats: 3, [1]) };
    }

    private static async Task<object> MeasureAsync(ModelFolder folder, Device device, int steps, double guidance, int repeats, int[] batches)
    {
        var start = Stopwatch.GetTimestamp();
        using var pipeline = new DiffusionPipeline(folder, device, new Catalog<Scheduler>());
        var loadMs = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        Console.WriteLine($"{folder.Title}: loaded in {loadMs:F0} ms, {folder.Width}×{folder.Height}, steps {steps}, guidance {guidance}");
        var request = new PictureRequest("a friendly monster", folder.NegativePrompt, folder.Sampler, steps, new GuidanceSettings { Scale = guidance });
        var rows = new List<object>();
        foreach (var count in batches)
        {
            using var bare = new BareNetworks(folder, device.Threads, count, guidance == 1 ? 1 : 2, pipeline.PlanOf(request).Steps.Length);
            rows.Add(await MeasureAsync(pipeline, request, count, repeats, bare));
        }

        return new { Model = folder.Name, Steps = steps, Guidance = guidance, LoadMs = loadMs, Batches = rows };
    }

    // By turns, so that a busy machine slows both.
    private static async Task<object> MeasureAsync(DiffusionPipeline pipeline, PictureRequest request, int count, int repeats, BareNetworks bare)
    {
        var latents = new double[count * pipeline.Folder.Dimension];
        Noise.Philox(1, Purpose.Begin, 0).Normal(0, latents);
        await pipeline.DrawAsync(latents, count, request, (_, _) => { });
        var (times, bareTimes) = (new double[repeats], new double[repeats]);
        var (busy, bytes) = (pipeline.Busy, 0L);
        for (var i = 0; i < repeats; i++)
        {
            var before = GC.GetTotalAllocatedBytes(precise: true);
            var start = Stopwatch.GetTimestamp();
            await pipeline.DrawAsync(latents, count, request, (_, _) => { });
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
            BytesPerPicture = bytes / (repeats * count),
        };
        Console.WriteLine(
            $"batch {count,2}: {median,7:F0} ms (fastest {row.FastestMs:F0}), {row.PicturesPerSecond:F2} pictures/s, "
            + $"{row.OnnxRuntimeShare:P1} in ONNX Runtime; bare calls {bareMedian:F0} ms (fastest {row.BareFastestMs:F0}), {row.TimesBare:F2} times that; {row.BytesPerPicture / 1024} KiB per picture");
        return row;
    }
}
