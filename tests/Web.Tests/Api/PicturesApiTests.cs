using System.Buffers.Binary;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Ranking.Engine.Diffusion;
using SkiaSharp;

namespace Ranking.Web.Tests.Api;

/// <summary>Pictures that are sent for sampling to start from.</summary>
public sealed class PicturesApiTests(ApiHost host) : IClassFixture<ApiHost>
{
    [Theory]
    [InlineData(SKEncodedImageFormat.Png, 0)]
    [InlineData(SKEncodedImageFormat.Jpeg, 3)]
    [InlineData(SKEncodedImageFormat.Webp, 3)]
    public async Task Pictures_of_three_formats_are_kept_as_they_look(SKEncodedImageFormat format, int tolerance)
    {
        var sent = await SendAsync(Drawn(format, 255), HttpStatusCode.Created);
        var picture = await PictureAsync(sent.Text("url"));
        Assert.Equal((24, 16), (picture.Width, picture.Height));
        Assert.InRange(picture.Rgb[0], 200 - tolerance, 200 + tolerance);
        Assert.InRange(picture.Rgb[^1], 90 - tolerance, 90 + tolerance);
        Assert.Equal(12, (await PictureAsync(sent.Text("url") + "?size=12")).Width);
        Assert.Equal(sent.Text("hash"), (await SendAsync(Drawn(format, 255), HttpStatusCode.Created)).Text("hash"));
    }

    [Fact]
    public async Task What_is_transparent_lies_over_white() =>
        Assert.All((await PictureAsync((await SendAsync(Drawn(SKEncodedImageFormat.Png, 0), HttpStatusCode.Created)).Text("url"))).Rgb, level => Assert.Equal(255, level));

    [Fact]
    public async Task A_study_starts_from_a_picture()
    {
        var hash = (await SendAsync(Drawn(SKEncodedImageFormat.Png, 255), HttpStatusCode.Created)).Text("hash");
        async Task<Picture> FirstAsync(object space)
        {
            var study = await host.Admin.PostAsync("/api/v1/studies", new { space, batch = new { size = 4 } }, HttpStatusCode.Created);
            var session = (await host.Admin.PostAsync($"/api/v1/studies/{study.Text("id")}/sessions", new { seed = 1 }, HttpStatusCode.Created)).Text("id");
            return await PictureAsync($"/api/v1/candidates/{(await host.Admin.ReadyAsync(session)).Ids()[0]}/image");
        }

        var near = await FirstAsync(new { kind = "diffusion", model = "demo", steps = 10, startPicture = hash, strength = 0.1 });
        var free = await FirstAsync(new { kind = "diffusion", model = "demo", steps = 10 });
        var picture = (await PictureAsync($"/api/v1/pictures/{hash}")).Fit(near.Width, near.Height);
        Assert.True(Distance(picture, near) < 0.5 * Distance(picture, free), $"{Distance(picture, near)} of {Distance(picture, free)}");

        var refusal = await host.Admin.PostAsync(
            "/api/v1/studies", new { space = new { kind = "diffusion", model = "demo", startPicture = new string('0', 64) } }, HttpStatusCode.UnprocessableEntity);
        Assert.Contains("startPicture", refusal.GetProperty("errors").ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_no_picture_is_refused_and_so_are_bombs_and_strangers()
    {
        var png = Drawn(SKEncodedImageFormat.Png, 255);
        await SendAsync([.. "hello"u8], HttpStatusCode.UnsupportedMediaType);
        await SendAsync(png[..^1], HttpStatusCode.UnsupportedMediaType);
        await SendAsync([.. png[..40], .. new byte[png.Length - 60], .. png[^20..]], HttpStatusCode.UnsupportedMediaType);
        await SendAsync(new byte[(10 << 20) + 1], HttpStatusCode.RequestEntityTooLarge);

        // A small file that says it is 60,000 pixels wide and high.
        var bomb = Drawn(SKEncodedImageFormat.Jpeg, 255);
        var frame = bomb.AsSpan().IndexOf((ReadOnlySpan<byte>)[0xFF, 0xC0]);
        BinaryPrimitives.WriteUInt16BigEndian(bomb.AsSpan(frame + 5), 60_000);
        BinaryPrimitives.WriteUInt16BigEndian(bomb.AsSpan(frame + 7), 60_000);
        var refusal = await SendAsync(bomb, HttpStatusCode.UnsupportedMediaType);
        Assert.Contains("60000 × 60000", refusal.Text("detail"), StringComparison.Ordinal);

        await host.Admin.GetAsync($"/api/v1/pictures/{new string('0', 64)}", HttpStatusCode.NotFound);
        await host.Admin.GetAsync("/api/v1/pictures/..%2F..%2Franking.db", HttpStatusCode.NotFound);
        using var oracle = await host.ClientAsync("oracle");
        await Requests.SendAsync(oracle, HttpMethod.Post, "/api/v1/pictures", new ByteArrayContent(png), HttpStatusCode.Forbidden);
    }

    private static byte[] Drawn(SKEncodedImageFormat format, byte alpha)
    {
        using var bitmap = new SKBitmap(new SKImageInfo(24, 16, SKColorType.Rgba8888, SKAlphaType.Unpremul));
        bitmap.Erase(new SKColor(200, 60, 90, alpha));
        using var data = bitmap.Encode(format, 95);
        return data.ToArray();
    }

    private static double Distance(Picture a, Picture b) => Math.Sqrt(a.Rgb.Zip(b.Rgb, (x, y) => Math.Pow(x - y, 2)).Average());

    private async Task<Picture> PictureAsync(string url) => Png.Decode(await host.Admin.GetByteArrayAsync(new Uri(url, UriKind.Relative)));

    private async Task<JsonElement> SendAsync(byte[] file, HttpStatusCode expected)
    {
        using var content = new ByteArrayContent(file) { Headers = { ContentType = new MediaTypeHeaderValue("image/png") } };
        return await Requests.SendAsync(host.Admin, HttpMethod.Post, "/api/v1/pictures", content, expected);
    }
}
