using System.Net;
using System.Text.Json;

namespace Ranking.Web.Tests.Api;

public sealed class HistoryApiTests(ApiHost host) : IClassFixture<ApiHost>
{
    [Fact]
    public async Task History_tells_every_round_in_parts_oldest_first()
    {
        var session = await host.SessionAsync();
        var asked = new List<string>();
        for (var i = 0; i < 5; i++)
        {
            asked.Add((await host.Admin.BatchAsync(session)).Text("id"));
            await host.Admin.JudgeAsync(session);
        }

        var read = new List<JsonElement>();
        string? cursor = null;
        do
        {
            var page = await host.Admin.GetAsync($"/api/v1/sessions/{session}/history?limit=2{(cursor is null ? "" : $"&cursor={cursor}")}", HttpStatusCode.OK);
            read.AddRange(page.Items());
            cursor = page.GetProperty("next").GetString();
        }
        while (cursor is not null);

        Assert.Equal(asked, read.Select(round => round.Text("batchId")));
        Assert.Equal(Enumerable.Range(0, 5), read.Select(round => round.Whole("round")));
        Assert.All(read.Where(round => round.Text("stage") == "explore"), round => Assert.Equal(4, round.GetProperty("candidates").GetArrayLength()));
        Assert.All(read, round => Assert.Single(round.GetProperty("judgements").EnumerateArray()));
    }

    [Theory]
    [InlineData("limit=0")]
    [InlineData("cursor=nonsense")]
    [InlineData("cursor=-1")]
    public async Task History_refuses_bounds_and_cursors_it_does_not_know(string query) =>
        await host.Admin.GetAsync($"/api/v1/sessions/{await host.SessionAsync()}/history?{query}", HttpStatusCode.UnprocessableEntity);

    [Fact]
    public async Task An_answer_that_was_taken_back_is_not_in_the_history()
    {
        var session = await host.SessionAsync();
        await host.Admin.JudgeAsync(session);
        await Requests.SendAsync(host.Admin, HttpMethod.Post, $"/api/v1/sessions/{session}/undo", null, HttpStatusCode.OK);

        Assert.Empty((await host.Admin.GetAsync($"/api/v1/sessions/{session}/history", HttpStatusCode.OK)).Items());
    }

    [Fact]
    public async Task Values_are_hidden_unless_the_study_reveals_them()
    {
        var hidden = await host.SessionAsync();
        await host.Admin.JudgeAsync(hidden);

        Assert.Equal(JsonValueKind.Null, (await BestAsync(hidden)).GetProperty("value").ValueKind);
        var round = (await host.Admin.GetAsync($"/api/v1/sessions/{hidden}/history", HttpStatusCode.OK)).Items()[0];
        Assert.Equal(JsonValueKind.Null, round.GetProperty("value").ValueKind);
        var point = await host.Admin.GetAsync($"/api/v1/candidates/{round.Text("bestCandidateId")}/point", HttpStatusCode.OK);
        Assert.Equal(JsonValueKind.Null, point.GetProperty("value").ValueKind);
    }

    [Fact]
    public async Task Revealed_values_are_those_of_the_point()
    {
        var session = await host.SessionAsync(dimension: 3, revealValues: true);
        await host.Admin.JudgeAsync(session);
        await host.Admin.JudgeAsync(session);

        var best = await BestAsync(session);

        Assert.Equal(Sphere(best), best.GetProperty("value").GetDouble(), 1e-12);
        Assert.Equal(2, best.Whole("round"));
        var rounds = (await host.Admin.GetAsync($"/api/v1/sessions/{session}/history", HttpStatusCode.OK)).Items();
        Assert.Equal(best.GetProperty("value").GetDouble(), rounds[1].GetProperty("value").GetDouble());
        Assert.Equal(best.Text("candidateId"), rounds[1].Text("bestCandidateId"));
    }

    [Fact]
    public async Task The_incumbent_can_be_had_after_every_round()
    {
        var session = await host.SessionAsync(revealValues: true, size: 10, rankTop: 10);
        for (var i = 0; i < 20; i++)
        {
            await host.Admin.JudgeAsync(session);
        }

        var first = await BestAsync(session, "?round=0");
        var last = await BestAsync(session, "?round=20");
        Assert.Equal((await BestAsync(session)).ToString(), last.ToString());
        Assert.True(last.GetProperty("value").GetDouble() < first.GetProperty("value").GetDouble() / 4, $"{first} to {last}");
        await host.Admin.GetAsync($"/api/v1/sessions/{session}/best?round=21", HttpStatusCode.UnprocessableEntity);
        await host.Admin.GetAsync($"/api/v1/sessions/{session}/best?round=-1", HttpStatusCode.UnprocessableEntity);
    }

    private Task<JsonElement> BestAsync(string session, string query = "") => host.Admin.GetAsync($"/api/v1/sessions/{session}/best{query}", HttpStatusCode.OK);

    private static double Sphere(JsonElement holder) => holder.GetProperty("point").EnumerateArray().Sum(x => x.GetDouble() * x.GetDouble());
}
