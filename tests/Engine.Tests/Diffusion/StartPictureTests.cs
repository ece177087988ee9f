using System.Text.Json;
using Ranking.Engine.Diffusion;
using Ranking.Engine.Sessions;
using Ranking.Engine.Spaces;

namespace Ranking.Engine.Tests.Diffusion;

/// <summary>Sampling that starts from a picture.</summary>
public sealed class StartPictureTests : IDisposable
{
    private readonly TinyModel _tiny = new();
    private readonly InMemoryArtifactStore _pictures = new();
    private readonly Models _models;

    public StartPictureTests()
    {
        _tiny.PutEncoder();
        _models = new Models([_tiny.Root], "cpu");
    }

    public void Dispose()
    {
        _models.Dispose();
        _tiny.Dispose();
    }

    [Fact]
    public async Task The_encoder_turns_a_decoded_latent_into_that_latent()
    {
        var folder = _models.Find("tiny");
        using var encoder = new PictureEncoder(folder, Device.Choose("cpu", 1));
        using var decoder = new Decoder(folder, Device.Choose("cpu", 1));
        var latent = Enumerable.Range(0, folder.Dimension).Select(i => i < 192 ? 0.4 * Math.Sin(i) : 0).ToArray();
        var picture = decoder.Decode([.. latent], 1, CancellationToken.None)[0];
        Assert.All(latent.Zip(encoder.Encode(picture, CancellationToken.None)), pair => Assert.Equal(pair.First, pair.Second, 0.003));
    }

    [Theory]
    [InlineData("ddim")]
    [InlineData("dpm-solver-multistep")]
    [InlineData("euler")]
    [InlineData("unipc")]
    public async Task The_weaker_the_nearer_to_the_picture(string sampler)
    {
        var picture = Drawn();
        var hash = await _pictures.PutAsync(new Artifact(Png.Encode(picture), "image/png"));
        var distances = new List<double>();
        foreach (var strength in (double[])[0.05, 0.5, 1])
        {
            await using var space = await OpenAsync(new { model = "tiny", prompt = "a cat", guidance = 1, steps = 20, sampler, startPicture = hash, strength });
            distances.Add(Distance(picture, await DrawAsync(space)));
        }

        await using var plain = await OpenAsync(new { model = "tiny", prompt = "a cat", guidance = 1, steps = 20, sampler });
        Assert.Equal(distances.Order(), distances);
        Assert.True(distances[0] < 0.5 * distances[2], string.Join(", ", distances));
        Assert.Equal(20, (await NotesAsync(plain)).Calls);
    }

    [Fact]
    public async Task Fewer_steps_are_taken_from_a_picture()
    {
        var hash = await _pictures.PutAsync(new Artifact(Png.Encode(Drawn()), "image/png"));
        await using var space = await OpenAsync(new { model = "tiny", prompt = "a cat", guidance = 1, steps = 20, startPicture = hash, strength = 0.3 });
        Assert.Equal(6, (await NotesAsync(space)).Calls);
    }

    [Fact]
    public async Task What_is_no_picture_of_the_server_is_refused()
    {
        var text = await _pictures.PutAsync(new Artifact("hello"u8.ToArray(), "text/plain"));
        foreach (var startPicture in (string[])[text, new('0', 64), "cat.png"])
        {
            var refusal = await Assert.ThrowsAsync<SettingsException>(() => OpenAsync(new { model = "tiny", startPicture }));
            Assert.Equal(["startPicture"], refusal.Errors.Keys);
        }
    }

    [Fact]
    public async Task A_model_without_an_encoder_says_so()
    {
        Directory.Delete(_tiny.File("vae_encoder"), true);
        var startPicture = await _pictures.PutAsync(new Artifact(Png.Encode(Drawn()), "image/png"));
        var refusal = await Assert.ThrowsAsync<SettingsException>(() => OpenAsync(new { model = "tiny", startPicture }));
        Assert.Contains("vae_encoder", refusal.Errors["startPicture"][0], StringComparison.Ordinal);
    }

    [Fact]
    public void Pictures_of_any_shape_are_cut_around_their_middle()
    {
        // Three fields side by side: the middle one remains.
        var wide = new Picture(6, 2, [.. Enumerable.Range(0, 12).SelectMany(i => new byte[] { (byte)(i % 6 / 2 * 100), 0, 0 })]);
        Assert.All(wide.Fit(4, 4).Rgb.Where((_, i) => i % 3 == 0), red => Assert.Equal(100, red));
        Assert.Equal((8, 4), (wide.Fit(8, 4).Width, wide.Fit(8, 4).Height));
    }

    private static Picture Drawn() => new(16, 16, [.. Enumerable.Range(0, 768).Select(i => (byte)(i / 48 / 2 * 30))]);

    private static double Distance(Picture a, Picture b) => Math.Sqrt(a.Rgb.Zip(b.Rgb, (x, y) => Math.Pow(x - y, 2)).Average());

    private Task<IOpenSpace> OpenAsync(object settings) => new DiffusionSpace(_models, _pictures).OpenAsync(JsonSerializer.SerializeToElement(settings));

    private static async Task<Picture> DrawAsync(IOpenSpace space)
    {
        var point = new double[space.Dimension];
        space.Start(Noise.Philox(4, Purpose.Begin, 0), point);
        Picture? picture = null;
        await space.RenderAsync(point, 1, (_, file) => picture = Png.Decode(file.Bytes.Span));
        return picture!;
    }

    private static async Task<(int Calls, IReadOnlyList<string> Notes)> NotesAsync(IOpenSpace space)
    {
        await DrawAsync(space);
        var note = space.Notes.Single(sentence => sentence.Contains("network calls a picture", StringComparison.Ordinal));
        return (int.Parse(note.Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture), space.Notes);
    }
}
