using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Ranking.Engine.Diffusion;

namespace Ranking.Web.Tests.Api;

/// <summary>Pictures that another program makes.</summary>
public sealed class SamplesApiTests(ApiHost host) : IClassFixture<ApiHost>
{
    [Fact]
    public async Task A_batch_waits_until_another_program_has_sent_its_pictures()
    {
        var session = await PicturedAsync();
        var batch = await host.Admin.BatchAsync(session);
        Assert.Equal("rendering", batch.Text("status"));
        var pending = await PendingAsync(session);
        Assert.Equal(batch.Ids(), pending[..^1].Select(sample => sample.Text("candidateId")));
        Assert.EndsWith("-best", pending[^1].Text("candidateId"), StringComparison.Ordinal);
        Assert.Equal(batch.GetProperty("candidates")[0].GetProperty("point").ToString(), pending[0].GetProperty("point").ToString());
        await host.Admin.GetAsync(pending[0].Text("imageUrl"), HttpStatusCode.NotFound);
        var waiting = host.Admin.ReadyAsync(session);

        for (var i = 0; i < pending.Length; i++)
        {
            await SupplyAsync(pending[i].Text("imageUrl"), Drawn(i), HttpStatusCode.NoContent);
        }

        Assert.Equal("ready", (await waiting).Text("status"));
        Assert.Empty(await PendingAsync(session));
        using var picture = await host.Admin.GetAsync(new Uri(pending[1].Text("imageUrl"), UriKind.Relative));
        Assert.Equal(Drawn(1), await picture.Content.ReadAsByteArrayAsync());
        await host.Admin.JudgeAsync(session);
        Assert.Equal((await host.Admin.BatchAsync(session)).Ids().Length + 1, (await PendingAsync(session)).Length);
    }

    [Fact]
    public async Task A_picture_stays_and_the_same_may_be_sent_again()
    {
        var url = (await PendingAsync(await PicturedAsync()))[0].Text("imageUrl");
        await SupplyAsync(url, Drawn(0), HttpStatusCode.NoContent);

        await SupplyAsync(url, Drawn(0), HttpStatusCode.NoContent);
        await SupplyAsync(url, Drawn(1), HttpStatusCode.Conflict);

        using var picture = await host.Admin.GetAsync(new Uri(url, UriKind.Relative));
        Assert.Equal(Drawn(0), await picture.Content.ReadAsByteArrayAsync());
    }

    public static TheoryData<string, byte[], string?> Files() => new()
    {
        { "a JPEG", [0xFF, 0xD8, 0xFF, 0xE0, 1, 2, 3, 0xFF, 0xD9], "image/jpeg" },
        { "a WebP", [.. "RIFF"u8, 13, 0, 0, 0, .. "WEBPVP8 "u8, 1, 2, 3, 4, 5], "image/webp" },
        { "a PNG that ends early", Drawn(0)[..^1], null },
        { "a JPEG that ends early", [0xFF, 0xD8, 0xFF, 0xE0, 1, 2, 3], null },
        { "a WebP that ends early", [.. "RIFF"u8, 14, 0, 0, 0, .. "WEBPVP8 "u8, 1, 2, 3, 4, 5], null },
        { "a page", [.. "<html><script>alert(1)</script></html>"u8], null },
        { "nothing", [], null },
    };

    [Theory]
    [MemberData(nameof(Files))]
    public async Task Content_tells_what_a_picture_is(string what, byte[] file, string? type)
    {
        var url = (await PendingAsync(await PicturedAsync()))[0].Text("imageUrl");

        await SupplyAsync(url, file, type is null ? HttpStatusCode.UnsupportedMediaType : HttpStatusCode.NoContent);

        using var picture = await host.Admin.GetAsync(new Uri(url + "?size=8", UriKind.Relative));
        Assert.Equal((what, type ?? "application/problem+json"), (what, picture.Content.Headers.ContentType?.MediaType));
    }

    [Fact]
    public async Task Pictures_are_taken_where_they_are_awaited_and_of_bounded_size_only()
    {
        var awaited = (await PendingAsync(await PicturedAsync()))[0].Text("imageUrl");
        await SupplyAsync(awaited, new byte[(10 << 20) + 1], HttpStatusCode.RequestEntityTooLarge);
        await SupplyAsync(awaited.Replace("-0/", "-40/", StringComparison.Ordinal).Replace("-1/", "-41/", StringComparison.Ordinal).Replace("-2/", "-42/", StringComparison.Ordinal).Replace("-3/", "-43/", StringComparison.Ordinal), Drawn(0), HttpStatusCode.NotFound);
        await SupplyAsync("/api/v1/candidates/nobody/image", Drawn(0), HttpStatusCode.NotFound);
        using var reader = await host.ClientAsync("read");
        await Requests.SendAsync(reader, HttpMethod.Put, awaited, new ByteArrayContent(Drawn(0)), HttpStatusCode.Forbidden);

        var drawn = await host.SessionAsync();
        Assert.Empty(await PendingAsync(drawn));
        await SupplyAsync($"/api/v1/candidates/{(await host.Admin.BatchAsync(drawn)).Ids()[0]}/image", Drawn(0), HttpStatusCode.NotFound);
    }

    private static byte[] Drawn(int shade) => Png.Encode(new Picture(4, 4, [.. Enumerable.Repeat((byte)(10 * shade), 48)]));

    private async Task<string> PicturedAsync()
    {
        var study = await host.Admin.PostAsync(
            "/api/v1/studies", new { space = new { kind = "external", dimension = 3, pictures = true }, batch = new { size = 4 } }, HttpStatusCode.Created);
        return (await host.Admin.PostAsync($"/api/v1/studies/{study.Text("id")}/sessions", new { }, HttpStatusCode.Created)).Text("id");
    }

    private async Task<JsonElement[]> PendingAsync(string session) =>
        (await host.Admin.GetAsync($"/api/v1/sessions/{session}/pending-samples", HttpStatusCode.OK)).Items();

    private async Task SupplyAsync(string url, byte[] file, HttpStatusCode expected)
    {
        using var content = new ByteArrayContent(file) { Headers = { ContentType = new MediaTypeHeaderValue("image/png") } };
        await Requests.SendAsync(host.Admin, HttpMethod.Put, url, content, expected);
    }
}
