using System.Net;
using System.Text.Json;

namespace Ranking.Web.Tests.Api;

public sealed class RunsApiTests(ApiHost host) : IClassFixture<ApiHost>
{
    [Fact]
    public async Task An_oracle_of_the_server_judges_its_rounds_to_the_end()
    {
        var session = await host.SessionAsync(size: 10, rankTop: 10, maxRounds: 30, revealValues: true);
        var start = (await BestAsync(session)).GetProperty("value").GetDouble();

        var accepted = await RunAsync(session, new { oracle = new { name = "exact-ranking" }, rounds = 50 }, HttpStatusCode.Accepted);

        Assert.Equal(session, accepted.Text("id"));
        Assert.Equal("finished", (await FinishedAsync(session)).Text("status"));
        Assert.Equal(30, (await host.Admin.SessionAsync(session)).Whole("judgements"));
        Assert.True((await BestAsync(session)).GetProperty("value").GetDouble() < start / 4);
        var rounds = (await host.Admin.GetAsync($"/api/v1/sessions/{session}/history", HttpStatusCode.OK)).Items();
        Assert.All(rounds, round => Assert.Equal("oracle:exact-ranking", round.GetProperty("judgements")[0].Text("rater")));
    }

    [Theory]
    [InlineData("exact-ranking", "zo-rank-sgd")]
    [InlineData("function-value", "zo-rank-sgd")]
    [InlineData("function-value", "zo-sgd")]
    [InlineData("plackett-luce", "cma-es")]
    [InlineData("lazy", "cma-es")]
    public async Task The_same_run_takes_the_same_way(string oracle, string optimizer)
    {
        var ends = new List<string>();
        for (var i = 0; i < 2; i++)
        {
            var session = await host.SessionAsync(maxRounds: 6, size: 6, optimizer: optimizer);
            await RunAsync(session, new { oracle = new { name = oracle }, rounds = 6 }, HttpStatusCode.Accepted);
            await FinishedAsync(session);
            ends.Add((await BestAsync(session)).GetProperty("point").ToString());
        }

        Assert.Equal(ends[0], ends[1]);
    }

    [Fact]
    public async Task An_oracle_gives_every_judgement_that_a_round_needs()
    {
        var session = await host.SessionAsync(judgementsPerRound: 3, maxRounds: 2);

        await RunAsync(session, new { oracle = new { name = "plackett-luce", parameters = new { temperature = 5 } }, rounds = 2 }, HttpStatusCode.Accepted);
        await FinishedAsync(session);

        Assert.Equal(6, (await host.Admin.SessionAsync(session)).Whole("judgements"));
    }

    [Fact]
    public async Task Pausing_a_session_stops_its_oracle_and_one_oracle_is_enough()
    {
        var session = await host.SessionAsync(maxRounds: 1_000_000);
        var run = new { oracle = new { name = "exact-ranking" }, rounds = 1_000_000 };
        await RunAsync(session, run, HttpStatusCode.Accepted);

        await RunAsync(session, run, HttpStatusCode.Conflict);
        await host.Admin.PatchAsync($"/api/v1/sessions/{session}", new { status = "paused" }, HttpStatusCode.OK);

        var judgements = (await host.Admin.SessionAsync(session)).Whole("judgements");
        await RunAsync(session, run, HttpStatusCode.Conflict);
        Assert.Equal(judgements, (await host.Admin.SessionAsync(session)).Whole("judgements"));
    }

    [Fact]
    public async Task A_run_tells_how_far_it_is_and_can_be_stopped()
    {
        var session = await host.SessionAsync(maxRounds: 1_000_000);
        await host.Admin.JudgeAsync(session);
        using var oracle = await host.ClientAsync("oracle");
        await RunAsync(session, new { oracle = new { name = "exact-ranking" }, rounds = 500_000 }, HttpStatusCode.Accepted);

        var run = await host.Admin.GetAsync($"/api/v1/sessions/{session}/run", HttpStatusCode.OK);
        await oracle.DeleteAsync($"/api/v1/sessions/{session}/run", HttpStatusCode.NoContent);

        var stopped = await host.Admin.SessionAsync(session);
        Assert.Equal(("exact-ranking", 500_000), (run.Text("oracle"), run.Whole("rounds")));
        Assert.InRange(run.Whole("judgedRounds"), 1, stopped.Whole("judgedRounds") - 1);
        await host.Admin.GetAsync($"/api/v1/sessions/{session}/run", HttpStatusCode.NotFound);
        await oracle.DeleteAsync($"/api/v1/sessions/{session}/run", HttpStatusCode.NotFound);
        Assert.Equal(stopped.Whole("judgements") + 1, (await host.Admin.JudgeAsync(session)).Whole("round"));
    }

    [Theory]
    [InlineData("""{ "oracle": { "name": "nobody" }, "rounds": 1 }""", 422, "oracle.name")]
    [InlineData("""{ "oracle": { "name": "lazy", "parameters": { "tolerance": 2 } }, "rounds": 1 }""", 422, "oracle.parameters.tolerance")]
    [InlineData("""{ "oracle": { "name": "lazy", "parameters": { "patience": 2 } }, "rounds": 1 }""", 422, "oracle.parameters.patience")]
    [InlineData("""{ "oracle": { "name": "lazy" }, "rounds": 0 }""", 422, "rounds")]
    [InlineData("""{ "oracle": { "name": "lazy" } }""", 400, "rounds")]
    [InlineData("""{ "oracle": { "key": "lazy" }, "rounds": 1 }""", 400, "oracle.key")]
    public async Task A_run_that_cannot_be_is_refused_by_member(string body, int status, string member)
    {
        var session = await host.SessionAsync();

        var problem = await host.Admin.PostTextAsync($"/api/v1/sessions/{session}/run", body, (HttpStatusCode)status);

        Assert.Equal([member], problem.Members());
        Assert.Equal(0, (await host.Admin.SessionAsync(session)).Whole("judgements"));
    }

    [Fact]
    public async Task Where_nobody_knows_the_values_no_oracle_of_the_server_can_judge()
    {
        var study = await host.Admin.PostAsync("/api/v1/studies", new { space = new { kind = "external" } }, HttpStatusCode.Created);
        var session = await host.Admin.PostAsync($"/api/v1/studies/{study.Text("id")}/sessions", new { }, HttpStatusCode.Created);

        await RunAsync(session.Text("id"), new { oracle = new { name = "lazy" }, rounds = 1 }, HttpStatusCode.UnprocessableEntity);
    }

    private Task<JsonElement> RunAsync(string session, object run, HttpStatusCode expected) => host.Admin.PostAsync($"/api/v1/sessions/{session}/run", run, expected);

    private async Task<JsonElement> FinishedAsync(string session)
    {
        await foreach (var news in host.Admin.FollowAsync(session))
        {
            if (news.EventType == "finished")
            {
                return JsonDocument.Parse(news.Data).RootElement;
            }
        }

        throw new InvalidOperationException("The stream ended early.");
    }

    private Task<JsonElement> BestAsync(string session) => host.Admin.GetAsync($"/api/v1/sessions/{session}/best", HttpStatusCode.OK);
}
