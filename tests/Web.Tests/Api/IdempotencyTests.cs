using System.Net;
using Microsoft.Data.Sqlite;

namespace Ranking.Web.Tests.Api;

public sealed class IdempotencyTests
{
    [Fact]
    public async Task The_same_key_and_body_give_the_first_answer_again_across_a_restart()
    {
        var folder = ApiHost.NewFolder();
        try
        {
            string session, first;
            object answer;
            using (var host = ApiHost.Over(folder))
            {
                session = await host.SessionAsync();
                var batch = await host.Admin.BatchAsync(session);
                answer = new { batchId = batch.Text("id"), ranking = batch.BySphere() };
                first = (await host.Admin.AnswerAsync(session, answer, HttpStatusCode.OK, "judge-1")).ToString();
                Assert.Equal(first, (await host.Admin.AnswerAsync(session, answer, HttpStatusCode.OK, "judge-1")).ToString());
                await host.Admin.JudgeAsync(session);
            }

            using (var host = ApiHost.Over(folder))
            {
                Assert.Equal(first, (await host.Admin.AnswerAsync(session, answer, HttpStatusCode.OK, "judge-1")).ToString());
                Assert.Equal(2, (await host.Admin.SessionAsync(session)).Whole("judgements"));
            }
        }
        finally
        {
            SqliteConnection.ClearAllPools();
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task The_same_key_with_another_body_is_a_conflict()
    {
        using var host = new ApiHost();
        var session = await host.SessionAsync();
        var batch = await host.Admin.BatchAsync(session);
        await host.Admin.AnswerAsync(session, new { batchId = batch.Text("id"), ranking = batch.BySphere() }, HttpStatusCode.OK, "key");

        await host.Admin.AnswerAsync(session, new { batchId = batch.Text("id"), ranking = batch.BySphere(1) }, HttpStatusCode.Conflict, "key");

        Assert.Equal(1, (await host.Admin.SessionAsync(session)).Whole("judgements"));
    }

    [Fact]
    public async Task A_refusal_is_remembered_and_another_key_is_another_request()
    {
        using var host = new ApiHost();
        var session = await host.SessionAsync();
        var bad = new { batchId = (await host.Admin.BatchAsync(session)).Text("id"), ranking = Array.Empty<string[]>() };

        var first = await host.Admin.AnswerAsync(session, bad, HttpStatusCode.UnprocessableEntity, "bad");

        Assert.Equal(first.ToString(), (await host.Admin.AnswerAsync(session, bad, HttpStatusCode.UnprocessableEntity, "bad")).ToString());
        await host.Admin.JudgeAsync(session);
        Assert.Equal(1, (await host.Admin.SessionAsync(session)).Whole("judgements"));
    }

    [Fact]
    public async Task Studies_sessions_and_keys_are_made_once()
    {
        using var host = new ApiHost();
        var draft = new { name = "once", space = new { kind = "function" } };
        var study = await host.Admin.PostAsync("/api/v1/studies", draft, HttpStatusCode.Created, "study");
        var again = await host.Admin.PostAsync("/api/v1/studies", draft, HttpStatusCode.Created, "study");
        Assert.Equal(study.ToString(), again.ToString());
        Assert.Single((await host.Admin.GetAsync("/api/v1/studies", HttpStatusCode.OK)).Items());

        var sessions = $"/api/v1/studies/{study.Text("id")}/sessions";
        var session = await host.Admin.PostAsync(sessions, new { seed = 1 }, HttpStatusCode.Created, "session");
        Assert.Equal(session.ToString(), (await host.Admin.PostAsync(sessions, new { seed = 1 }, HttpStatusCode.Created, "session")).ToString());
        Assert.Single((await host.Admin.GetAsync(sessions, HttpStatusCode.OK)).Items());

        var key = await host.Admin.PostAsync("/api/v1/keys", new { name = "k", scope = "read" }, HttpStatusCode.Created, "key");
        Assert.Equal(key.ToString(), (await host.Admin.PostAsync("/api/v1/keys", new { name = "k", scope = "read" }, HttpStatusCode.Created, "key")).ToString());
        Assert.Single((await host.Admin.GetAsync("/api/v1/keys", HttpStatusCode.OK)).Items());
    }

    [Fact]
    public async Task The_secret_of_a_new_key_is_not_in_the_database()
    {
        using var host = new ApiHost();
        var key = await host.Admin.PostAsync("/api/v1/keys", new { name = "k", scope = "read" }, HttpStatusCode.Created, "key");

        SqliteConnection.ClearAllPools();
        var files = Directory.EnumerateFiles(host.Folder, "ranking.db*").Select(file => System.Text.Encoding.Latin1.GetString(ReadAll(file)));
        Assert.All(files, content => Assert.DoesNotContain(key.Text("key"), content, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Requests_at_once_with_one_key_are_one_request()
    {
        using var host = new ApiHost();
        var study = await host.StudyAsync();

        var made = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ =>
            host.Admin.PostAsync($"/api/v1/studies/{study}/sessions", new { seed = 3 }, HttpStatusCode.Created, "at-once")));

        Assert.Single(made.Select(session => session.Text("id")).Distinct());
    }

    [Fact]
    public async Task A_key_belongs_to_the_caller_that_chose_it()
    {
        using var host = new ApiHost();
        var session = await host.SessionAsync(judgementsPerRound: 2);
        using var other = await host.ClientAsync("oracle");
        var batch = await host.Admin.BatchAsync(session);
        var answer = new { batchId = batch.Text("id"), ranking = batch.BySphere() };

        await host.Admin.AnswerAsync(session, answer, HttpStatusCode.OK, "mine");
        await other.AnswerAsync(session, answer, HttpStatusCode.OK, "mine");

        Assert.Equal(2, (await host.Admin.SessionAsync(session)).Whole("judgements"));
    }

    [Theory]
    [InlineData("two words")]
    [InlineData("long")]
    public async Task A_key_that_cannot_be_one_is_refused(string key)
    {
        using var host = new ApiHost();
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/v1/sessions/{await host.SessionAsync()}/undo");
        request.Headers.TryAddWithoutValidation("Idempotency-Key", key == "long" ? new string('x', 256) : key);

        using var response = await host.Admin.SendAsync(request);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    private static byte[] ReadAll(string file)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var memory = new MemoryStream();
        stream.CopyTo(memory);
        return memory.ToArray();
    }
}
