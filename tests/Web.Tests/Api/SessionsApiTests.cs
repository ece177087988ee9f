using System.Net;
using System.Text.Json;

namespace Ranking.Web.Tests.Api;

public sealed class SessionsApiTests(ApiHost host) : IClassFixture<ApiHost>
{
    [Fact]
    public async Task A_session_starts_open_at_round_zero()
    {
        var study = await host.StudyAsync();

        var session = await host.Admin.PostAsync($"/api/v1/studies/{study}/sessions", new { seed = 11 }, HttpStatusCode.Created);

        Assert.Equal(7, Guid.Parse(session.Text("id")).Version);
        Assert.Equal((study, "open", "explore"), (session.Text("studyId"), session.Text("status"), session.Text("stage")));
        Assert.Equal((0, 0, 11), (session.Whole("round"), session.Whole("judgements"), session.Whole("seed")));
        Assert.Equal(DateTimeOffset.UtcNow, session.GetProperty("createdAt").GetDateTimeOffset(), TimeSpan.FromMinutes(5));
        Assert.Equal(session.ToString(), (await host.Admin.SessionAsync(session.Text("id"))).ToString());
    }

    [Fact]
    public async Task A_session_without_a_body_takes_the_next_seed()
    {
        var study = await host.StudyAsync();

        var session = await Requests.SendAsync(host.Admin, HttpMethod.Post, $"/api/v1/studies/{study}/sessions", null, HttpStatusCode.Created);

        Assert.Equal(7, session.Whole("seed"));
    }

    [Fact]
    public async Task Sessions_of_one_study_with_the_same_seed_ask_the_same()
    {
        var study = await host.StudyAsync();
        var first = await host.Admin.PostAsync($"/api/v1/studies/{study}/sessions", new { seed = 5 }, HttpStatusCode.Created);
        var second = await host.Admin.PostAsync($"/api/v1/studies/{study}/sessions", new { seed = 5 }, HttpStatusCode.Created);
        var other = await host.Admin.PostAsync($"/api/v1/studies/{study}/sessions", new { seed = 6 }, HttpStatusCode.Created);

        var points = await PointsAsync(first);
        Assert.Equal(points, await PointsAsync(second));
        Assert.NotEqual(points, await PointsAsync(other));
    }

    [Fact]
    public async Task A_session_is_over_after_its_rounds_and_has_no_batch()
    {
        var session = await host.SessionAsync(maxRounds: 2);

        var first = await host.Admin.JudgeAsync(session);
        var last = await host.Admin.JudgeAsync(session);

        Assert.Equal("open", first.Text("status"));
        Assert.Equal(("finished", JsonValueKind.Null), (last.Text("status"), last.GetProperty("nextBatchId").ValueKind));
        await host.Admin.GetAsync($"/api/v1/sessions/{session}/batch", HttpStatusCode.NoContent);
        await host.Admin.GetAsync($"/api/v1/sessions/{session}/batch?wait=60", HttpStatusCode.NoContent);
        Assert.Equal("finished", (await host.Admin.SessionAsync(session)).Text("status"));
    }

    [Fact]
    public async Task A_paused_session_takes_no_judgement_until_it_goes_on()
    {
        var session = await host.SessionAsync();
        var batch = await host.Admin.BatchAsync(session);
        var answer = new { batchId = batch.Text("id"), ranking = batch.BySphere() };

        Assert.Equal("paused", (await ChangeAsync(session, "paused", HttpStatusCode.OK)).Text("status"));
        Assert.Equal("paused", (await host.Admin.BatchAsync(session)).Text("status"));
        await host.Admin.AnswerAsync(session, answer, HttpStatusCode.Conflict);
        Assert.Equal("open", (await ChangeAsync(session, "open", HttpStatusCode.OK)).Text("status"));
        await host.Admin.AnswerAsync(session, answer, HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_session_that_was_given_up_stays_so()
    {
        var session = await host.SessionAsync();

        Assert.Equal("abandoned", (await ChangeAsync(session, "abandoned", HttpStatusCode.OK)).Text("status"));
        await ChangeAsync(session, "open", HttpStatusCode.Conflict);
        await host.Admin.GetAsync($"/api/v1/sessions/{session}/batch", HttpStatusCode.NoContent);
        await ChangeAsync(session, "sleeping", HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task A_fork_has_the_history_up_to_its_round_and_a_future_of_its_own()
    {
        var session = await host.SessionAsync(dimension: 3);
        for (var i = 0; i < 3; i++)
        {
            await host.Admin.JudgeAsync(session);
        }

        var original = (await host.Admin.GetAsync($"/api/v1/sessions/{session}/history", HttpStatusCode.OK)).Items();
        var fork = await host.Admin.PostAsync($"/api/v1/sessions/{session}/fork", new { round = 2 }, HttpStatusCode.Created);

        Assert.NotEqual(session, fork.Text("id"));
        Assert.Equal((2, 2, "open"), (fork.Whole("round"), fork.Whole("judgements"), fork.Text("status")));
        var copied = (await host.Admin.GetAsync($"/api/v1/sessions/{fork.Text("id")}/history", HttpStatusCode.OK)).Items();
        Assert.Equal(original.Take(2).Select(Places), copied.Select(Places));
        var open = await host.Admin.BatchAsync(fork.Text("id"));
        var then = await Task.WhenAll(original[2].GetProperty("candidates").EnumerateArray().Select(c => PointAsync(c.GetString()!)));
        Assert.Equal(then.Order(), open.GetProperty("candidates").EnumerateArray().Select(c => c.GetProperty("point").ToString()).Order());

        await host.Admin.JudgeAsync(fork.Text("id"));
        Assert.Equal(3, (await host.Admin.SessionAsync(session)).Whole("judgements"));
    }

    [Theory]
    [InlineData("""{ "round": 1 }""", 422)]
    [InlineData("""{ "round": -1 }""", 422)]
    [InlineData("""{ }""", 400)]
    [InlineData("""{ "round": 0, "seed": 3 }""", 400)]
    public async Task A_fork_from_a_round_that_never_was_is_refused(string body, int status)
    {
        var session = await host.SessionAsync();

        await host.Admin.PostTextAsync($"/api/v1/sessions/{session}/fork", body, (HttpStatusCode)status);
    }

    private Task<JsonElement> ChangeAsync(string session, string status, HttpStatusCode expected) =>
        host.Admin.PatchAsync($"/api/v1/sessions/{session}", new { status }, expected);

    private async Task<string> PointsAsync(JsonElement session) =>
        string.Join(' ', (await host.Admin.BatchAsync(session.Text("id"))).GetProperty("candidates").EnumerateArray().Select(c => c.GetProperty("point").ToString()));

    private async Task<string> PointAsync(string candidate) =>
        (await host.Admin.GetAsync($"/api/v1/candidates/{candidate}/point", HttpStatusCode.OK)).GetProperty("point").ToString();

    // The ranking as candidate indices, which a fork shares with its original.
    private static string Places(JsonElement round) => string.Join(
        '>', round.GetProperty("judgements")[0].GetProperty("ranking").EnumerateArray().Select(tier => tier[0].GetString()!.Split('-')[^1]));
}
