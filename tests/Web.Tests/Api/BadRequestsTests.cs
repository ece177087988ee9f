using System.Net;
using System.Text;

namespace Ranking.Web.Tests.Api;

public sealed class BadRequestsTests(ApiHost host) : IClassFixture<ApiHost>
{
    private const string Studies = "/api/v1/studies";

    [Theory]
    [InlineData("{")]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("\"text\"")]
    [InlineData("{ 'name': 'single quotes' }")]
    [InlineData("{ \"space\": { \"kind\": \"function\" }, }")]
    [InlineData("{ \"space\": { \"kind\": \"function\" } } {}")]
    [InlineData("\0\u0001\u0002")]
    public async Task Malformed_JSON_is_refused(string body) => await host.Admin.PostTextAsync(Studies, body, HttpStatusCode.BadRequest);

    [Fact]
    public async Task JSON_that_is_nested_too_deeply_is_refused() =>
        await host.Admin.PostTextAsync(Studies, $$"""{ "space": { "kind": {{new string('[', 5000)}}{{new string(']', 5000)}} } }""", HttpStatusCode.BadRequest);

    [Theory]
    [InlineData("""{ "space": { "kind": "function" }, "optimizer": { "name": "zo-rank-sgd", "parameters": { "smoothing": NaN } } }""")]
    [InlineData("""{ "space": { "kind": "function" }, "optimizer": { "name": "zo-rank-sgd", "parameters": { "smoothing": Infinity } } }""")]
    [InlineData("""{ "space": { "kind": "function" }, "optimizer": { "name": "zo-rank-sgd", "parameters": { "smoothing": 1e999 } } }""")]
    [InlineData("""{ "space": { "kind": "function" }, "maxRounds": NaN }""")]
    public async Task Numbers_that_are_none_are_impossible(string body) => await host.Admin.PostTextAsync(Studies, body, HttpStatusCode.UnprocessableEntity);

    [Fact]
    public async Task Texts_may_be_called_like_such_numbers() =>
        await host.Admin.PostAsync(Studies, new { name = "NaN", space = new { kind = "function" } }, HttpStatusCode.Created);

    [Fact]
    public async Task A_body_that_is_too_large_is_refused_whether_its_length_is_told_or_not()
    {
        var body = $$"""{ "name": "{{new string('x', 1 << 20)}}", "space": { "kind": "function" } }""";

        await host.Admin.PostTextAsync(Studies, body, HttpStatusCode.RequestEntityTooLarge);
        using var untold = new StreamContent(new Untold(Encoding.UTF8.GetBytes(body)));
        untold.Headers.ContentType = new("application/json");
        await Requests.SendAsync(host.Admin, HttpMethod.Post, Studies, untold, HttpStatusCode.RequestEntityTooLarge);
    }

    [Fact]
    public async Task A_prompt_of_a_megabyte_is_refused_by_its_length()
    {
        await host.Admin.PostAsync(Studies, new { space = new { kind = "diffusion", prompt = new string('a', 1 << 20) } }, HttpStatusCode.RequestEntityTooLarge);
        foreach (var member in (string[])["prompt", "negativePrompt"])
        {
            var space = new Dictionary<string, string> { ["kind"] = "diffusion", [member] = new('a', 1_000_000) };
            var refusal = await host.Admin.PostAsync(Studies, new { space }, HttpStatusCode.UnprocessableEntity);
            Assert.Equal([$"space.{member}"], refusal.Members());
            Assert.InRange(refusal.ToString().Length, 1, 1000);
        }

        await host.Admin.GetAsync("/api/v1/spaces", HttpStatusCode.OK);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(10_000)]
    [InlineData(int.MaxValue)]
    public async Task Steps_that_no_sampler_makes_are_refused(int steps) =>
        Assert.Equal(["space.steps"], (await host.Admin.PostAsync(Studies, new { space = new { kind = "diffusion", steps } }, HttpStatusCode.UnprocessableEntity)).Members());

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    public async Task A_body_of_another_type_is_refused(string type)
    {
        using var content = new StringContent("""{ "space": { "kind": "function" } }""", Encoding.UTF8, type);

        await Requests.SendAsync(host.Admin, HttpMethod.Post, Studies, content, HttpStatusCode.UnsupportedMediaType);
    }

    [Theory]
    [InlineData("PUT", "studies")]
    [InlineData("DELETE", "optimizers")]
    public async Task A_method_that_a_resource_lacks_is_refused(string method, string path) =>
        await Requests.SendAsync(host.Admin, new HttpMethod(method), $"/api/v1/{path}", null, HttpStatusCode.MethodNotAllowed);

    [Fact]
    public async Task Who_asks_too_often_is_told_when_to_come_back()
    {
        using var busy = ApiHost.With(("Ranking:RequestsPerSecond", "1"));
        await busy.Admin.GetAsync("/api/v1/spaces", HttpStatusCode.OK);

        var responses = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => busy.Admin.GetAsync(new Uri("/api/v1/spaces", UriKind.Relative))));

        var refused = responses.First(response => response.StatusCode == HttpStatusCode.TooManyRequests);
        Assert.True(refused.Headers.RetryAfter!.Delta >= TimeSpan.FromSeconds(1));
        Assert.Equal("application/problem+json", refused.Content.Headers.ContentType?.MediaType);
        Assert.All(responses, response => response.Dispose());
    }

    [Fact]
    public async Task Who_has_no_key_cannot_try_many()
    {
        using var busy = new ApiHost();
        using var stranger = busy.Client("a guess");

        var responses = await Task.WhenAll(Enumerable.Range(0, 300).Select(_ => stranger.GetAsync(new Uri("/api/v1/spaces", UriKind.Relative))));

        Assert.Contains(responses, response => response.StatusCode == HttpStatusCode.TooManyRequests);
        Assert.DoesNotContain(responses, response => response.IsSuccessStatusCode);
        await busy.Admin.GetAsync("/api/v1/spaces", HttpStatusCode.OK);
        Assert.All(responses, response => response.Dispose());
    }

    // A stream that does not tell its length, so that the body is sent in chunks.
    private sealed class Untold(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;
    }
}
