using System.Net;
using System.Net.ServerSentEvents;
using System.Text.Json;

namespace Ranking.Web.Tests.Api;

public sealed class EventsApiTests(ApiHost host) : IClassFixture<ApiHost>
{
    [Fact]
    public async Task A_judge_can_live_on_events_alone()
    {
        var session = await host.SessionAsync(maxRounds: 3);
        var words = new List<string>();
        await foreach (var news in host.Admin.FollowAsync(session))
        {
            if (news.EventType == "batchReady")
            {
                Assert.Equal(Read(news).Text("batchId"), (await host.Admin.BatchAsync(session)).Text("id"));
                await host.Admin.JudgeAsync(session);
            }

            words.Add(news.EventType);
        }

        Assert.Equal("progress", words[0]);
        Assert.Equal(["batchReady", "judged", "batchReady", "judged", "batchReady", "judged", "finished"], words.Where(word => word != "progress"));
    }

    [Fact]
    public async Task Who_comes_back_hears_what_was_missed_and_nothing_twice()
    {
        var session = await host.SessionAsync();
        var judged = new List<string>();
        for (var i = 0; i < 3; i++)
        {
            judged.Add((await host.Admin.JudgeAsync(session)).Text("judgementId"));
        }

        var all = await UntilReadyAsync(session, "0");
        var heard = all.Where(news => news.EventType == "judged").ToList();
        Assert.Equal(judged, heard.Select(news => Read(news).Text("judgementId")));
        Assert.Equal(all.Count, all.Where(news => news.EventType != "progress").Select(news => news.EventId).Distinct().Count() + all.Count(news => news.EventType == "progress"));

        var rest = await UntilReadyAsync(session, heard[1].EventId!);
        Assert.Equal([judged[2]], rest.Where(news => news.EventType == "judged").Select(news => Read(news).Text("judgementId")));
    }

    [Fact]
    public async Task A_skip_and_an_undo_are_heard_too()
    {
        var session = await host.SessionAsync();
        var batch = await host.Admin.BatchAsync(session);
        await host.Admin.AnswerAsync(session, new { batchId = batch.Text("id"), skip = true }, HttpStatusCode.OK);
        await Requests.SendAsync(host.Admin, HttpMethod.Post, $"/api/v1/sessions/{session}/undo", null, HttpStatusCode.OK);

        var news = await UntilReadyAsync(session, "0");

        Assert.Equal(["judged", "undone", "batchReady"], news.Select(n => n.EventType).Where(word => word != "progress"));
        Assert.True(Read(news[0]).GetProperty("skipped").GetBoolean());
        Assert.Equal(batch.Text("id"), Read(news[^1]).Text("batchId"));
    }

    [Fact]
    public async Task A_session_that_is_over_says_so_and_then_nothing_more()
    {
        var session = await host.SessionAsync(maxRounds: 1);
        await host.Admin.JudgeAsync(session);

        var news = new List<SseItem<string>>();
        await foreach (var item in host.Admin.FollowAsync(session))
        {
            news.Add(item);
        }

        Assert.Equal("finished", news[^1].EventType);
        Assert.Equal("finished", Read(news[^1]).Text("status"));
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/v1/sessions/{session}/events");
        request.Headers.Add("Last-Event-ID", news[^1].EventId);
        using var response = await host.Admin.SendAsync(request);
        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
    }

    [Theory]
    [InlineData("yesterday")]
    [InlineData("-1")]
    [InlineData("+")]
    public async Task An_id_that_the_stream_never_gave_is_refused(string id)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/v1/sessions/{await host.SessionAsync()}/events");
        request.Headers.Add("Last-Event-ID", id);

        using var response = await host.Admin.SendAsync(request);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, response.StatusCode);
    }

    private async Task<List<SseItem<string>>> UntilReadyAsync(string session, string lastEventId)
    {
        var news = new List<SseItem<string>>();
        await foreach (var item in host.Admin.FollowAsync(session, lastEventId))
        {
            news.Add(item);
            if (item.EventType == "batchReady")
            {
                break;
            }
        }

        return news;
    }

    private static JsonElement Read(SseItem<string> news) => JsonDocument.Parse(news.Data).RootElement;
}
