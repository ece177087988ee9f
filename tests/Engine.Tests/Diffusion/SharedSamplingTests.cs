using Ranking.Engine.Diffusion;
using Ranking.Engine.Guidances;
using Ranking.Engine.Schedulers;

namespace Ranking.Engine.Tests.Diffusion;

/// <summary>Callers that share network calls get what they would get alone, and do not disturb each other.</summary>
public sealed class SharedSamplingTests
{
    private static readonly Catalog<Scheduler> Schedulers = new();

    [Theory]
    [InlineData("unet-float-batch", true)]
    [InlineData("unet-int64-one", false)]
    public async Task A_short_run_joins_a_long_one_on_its_way_where_rows_have_times_of_their_own(string unet, bool joins)
    {
        using var model = new TinyModel(unet: unet);
        using var pipeline = Open(model);
        Assert.Equal(joins, pipeline.JoinsAtSteps);
        var (slow, quick) = (Request("ddim", 40, "a photo of a cat", 2), Request("euler", 3, "a dog", 4));
        var (slowAlone, quickAlone) = (await DrawAsync(pipeline, 0, 2, slow), await DrawAsync(pipeline, 2, 3, quick));

        // The short run is asked for when the long one has begun.
        Task<Picture[]>? quickly = null;
        var (isSlowDone, isFirst) = (false, false);
        var progress = new Reports(_ => quickly ??= DrawAsync(pipeline, 2, 3, quick, () => isFirst = !isSlowDone));
        var slowly = await DrawAsync(pipeline, 0, 2, slow, () => isSlowDone = true, progress);
        Assert.Equal(quickAlone.Select(p => p.Rgb), (await quickly!).Select(p => p.Rgb));
        Assert.Equal(slowAlone.Select(p => p.Rgb), slowly.Select(p => p.Rgb));
        Assert.Equal(joins, isFirst);
    }

    [Fact]
    public async Task Those_who_give_up_leave_the_others_their_pictures()
    {
        using var model = new TinyModel(unet: "unet-float-batch");
        using var pipeline = Open(model);
        var request = Request("ddim", 30, "a photo of a cat", 2);
        var alone = await DrawAsync(pipeline, 0, 2, request);
        using var cancel = new CancellationTokenSource();
        Task<NetworkCalls>? given = null;
        var progress = new Reports(share =>
        {
            if (share > 0.1 && given is null)
            {
                given = pipeline.DrawAsync(Latents(5, 2, pipeline), 2, request, (_, _) => Assert.Fail("It was given up."), null, cancel.Token);
            }
            else if (share > 0.5)
            {
                cancel.Cancel();
            }
        });
        Assert.Equal(alone.Select(p => p.Rgb), (await DrawAsync(pipeline, 0, 2, request, null, progress)).Select(p => p.Rgb));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => given!);
    }

    [Fact]
    public async Task A_request_that_fails_fails_alone()
    {
        using var model = new TinyModel(unet: "unet-float-batch");
        using var pipeline = Open(model);
        var request = Request("ddim", 20, "a photo of a cat", 2);
        var alone = await DrawAsync(pipeline, 0, 1, request);
        Task<Picture[]>? failing = null;
        var progress = new Reports(share => failing ??= DrawAsync(pipeline, 1, 1, request, () => throw new InvalidOperationException("The album is full.")));
        Assert.Equal(alone[0].Rgb, (await DrawAsync(pipeline, 0, 1, request, null, progress))[0].Rgb);
        Assert.Equal("The album is full.", (await Assert.ThrowsAsync<InvalidOperationException>(() => failing!)).Message);
    }

    [Fact]
    public async Task More_pictures_than_fit_are_made_in_parts()
    {
        using var model = new TinyModel();
        using var pipeline = Open(model);
        var request = Request("ddim", 4, "a photo of a cat", 2);
        var many = pipeline.Largest + 3;
        var pictures = await DrawAsync(pipeline, 0, many, request);
        Assert.Equal((await DrawAsync(pipeline, many - 1, 1, request))[0].Rgb, pictures[^1].Rgb);
    }

    [Theory]
    [InlineData("unet-int64-one", false)]
    [InlineData("unet-float-steps", true)]
    public async Task Measuring_finds_out_what_fits_and_whether_pictures_may_join(string unet, bool joins)
    {
        using var model = new TinyModel(unet: unet);
        using var pipeline = Open(model);
        await pipeline.MeasureAsync(tries: true);
        Assert.Equal(joins, pipeline.JoinsAtSteps);
        Assert.InRange(pipeline.Largest, 2, 64);
        await DrawAsync(pipeline, 0, 2, Request("ddim", 4, "a photo of a cat", 2));
    }

    private static DiffusionPipeline Open(TinyModel model) => new(ModelFolder.Read(model.File(), "tiny", Schedulers), Device.Choose("cpu", 1), Schedulers);

    private static PictureRequest Request(string sampler, int steps, string prompt, double guidance) =>
        new(prompt, "the night", sampler, steps, new GuidanceSettings { Scale = guidance });

    private static double[] Latents(int first, int count, DiffusionPipeline pipeline)
    {
        var dimension = pipeline.Folder.Dimension;
        var latents = new double[count * dimension];
        for (var i = 0; i < count; i++)
        {
            Noise.Philox(3, Purpose.Begin, 0).Normal(first + i, latents.AsSpan(i * dimension, dimension));
        }

        return latents;
    }

    private static async Task<Picture[]> DrawAsync(
        DiffusionPipeline pipeline, int first, int count, PictureRequest request, Action? done = null, IProgress<double>? progress = null)
    {
        var pictures = new Picture[count];
        await pipeline.DrawAsync(
            Latents(first, count, pipeline), count, request,
            (i, picture) =>
            {
                pictures[i] = picture;
                done?.Invoke();
            },
            progress);
        return pictures;
    }

    private sealed class Reports(Action<double> report) : IProgress<double>
    {
        public void Report(double value) => report(value);
    }
}
