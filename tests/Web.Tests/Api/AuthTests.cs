using System.Net;
using System.Net.Http.Headers;

namespace Ranking.Web.Tests.Api;

public sealed class AuthTests(ApiHost host) : IClassFixture<ApiHost>
{
    public static TheoryData<string, string> Endpoints() => new()
    {
        { "GET", "optimizers" }, { "GET", "spaces" }, { "GET", "functions" }, { "GET", "models" }, { "GET", "oracles" },
        { "GET", "studies" }, { "POST", "studies" }, { "GET", "studies/x" }, { "PATCH", "studies/x" }, { "DELETE", "studies/x" },
        { "POST", "studies/x/sessions" }, { "GET", "sessions/x" }, { "GET", "sessions/x/batch" }, { "POST", "sessions/x/judgements" },
        { "POST", "sessions/x/undo" }, { "POST", "sessions/x/fork" }, { "POST", "sessions/x/run" }, { "GET", "sessions/x/run" }, { "DELETE", "sessions/x/run" },
        { "GET", "sessions/x/pending-samples" }, { "PUT", "candidates/x/image" }, { "GET", "sessions/x/events" },
        { "GET", "studies/x/export" }, { "GET", "sessions/x/history" }, { "GET", "sessions/x/best" },
        { "GET", "candidates/x/image" }, { "GET", "candidates/x/point" }, { "GET", "keys" }, { "POST", "keys" }, { "DELETE", "keys/x" },
    };

    [Theory]
    [MemberData(nameof(Endpoints))]
    public async Task Without_a_key_everything_is_refused(string method, string path)
    {
        using var stranger = host.Client();

        await Requests.SendAsync(stranger, new HttpMethod(method), $"/api/v1/{path}", null, HttpStatusCode.Unauthorized);
    }

    [Theory]
    [InlineData("Bearer", "not-a-key")]
    [InlineData("Bearer", "")]
    [InlineData("Basic", "dXNlcjpwYXNz")]
    public async Task A_key_that_is_none_is_refused_and_the_scheme_named(string scheme, string key)
    {
        using var stranger = host.Client();
        stranger.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(scheme, key);

        using var response = await stranger.GetAsync(new Uri("/api/v1/studies", UriKind.Relative));

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Equal("Bearer", response.Headers.WwwAuthenticate.ToString());
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task A_reader_reads_and_changes_nothing()
    {
        var session = await host.SessionAsync();
        using var reader = await host.ClientAsync("read");

        var batch = await reader.BatchAsync(session);
        await reader.GetAsync("/api/v1/studies", HttpStatusCode.OK);
        await reader.AnswerAsync(session, new { batchId = batch.Text("id"), ranking = batch.BySphere() }, HttpStatusCode.Forbidden);
        await Requests.SendAsync(reader, HttpMethod.Post, $"/api/v1/sessions/{session}/undo", null, HttpStatusCode.Forbidden);
        await reader.PostAsync("/api/v1/studies", new { space = new { kind = "function" } }, HttpStatusCode.Forbidden);

        Assert.Equal(0, (await host.Admin.SessionAsync(session)).Whole("judgements"));
    }

    [Fact]
    public async Task An_oracle_judges_and_manages_nothing()
    {
        var session = await host.SessionAsync();
        var study = (await host.Admin.SessionAsync(session)).Text("studyId");
        using var oracle = await host.ClientAsync("oracle");

        await oracle.PostAsync($"/api/v1/studies/{study}/sessions", new { }, HttpStatusCode.Created);
        await oracle.JudgeAsync(session);
        await oracle.PostAsync("/api/v1/studies", new { space = new { kind = "function" } }, HttpStatusCode.Forbidden);
        await oracle.PatchAsync($"/api/v1/studies/{study}", new { name = "mine" }, HttpStatusCode.Forbidden);
        await oracle.DeleteAsync($"/api/v1/studies/{study}", HttpStatusCode.Forbidden);
        await oracle.PatchAsync($"/api/v1/sessions/{session}", new { status = "abandoned" }, HttpStatusCode.Forbidden);
        await oracle.GetAsync("/api/v1/keys", HttpStatusCode.Forbidden);
        await oracle.PostAsync("/api/v1/keys", new { name = "more", scope = "admin" }, HttpStatusCode.Forbidden);

        var judged = (await host.Admin.GetAsync($"/api/v1/sessions/{session}/history", HttpStatusCode.OK)).Items()[0].GetProperty("judgements")[0];
        Assert.Equal("someone", judged.Text("rater"));
    }

    [Fact]
    public async Task A_key_for_one_study_sees_no_other()
    {
        var (own, foreign) = (await host.SessionAsync(), await host.SessionAsync());
        var study = (await host.Admin.SessionAsync(own)).Text("studyId");
        var foreignStudy = (await host.Admin.SessionAsync(foreign)).Text("studyId");
        var batch = await host.Admin.ReadyAsync(foreign);
        using var oracle = await host.ClientAsync("oracle", study);

        await oracle.JudgeAsync(own);
        await oracle.GetAsync($"/api/v1/studies/{study}", HttpStatusCode.OK);
        Assert.Equal(study, Assert.Single((await oracle.GetAsync("/api/v1/studies", HttpStatusCode.OK)).Items()).Text("id"));
        foreach (var path in new[]
        {
            $"studies/{foreignStudy}", $"studies/{foreignStudy}/sessions", $"sessions/{foreign}", $"sessions/{foreign}/batch", $"sessions/{foreign}/best",
            $"sessions/{foreign}/history", $"candidates/{batch.Ids()[0]}/point", $"candidates/{batch.Ids()[0]}/image",
        })
        {
            await oracle.GetAsync($"/api/v1/{path}", HttpStatusCode.NotFound);
        }

        await oracle.PostAsync($"/api/v1/studies/{foreignStudy}/sessions", new { }, HttpStatusCode.NotFound);
        await oracle.AnswerAsync(foreign, new { batchId = batch.Text("id"), ranking = batch.BySphere() }, HttpStatusCode.NotFound);
        await oracle.PostAsync($"/api/v1/sessions/{foreign}/fork", new { round = 0 }, HttpStatusCode.NotFound);
        Assert.Equal(0, (await host.Admin.SessionAsync(foreign)).Whole("judgements"));
    }

    [Fact]
    public async Task Who_would_rather_have_a_page_is_refused_in_JSON_all_the_same()
    {
        using var browser = host.Client();
        browser.DefaultRequestHeaders.Accept.ParseAdd("text/html");

        await browser.GetAsync("/api/v1/studies", HttpStatusCode.Unauthorized);
        browser.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", ApiHost.AdminKey);
        await browser.GetAsync("/api/v1/studies?limit=0", HttpStatusCode.UnprocessableEntity);
        await browser.GetAsync("/api/v1/nothing", HttpStatusCode.NotFound);
    }
}
