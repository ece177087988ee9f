using System.Buffers.Binary;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace Ranking.Web.Tests.Api;

public sealed class CandidatesApiTests(ApiHost host) : IClassFixture<ApiHost>
{
    [Fact]
    public async Task A_picture_is_a_PNG_that_never_changes()
    {
        var batch = await host.Admin.ReadyAsync(await host.SessionAsync());
        var url = batch.GetProperty("candidates")[0].Text("imageUrl");

        using var response = await SendAsync(url);
        var bytes = await response.Content.ReadAsByteArrayAsync();

        Assert.Equal("image/png", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G'], bytes[..4]);
        await host.Admin.GetAsync(url.Replace("/image", "/glimpse", StringComparison.Ordinal), HttpStatusCode.NotFound);
        Assert.Contains("immutable", response.Headers.CacheControl!.ToString(), StringComparison.Ordinal);
        Assert.NotNull(response.Headers.ETag);
        using var again = await SendAsync(url);
        Assert.Equal(bytes, await again.Content.ReadAsByteArrayAsync());
        Assert.Equal(response.Headers.ETag, again.Headers.ETag);
    }

    [Fact]
    public async Task Who_has_the_picture_is_not_sent_it_again()
    {
        var batch = await host.Admin.ReadyAsync(await host.SessionAsync());
        var url = batch.GetProperty("candidates")[0].Text("imageUrl");
        using var first = await SendAsync(url);

        using var second = await SendAsync(url, request => request.Headers.IfNoneMatch.Add(first.Headers.ETag!));
        using var other = await SendAsync(url, request => request.Headers.IfNoneMatch.Add(new EntityTagHeaderValue("\"other\"")));

        Assert.Equal(HttpStatusCode.NotModified, second.StatusCode);
        Assert.Empty(await second.Content.ReadAsByteArrayAsync());
        Assert.Equal(HttpStatusCode.OK, other.StatusCode);
    }

    [Fact]
    public async Task A_smaller_picture_is_smaller_and_has_a_tag_of_its_own()
    {
        var batch = await host.Admin.ReadyAsync(await host.SessionAsync());
        var url = batch.GetProperty("candidates")[0].Text("imageUrl");
        using var full = await SendAsync(url);
        using var small = await SendAsync($"{url}?size=16");

        var (fullWidth, _) = Size(await full.Content.ReadAsByteArrayAsync());
        var (width, height) = Size(await small.Content.ReadAsByteArrayAsync());

        Assert.True(fullWidth > 16);
        Assert.Equal(16, Math.Max(width, height));
        Assert.NotEqual(full.Headers.ETag, small.Headers.ETag);
    }

    [Theory]
    [InlineData("7", 422)]
    [InlineData("4097", 422)]
    [InlineData("big", 400)]
    public async Task A_size_that_cannot_be_is_refused(string size, int status)
    {
        var batch = await host.Admin.BatchAsync(await host.SessionAsync());

        var problem = await host.Admin.GetAsync($"/api/v1/candidates/{batch.Ids()[0]}/image?size={size}", (HttpStatusCode)status);

        Assert.Equal(["size"], problem.Members());
    }

    [Fact]
    public async Task The_picture_of_an_old_candidate_can_still_be_had()
    {
        var session = await host.SessionAsync();
        var batch = await host.Admin.BatchAsync(session);
        await host.Admin.JudgeAsync(session);
        await host.Admin.JudgeAsync(session);

        foreach (var id in batch.Ids())
        {
            using var response = await SendAsync($"/api/v1/candidates/{id}/image");
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }
    }

    [Fact]
    public async Task A_point_is_the_same_as_JSON_as_bytes_and_in_the_batch()
    {
        var batch = await host.Admin.BatchAsync(await host.SessionAsync(dimension: 7));
        var candidate = batch.GetProperty("candidates")[2];
        var path = $"/api/v1/candidates/{candidate.Text("id")}/point";

        var json = await host.Admin.GetAsync(path, HttpStatusCode.OK);
        using var response = await SendAsync(path, request => request.Headers.Accept.ParseAdd("application/octet-stream"));
        var bytes = await response.Content.ReadAsByteArrayAsync();

        Assert.Equal("application/octet-stream", response.Content.Headers.ContentType?.MediaType);
        var doubles = Enumerable.Range(0, bytes.Length / 8).Select(i => BinaryPrimitives.ReadDoubleLittleEndian(bytes.AsSpan(8 * i))).ToArray();
        Assert.Equal(7, doubles.Length);
        Assert.Equal(doubles, json.GetProperty("point").Deserialize<double[]>()!);
        Assert.Equal(doubles, candidate.GetProperty("point").Deserialize<double[]>()!);
    }

    [Fact]
    public async Task A_long_point_is_left_out_of_the_batch_and_can_be_had_by_itself()
    {
        var batch = await host.Admin.BatchAsync(await host.SessionAsync(dimension: 4097));
        var candidate = batch.GetProperty("candidates")[0];

        Assert.Equal(JsonValueKind.Null, candidate.GetProperty("point").ValueKind);
        Assert.Equal(JsonValueKind.Null, candidate.GetProperty("imageUrl").ValueKind);
        var point = await host.Admin.GetAsync($"/api/v1/candidates/{candidate.Text("id")}/point", HttpStatusCode.OK);
        Assert.Equal(4097, point.GetProperty("point").GetArrayLength());
        await host.Admin.GetAsync($"/api/v1/candidates/{candidate.Text("id")}/image", HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_candidate_that_its_batch_never_had_is_not_found()
    {
        var batch = await host.Admin.BatchAsync(await host.SessionAsync());

        await host.Admin.GetAsync($"/api/v1/candidates/{batch.Text("id")}-4/point", HttpStatusCode.NotFound);
        await host.Admin.GetAsync($"/api/v1/candidates/{batch.Text("id")}-4/image", HttpStatusCode.NotFound);
    }

    private async Task<HttpResponseMessage> SendAsync(string path, Action<HttpRequestMessage>? change = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        change?.Invoke(request);
        return await host.Admin.SendAsync(request);
    }

    // Width and height stand in the first chunk of a PNG file.
    private static (int Width, int Height) Size(byte[] png) =>
        (BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(16)), BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(20)));
}
