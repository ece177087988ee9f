using System.Net;

namespace Ranking.Web.Tests.Api;

public sealed class SamplingApiTests(ApiHost host) : IClassFixture<ApiHost>
{
    [Fact]
    public async Task Samplers_say_whether_they_draw_fresh_noise()
    {
        var samplers = (await host.Admin.GetAsync("/api/v1/samplers", HttpStatusCode.OK)).GetProperty("items").EnumerateArray()
            .ToDictionary(item => item.GetProperty("name").GetString()!, item => item);
        Assert.True(samplers["ddim"].GetProperty("deterministic").GetBoolean());
        Assert.False(samplers["ddpm"].GetProperty("deterministic").GetBoolean());
        Assert.True(samplers["flow-match-heun"].GetProperty("flow").GetBoolean());
    }

    [Fact]
    public async Task Guidances_are_listed_and_a_space_offers_exactly_them()
    {
        var listed = (await host.Admin.GetAsync("/api/v1/guidances", HttpStatusCode.OK)).GetProperty("items").EnumerateArray()
            .Select(item => item.GetProperty("name").GetString()).ToArray();
        var mixture = (await host.Admin.GetAsync("/api/v1/spaces", HttpStatusCode.OK)).GetProperty("items").EnumerateArray().Single(item => item.GetProperty("kind").GetString() == "mixture");
        var offered = mixture.GetProperty("parameters").GetProperty("properties").GetProperty("guidanceMethod").GetProperty("enum").EnumerateArray().Select(word => word.GetString());
        Assert.Equal(listed, offered);
        Assert.Contains("projected", listed);
    }

    [Fact]
    [Trait("Row", "132")]
    public async Task A_mixture_is_ranked_like_any_space()
    {
        var study = await host.Admin.PostTextAsync(
            "/api/v1/studies",
            """{ "name": "mixture", "space": { "kind": "mixture", "sampler": "deis-tab", "guidanceMethod": "projected", "guidance": 3, "wanted": 1 } }""",
            HttpStatusCode.Created);
        Assert.Equal("projected", study.GetProperty("space").GetProperty("guidanceMethod").GetString());
        await host.Admin.PostTextAsync("/api/v1/studies", """{ "name": "mixture", "space": { "kind": "mixture", "wanted": 9 } }""", HttpStatusCode.UnprocessableEntity);
    }
}
