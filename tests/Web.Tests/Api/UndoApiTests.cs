using System.Net;
using System.Text.Json;

namespace Ranking.Web.Tests.Api;

public sealed class UndoApiTests(ApiHost host) : IClassFixture<ApiHost>
{
    [Fact]
    public async Task Undo_gives_back_the_very_same_batch_and_session()
    {
        var session = await host.SessionAsync();
        await host.Admin.JudgeAsync(session);
        var (batch, before) = (await host.Admin.ReadyAsync(session), await host.Admin.SessionAsync(session));
        await host.Admin.JudgeAsync(session);

        var after = await UndoAsync(session, HttpStatusCode.OK);

        Assert.Equal(WithoutTimes(before), WithoutTimes(after));
        Assert.Equal(batch.ToString(), (await host.Admin.ReadyAsync(session)).ToString());
    }

    [Fact]
    public async Task Undo_takes_back_a_skip()
    {
        var session = await host.SessionAsync();
        var batch = await host.Admin.BatchAsync(session);
        await host.Admin.AnswerAsync(session, new { batchId = batch.Text("id"), skip = true }, HttpStatusCode.OK);

        await UndoAsync(session, HttpStatusCode.OK);

        Assert.Equal(batch.Ids(), (await host.Admin.BatchAsync(session)).Ids());
    }

    [Fact]
    public async Task Undo_opens_a_finished_session_again()
    {
        var session = await host.SessionAsync(maxRounds: 1);
        await host.Admin.JudgeAsync(session);

        var undone = await UndoAsync(session, HttpStatusCode.OK);

        Assert.Equal(("open", 0), (undone.Text("status"), undone.Whole("judgements")));
        Assert.Equal("finished", (await host.Admin.JudgeAsync(session)).Text("status"));
    }

    [Fact]
    public async Task Undo_takes_one_of_two_judges_answers_back()
    {
        var session = await host.SessionAsync(judgementsPerRound: 2);
        await host.Admin.JudgeAsync(session);
        await host.Admin.JudgeAsync(session);

        Assert.Equal(1, (await UndoAsync(session, HttpStatusCode.OK)).Whole("judgements"));
        Assert.Equal(0, (await UndoAsync(session, HttpStatusCode.OK)).Whole("judgements"));
        await UndoAsync(session, HttpStatusCode.Conflict);
    }

    [Fact]
    public async Task Nothing_to_take_back_is_a_conflict() => await UndoAsync(await host.SessionAsync(), HttpStatusCode.Conflict);

    [Fact]
    public async Task A_repeated_undo_with_one_key_takes_back_one_answer()
    {
        var session = await host.SessionAsync();
        await host.Admin.JudgeAsync(session);
        await host.Admin.JudgeAsync(session);

        await UndoAsync(session, HttpStatusCode.OK, "undo-once");
        await UndoAsync(session, HttpStatusCode.OK, "undo-once");

        Assert.Equal(1, (await host.Admin.SessionAsync(session)).Whole("judgements"));
    }

    private Task<JsonElement> UndoAsync(string session, HttpStatusCode expected, string? key = null) =>
        Requests.SendAsync(host.Admin, HttpMethod.Post, $"/api/v1/sessions/{session}/undo", null, expected, key);

    private static string WithoutTimes(JsonElement session) =>
        string.Join(", ", session.EnumerateObject().Where(member => member.Name != "updatedAt").Select(member => member.ToString()));
}
