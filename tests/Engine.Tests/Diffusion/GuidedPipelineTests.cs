using Ranking.Engine.Diffusion;
using Ranking.Engine.Guidances;
using Ranking.Engine.Schedulers;

namespace Ranking.Engine.Tests.Diffusion;

/// <summary>Guidances over networks in files.</summary>
public sealed class GuidedPipelineTests
{
    private const int Steps = 8;

    private static readonly Catalog<Scheduler> Schedulers = new();

    [Theory]
    [Trait("Row", "185")]
    [InlineData("classifier-free", 0, 2 * Steps)]
    [InlineData("adaptive", 1.01, 2 * Steps)]
    [InlineData("adaptive", -1, Steps + 1)]
    [InlineData("linear-adaptive", 0, Steps + 2)]
    public async Task Network_calls_are_counted_for_every_picture(string method, double threshold, int each)
    {
        using var model = new TinyModel();
        using var pipeline = Open(model);
        var request = Request(new GuidanceSettings { Scale = 3, Method = method, Threshold = threshold });
        await DrawAsync(pipeline, 3, request);
        var rehearsal = method == "linear-adaptive" ? 2 * 2 * Steps : 0;
        Assert.Equal(new NetworkCalls((3 * each) + rehearsal, 3 * ((2 * Steps) - each)), pipeline.Calls);

        // What was learned is not learned again.
        await DrawAsync(pipeline, 1, request);
        Assert.Equal(4 * ((2 * Steps) - each), pipeline.Calls.Saved);
        Assert.Equal((4 * each) + rehearsal, pipeline.Calls.Made);
    }

    [Fact]
    public async Task Without_guidance_nothing_is_saved()
    {
        using var model = new TinyModel();
        using var pipeline = Open(model);
        await DrawAsync(pipeline, 2, Request(new GuidanceSettings { Method = "adaptive" }));
        Assert.Equal(new NetworkCalls(2 * Steps, 0), pipeline.Calls);
    }

    // Answers that differ in one number everywhere: the reference is a linear function of the wanted answer.
    [Theory]
    [InlineData("adaptive")]
    [InlineData("linear-adaptive")]
    [InlineData("projected")]
    public async Task A_picture_does_not_depend_on_the_batch_it_is_made_in(string method)
    {
        using var model = new TinyModel();
        using var pipeline = Open(model);
        var request = Request(new GuidanceSettings { Scale = 3, Method = method, Threshold = 0.2 });
        var together = await DrawAsync(pipeline, 4, request);
        for (var i = 0; i < together.Length; i++)
        {
            Assert.Equal(together[i].Rgb, (await DrawAsync(pipeline, 1, request, i))[0].Rgb);
        }
    }

    [Theory]
    [Trait("Row", "194")]
    [InlineData("classifier-latent")]
    [InlineData("classifier-picture")]
    public async Task A_classifier_without_a_backward_pass_finds_its_class_at_least_as_often_as_in_plain_samples(string classifier)
    {
        using var model = new TinyModel();
        model.WriteClassifier(classifier, "cat", "night");
        using var pipeline = Open(model);

        // Pictures of this prompt have a mean of about 71; the other class's are brighter.
        int Dark(Picture[] pictures) => pictures.Count(picture => picture.Rgb.Average(x => (double)x) < 71.4);
        var plain = Dark(await DrawAsync(pipeline, 200, Request(new GuidanceSettings())));
        var guided = Dark(await DrawAsync(pipeline, 200, Request(new GuidanceSettings { Method = "classifier", Scale = 6 })));
        Assert.True(guided > plain, $"{guided} of {plain}");
        Assert.InRange(plain, 1, 199);
    }

    [Fact]
    public void A_classifier_is_asked_for_only_where_the_guidance_needs_it_and_must_know_the_prompt()
    {
        using var model = new TinyModel();
        using var pipeline = Open(model);
        Assert.Null(pipeline.ClassesOf(Request(new GuidanceSettings { Scale = 3 })));
        var byClassifier = Request(new GuidanceSettings { Scale = 3, Method = "classifier" });
        Assert.Contains("classifier/config.json is missing", Assert.Throws<InvalidDataException>(() => pipeline.ClassesOf(byClassifier)).Message, StringComparison.Ordinal);

        using var other = new TinyModel();
        other.WriteClassifier("classifier-latent", "dog", "bird");
        using var knowing = Open(other);
        Assert.Contains("dog, bird", Assert.Throws<InvalidDataException>(() => knowing.ClassesOf(byClassifier)).Message, StringComparison.Ordinal);
        var classes = knowing.ClassesOf(byClassifier with { Prompt = "a photo of a Bird at sea" })!;
        Assert.Equal((1, "a photo of a dog at sea"), (classes.Wanted, classes.PromptOf(0)));
    }

    private static DiffusionPipeline Open(TinyModel model) =>
        new(ModelFolder.Read(model.File(), "tiny", Schedulers), Device.Choose("cpu", 1), Schedulers);

    private static PictureRequest Request(GuidanceSettings guidance) => new("a photo of a cat", "the night", "ddim", Steps, guidance);

    private static async Task<Picture[]> DrawAsync(DiffusionPipeline pipeline, int count, PictureRequest request, int first = 0)
    {
        var latents = new double[count * pipeline.Folder.Dimension];
        for (var i = 0; i < count; i++)
        {
            Noise.Philox(3, Purpose.Begin, 0).Normal(first + i, latents.AsSpan(i * pipeline.Folder.Dimension, pipeline.Folder.Dimension));
        }

        var pictures = new Picture[count];
        await pipeline.DrawAsync(latents, count, request, (i, picture) => pictures[i] = picture);
        return pictures;
    }
}
