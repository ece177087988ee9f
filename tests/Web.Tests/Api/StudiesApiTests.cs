using System.Net;
using System.Text.Json;

namespace Ranking.Web.Tests.Api;

public sealed class StudiesApiTests(ApiHost host) : IClassFixture<ApiHost>
{
    private const string Studies = "/api/v1/studies";

    [Fact]
    public async Task A_study_is_made_as_the_contract_shows()
    {
        var study = await host.Admin.PostTextAsync(
            Studies,
            """
            { "name": "quadratic-100", "space": { "kind": "function", "function": "sphere", "dimension": 100 },
              "optimizer": { "name": "zo-rank-sgd", "parameters": { "variant": "constant", "smoothing": 0.1, "stepSize": 0.2 } },
              "batch": { "size": 10, "rankTop": 10 }, "judgementsPerRound": 1, "maxRounds": 100, "seed": 7 }
            """,
            HttpStatusCode.Created);

        Assert.Equal("quadratic-100", study.GetProperty("name").GetString());
        Assert.Equal(100, study.GetProperty("space").GetProperty("dimension").GetInt32());
        Assert.Equal("constant", study.GetProperty("optimizer").GetProperty("parameters").GetProperty("variant").GetString());
        Assert.Equal(10, study.GetProperty("batch").GetProperty("rankTop").GetInt32());
        Assert.Equal(7, study.GetProperty("seed").GetInt32());
        Assert.False(study.GetProperty("revealValues").GetBoolean());
        var id = Guid.Parse(study.GetProperty("id").GetString()!);
        Assert.Equal(7, id.Version);
        Assert.Equal(study.ToString(), (await host.Admin.GetAsync($"{Studies}/{id}", HttpStatusCode.OK)).ToString());
    }

    [Fact]
    public async Task Members_left_out_take_their_defaults()
    {
        var study = await host.Admin.PostAsync(Studies, new { space = new { kind = "function" } }, HttpStatusCode.Created);

        Assert.Equal("zo-rank-sgd", study.GetProperty("optimizer").GetProperty("name").GetString());
        Assert.Equal(6, study.GetProperty("batch").GetProperty("size").GetInt32());
        Assert.Equal(3, study.GetProperty("batch").GetProperty("rankTop").GetInt32());
        Assert.Equal("sphere", study.GetProperty("space").GetProperty("function").GetString());
    }

    [Theory]
    [InlineData("""{ "space": { "kind": "function" }, "nam": "x" }""", 400, "nam")]
    [InlineData("""{ "space": { "kind": "function" }, "batch": { "sizes": 3 } }""", 400, "batch.sizes")]
    [InlineData("""{ "space": { "kind": "function", "functions": "sphere" } }""", 400, "space.functions")]
    [InlineData("""{ "space": { "kind": "function" }, "optimizer": { "name": "zo-rank-sgd", "parameters": { "eta": 1 } } }""", 400, "optimizer.parameters.eta")]
    [InlineData("""{ "name": "no space" }""", 400, "space")]
    [InlineData("""{ "space": { } }""", 400, "space.kind")]
    [InlineData("""{ "space": { "kind": "function" }, "maxRounds": "ten" }""", 400, "maxRounds")]
    [InlineData("""{ "space": { "kind": "function" }, "name": "a", "name": "b" }""", 400, "name")]
    [InlineData("""{ "space": { "kind": "no-such-space" } }""", 422, "space.kind")]
    [InlineData("""{ "space": { "kind": "function", "function": "no-such-function" } }""", 422, "space.function")]
    [InlineData("""{ "space": { "kind": "function", "dimension": 0 } }""", 422, "space.dimension")]
    [InlineData("""{ "space": { "kind": "function" }, "optimizer": { "name": "no-such-optimizer" } }""", 422, "optimizer.name")]
    [InlineData("""{ "space": { "kind": "function" }, "optimizer": { "name": "zo-rank-sgd", "parameters": { "smoothing": -1 } } }""", 422, "optimizer.parameters.smoothing")]
    [InlineData("""{ "space": { "kind": "function" }, "batch": { "size": 1 } }""", 422, "batch.size")]
    [InlineData("""{ "space": { "kind": "function" }, "batch": { "size": 4, "rankTop": 5 } }""", 422, "batch.rankTop")]
    [InlineData("""{ "space": { "kind": "function" }, "maxRounds": 0 }""", 422, "maxRounds")]
    [InlineData("""{ "space": { "kind": "function" }, "name": "" }""", 422, "name")]
    public async Task A_bad_study_is_refused_by_member(string body, int status, string member)
    {
        var problem = await host.Admin.PostTextAsync(Studies, body, (HttpStatusCode)status);

        Assert.Equal([member], problem.Members());
    }

    [Fact]
    public async Task Several_bad_members_are_named_together()
    {
        var problem = await host.Admin.PostAsync(Studies, new { space = new { kind = "function" }, maxRounds = 0, batch = new { size = 99 } }, HttpStatusCode.UnprocessableEntity);

        Assert.Equal(["batch.size", "maxRounds"], problem.Members());
    }

