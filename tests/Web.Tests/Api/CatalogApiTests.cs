using System.Net;
using System.Text.Json;

namespace Ranking.Web.Tests.Api;

public sealed class CatalogApiTests(ApiHost host) : IClassFixture<ApiHost>
{
    [Theory]
    [InlineData("optimizers", "name", "zo-rank-sgd", "cma-es", "random-search")]
    [InlineData("spaces", "kind", "function", "diffusion", "external")]
    [InlineData("functions", "name", "sphere", "rosenbrock")]
    [InlineData("models", "name", "demo")]
    [InlineData("oracles", "name", "exact-ranking", "function-value", "plackett-luce")]
    public async Task A_list_names_what_there_is(string list, string member, params string[] names)
    {
        var items = (await ListAsync(list)).Select(item => item.Text(member)).ToArray();

        Assert.All(names, name => Assert.Contains(name, items));
        Assert.Equal(items.Distinct(), items);
    }

    [Theory]
    [InlineData("optimizers")]
    [InlineData("spaces")]
    [InlineData("oracles")]
    public async Task Every_parameter_has_a_type_a_default_and_a_description(string list)
    {
        foreach (var entry in await ListAsync(list))
        {
            var schema = entry.GetProperty("parameters");
            Assert.Equal("object", schema.Text("type"));
            foreach (var parameter in schema.GetProperty("properties").EnumerateObject())
            {
                Assert.True(parameter.Value.TryGetProperty("type", out _) || parameter.Value.TryGetProperty("enum", out _), $"{entry} {parameter.Name} has no type");
                Assert.True(parameter.Value.TryGetProperty("default", out _), $"{parameter.Name} has no default");
                Assert.NotEqual("", parameter.Value.Text("description"));
            }
        }
    }

    [Fact]
    public async Task ZoRankSgd_has_the_parameters_of_the_contract()
    {
        var entry = Assert.Single(await ListAsync("optimizers"), entry => entry.Text("name") == "zo-rank-sgd");
        var parameters = entry.GetProperty("parameters").GetProperty("properties");

        Assert.All(
            ["variant", "smoothing", "stepSize", "shrink", "trialPoints", "includeIncumbent"],
            name => Assert.True(parameters.TryGetProperty(name, out _), name));
        Assert.Equal(["ranking"], entry.GetProperty("feedback").EnumerateArray().Select(kind => kind.GetString()));
        Assert.Contains("2303.03751", entry.Text("source"), StringComparison.Ordinal);
        foreach (var bound in new[] { "minimum", "maximum", "default" })
        {
            Assert.Equal(JsonValueKind.Number, parameters.GetProperty("smoothing").GetProperty(bound).ValueKind);
        }
    }

    [Fact]
    public async Task A_function_tells_its_optimum_and_start_in_the_dimension_asked_for()
    {
        var sphere = Assert.Single((await ListAsync("functions?dimension=5")), entry => entry.Text("name") == "sphere");

        Assert.Equal(5, sphere.GetProperty("start").GetArrayLength());
        Assert.Equal([0, 0, 0, 0, 0], sphere.GetProperty("optimum").Deserialize<double[]>()!);
        Assert.True(sphere.Whole("minDimension") <= 5 && sphere.Whole("maxDimension") >= 5);
        await host.Admin.GetAsync("/api/v1/functions?dimension=0", HttpStatusCode.UnprocessableEntity);
    }

    [Fact]
    public async Task The_demo_model_is_whole_and_tells_its_sizes()
    {
        var demo = Assert.Single(await ListAsync("models"), model => model.Text("name") == "demo");

        Assert.Equal(JsonValueKind.Null, demo.GetProperty("problem").ValueKind);
        Assert.True(demo.Whole("width") > 0 && demo.Whole("height") > 0);
        Assert.Equal(3, demo.GetProperty("latentShape").GetArrayLength());
        Assert.Contains(demo.Text("scheduler"), demo.GetProperty("schedulers").EnumerateArray().Select(s => s.GetString()));
        Assert.Contains(demo.Text("provider"), (string[])["cpu", "cuda"]);
    }

    [Fact]
    public async Task A_catalogue_is_read_in_parts_too()
    {
        var all = (await ListAsync("functions")).Select(f => f.Text("name")).ToArray();
        var read = new List<string>();
        string? cursor = null;
        do
        {
            var page = await host.Admin.GetAsync($"/api/v1/functions?limit=3{(cursor is null ? "" : $"&cursor={cursor}")}", HttpStatusCode.OK);
            Assert.InRange(page.Items().Length, 1, 3);
            read.AddRange(page.Items().Select(f => f.Text("name")));
            cursor = page.GetProperty("next").GetString();
        }
        while (cursor is not null);

        Assert.Equal(all, read);
    }

    [Theory]
    [InlineData("functions?limit=0")]
    [InlineData("optimizers?limit=201")]
    [InlineData("oracles?cursor=x")]
    [InlineData("models?cursor=-1")]
    public async Task A_catalogue_refuses_bounds_and_cursors_it_does_not_know(string list) =>
        await host.Admin.GetAsync($"/api/v1/{list}", HttpStatusCode.UnprocessableEntity);

    private async Task<JsonElement[]> ListAsync(string list) =>
        (await host.Admin.GetAsync($"/api/v1/{list}{(list.Contains('?', StringComparison.Ordinal) ? "&" : "?")}limit=200", HttpStatusCode.OK)).Items();
}