    [Fact]
    public async Task A_list_is_read_in_parts_without_gaps_or_repeats()
    {
        using var own = new ApiHost();
        var made = new List<string>();
        for (var i = 0; i < 5; i++)
        {
            made.Add(await own.StudyAsync());
        }

        var read = new List<string>();
        var path = $"{Studies}?limit=2";
        for (string? cursor = null; ;)
        {
            var page = await own.Admin.GetAsync(cursor is null ? path : $"{path}&cursor={cursor}", HttpStatusCode.OK);
            read.AddRange(page.GetProperty("items").EnumerateArray().Select(s => s.GetProperty("id").GetString()!));
            cursor = page.GetProperty("next").GetString();
            if (cursor is null)
            {
                break;
            }
        }

        Assert.Equal(made.Order().Reverse(), read);
    }

    [Theory]
    [InlineData("limit=0")]
    [InlineData("limit=201")]
    [InlineData("cursor=nonsense")]
    public async Task A_list_refuses_bounds_and_cursors_it_does_not_know(string query) =>
        await host.Admin.GetAsync($"{Studies}?{query}", HttpStatusCode.UnprocessableEntity);

    [Fact]
    public async Task A_list_refuses_a_limit_that_is_no_number() =>
        await host.Admin.GetAsync($"{Studies}?limit=many", HttpStatusCode.BadRequest);

    [Fact]
    public async Task A_study_is_changed_archived_and_only_then_deleted()
    {
        var session = await host.SessionAsync();
        var id = (await host.Admin.GetAsync($"/api/v1/sessions/{session}", HttpStatusCode.OK)).GetProperty("studyId").GetString();
        await host.Admin.JudgeAsync(session);

        var changed = await host.Admin.PatchAsync($"{Studies}/{id}", new { name = "renamed", description = "notes", maxRounds = 5 }, HttpStatusCode.OK);
        Assert.Equal("renamed", changed.GetProperty("name").GetString());
        Assert.Equal(5, changed.GetProperty("maxRounds").GetInt32());

        await host.Admin.DeleteAsync($"{Studies}/{id}", HttpStatusCode.Conflict);
        await host.Admin.PatchAsync($"{Studies}/{id}", new { archived = true }, HttpStatusCode.OK);
        await host.Admin.DeleteAsync($"{Studies}/{id}", HttpStatusCode.NoContent);
        await host.Admin.GetAsync($"{Studies}/{id}", HttpStatusCode.NotFound);
        await host.Admin.GetAsync($"/api/v1/sessions/{session}", HttpStatusCode.NotFound);
    }

    [Theory]
    [InlineData("""{ "question": "may not change" }""", 400)]
    [InlineData("""{ "name": "" }""", 422)]
    [InlineData("""{ "maxRounds": -1 }""", 422)]
    public async Task A_bad_change_is_refused(string body, int status)
    {
        var id = await host.StudyAsync();

        await Requests.SendAsync(host.Admin, HttpMethod.Patch, $"{Studies}/{id}", new StringContent(body, System.Text.Encoding.UTF8, "application/json"), (HttpStatusCode)status);
    }

    [Fact]
    public async Task Sessions_take_their_seeds_from_the_study_one_after_another()
    {
        var id = await host.StudyAsync();

        var first = await host.Admin.PostAsync($"{Studies}/{id}/sessions", new { }, HttpStatusCode.Created);
        var second = await host.Admin.PostAsync($"{Studies}/{id}/sessions", new { }, HttpStatusCode.Created);
        var chosen = await host.Admin.PostAsync($"{Studies}/{id}/sessions", new { seed = 99 }, HttpStatusCode.Created);

        Assert.Equal([7, 8, 99], new[] { first, second, chosen }.Select(s => s.GetProperty("seed").GetInt32()));
        var listed = await host.Admin.GetAsync($"{Studies}/{id}/sessions", HttpStatusCode.OK);
        Assert.Equal(3, listed.GetProperty("items").GetArrayLength());
        Assert.Equal(JsonValueKind.Null, listed.GetProperty("next").ValueKind);
    }

    [Theory]
    [InlineData("/api/v1/studies/00000000-0000-0000-0000-000000000001")]
    [InlineData("/api/v1/studies/no-id")]
    [InlineData("/api/v1/sessions/00000000-0000-0000-0000-000000000001")]
    [InlineData("/api/v1/sessions/00000000-0000-0000-0000-000000000001/batch")]
    [InlineData("/api/v1/sessions/no-id/best")]
    [InlineData("/api/v1/sessions/no-id/history")]
    [InlineData("/api/v1/candidates/no-id/image")]
    [InlineData("/api/v1/candidates/00000000000000000000000000000001-0123456789abcdef-0/point")]
    [InlineData("/api/v1/no-such-thing")]
    public async Task Unknown_things_are_not_found(string path) =>
        await host.Admin.GetAsync(path, HttpStatusCode.NotFound);
}
