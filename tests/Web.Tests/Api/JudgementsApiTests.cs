using System.Net;
using System.Text.Json;

namespace Ranking.Web.Tests.Api;

public sealed class JudgementsApiTests(ApiHost host) : IClassFixture<ApiHost>
{
    [Fact]
    public async Task A_strict_ranking_moves_the_session_to_the_next_round()
    {
        var session = await host.SessionAsync();
        var batch = await host.Admin.BatchAsync(session);

        var receipt = await host.Admin.AnswerAsync(
            session, new { batchId = batch.Text("id"), ranking = batch.BySphere(), rater = "Ada", durationMs = 5400 }, HttpStatusCode.OK);

        Assert.Equal((1, "open", 6), (receipt.Whole("round"), receipt.Text("status"), receipt.Whole("comparisons")));
        var next = await host.Admin.BatchAsync(session);
        Assert.Equal(next.Text("id"), receipt.Text("nextBatchId"));
        Assert.NotEqual(batch.Text("id"), next.Text("id"));
        var judged = (await RoundsAsync(session))[0].GetProperty("judgements")[0];
        Assert.Equal(receipt.Text("judgementId"), judged.Text("judgementId"));
        Assert.Equal(("Ada", 5400), (judged.Text("rater"), judged.Whole("durationMs")));
        Assert.Equal(batch.Ids(), judged.GetProperty("shown").EnumerateArray().Select(c => c.GetString()));
    }

    [Fact]
    public async Task Ties_and_candidates_left_out_are_kept_as_they_were_sent()
    {
        var session = await host.SessionAsync(size: 6, rankTop: 3);
        var batch = await host.Admin.BatchAsync(session);
        var ids = batch.Ids();
        string[][] ranking = [[ids[2]], [ids[0], ids[5]]];

        var receipt = await host.Admin.AnswerAsync(session, new { batchId = batch.Text("id"), ranking }, HttpStatusCode.OK);

        // One before five others, and two tied before three that were left out: 5 + 2 · 3.
        Assert.Equal(11, receipt.Whole("comparisons"));
        var kept = (await RoundsAsync(session))[0].GetProperty("judgements")[0].GetProperty("ranking").Deserialize<string[][]>()!;
        Assert.Equal(ranking.Select(Sorted), kept.Select(Sorted));
    }

    [Fact]
    public async Task A_single_best_candidate_is_enough()
    {
        var session = await host.SessionAsync(size: 6, rankTop: 1);
        var batch = await host.Admin.BatchAsync(session);

        var receipt = await host.Admin.AnswerAsync(session, new { batchId = batch.Text("id"), ranking = batch.BySphere(1) }, HttpStatusCode.OK);

        Assert.Equal(5, receipt.Whole("comparisons"));
    }

    [Fact]
    public async Task Values_teach_an_optimiser_of_rankings_what_their_order_would()
    {
        var (ranked, valued) = (await host.SessionAsync(), await host.SessionAsync());
        for (var i = 0; i < 3; i++)
        {
            await host.Admin.JudgeAsync(ranked);
            var batch = await host.Admin.BatchAsync(valued);
            await host.Admin.AnswerAsync(valued, new { batchId = batch.Text("id"), values = Values(batch) }, HttpStatusCode.OK);
        }

        Assert.Equal(await BestAsync(ranked), await BestAsync(valued));
    }

    [Fact]
    public async Task An_optimiser_of_values_refuses_a_ranking()
    {
        var session = await host.SessionAsync(optimizer: "zo-sgd");
        var batch = await host.Admin.BatchAsync(session);
        Assert.Equal("value", batch.Text("feedback"));

        await host.Admin.AnswerAsync(session, new { batchId = batch.Text("id"), ranking = batch.BySphere() }, HttpStatusCode.UnprocessableEntity);
        var receipt = await host.Admin.AnswerAsync(session, new { batchId = batch.Text("id"), values = Values(batch) }, HttpStatusCode.OK);

        Assert.Equal(1, receipt.Whole("round"));
        var kept = (await RoundsAsync(session))[0].GetProperty("judgements")[0].GetProperty("values");
        Assert.Equal(Values(batch), kept.Deserialize<Dictionary<string, double>>()!);
    }

    [Fact]
    public async Task A_skip_gives_another_batch_and_teaches_nothing()
    {
        var session = await host.SessionAsync();
        var batch = await host.Admin.BatchAsync(session);
        var best = await BestAsync(session);

        var receipt = await host.Admin.AnswerAsync(session, new { batchId = batch.Text("id"), skip = true, reason = "all blurred" }, HttpStatusCode.OK);

        Assert.NotEqual(batch.Text("id"), receipt.Text("nextBatchId"));
        Assert.Equal(0, receipt.Whole("comparisons"));
        Assert.Equal((0, 0), ((await host.Admin.SessionAsync(session)).Whole("judgements"), (await host.Admin.SessionAsync(session)).Whole("judgedRounds")));
        Assert.Equal(best, await BestAsync(session));
        Assert.True((await RoundsAsync(session))[0].GetProperty("skipped").GetBoolean());
    }

    [Theory]
    [InlineData("noneBetter")]
    [InlineData("allAlike")]
    [InlineData("allBroken")]
    public async Task A_verdict_on_the_whole_batch_is_an_answer_of_its_own(string verdict)
    {
        var session = await host.SessionAsync();
        var batch = await host.Admin.BatchAsync(session);

        await host.Admin.AnswerAsync(session, new { batchId = batch.Text("id"), verdict }, HttpStatusCode.OK);

        Assert.Equal(verdict, (await RoundsAsync(session))[0].GetProperty("judgements")[0].Text("verdict"));
    }

    public static TheoryData<string, string> Impossible() => new()
    {
        { """{ "batchId": "BATCH", "ranking": [] }""", "ranking" },
        { """{ "batchId": "BATCH", "ranking": [[]] }""", "ranking" },
        { """{ "batchId": "BATCH", "ranking": [["C0"], []] }""", "ranking" },
        { """{ "batchId": "BATCH", "ranking": [null] }""", "ranking" },
        { """{ "batchId": "BATCH", "ranking": [[null]] }""", "ranking" },
        { """{ "batchId": "BATCH", "ranking": [["C0"], ["C0"]] }""", "ranking" },
        { """{ "batchId": "BATCH", "ranking": [["C0", "C0"]] }""", "ranking" },
        { """{ "batchId": "BATCH", "ranking": [["nobody"]] }""", "ranking" },
        { """{ "batchId": "BATCH", "ranking": [["BATCH-best"]] }""", "ranking" },
        { """{ "batchId": "BATCH", "ranking": [["BATCH-4"]] }""", "" },
        { """{ "batchId": "BATCH" }""", "" },
        { """{ "batchId": "BATCH", "skip": false }""", "" },
        { """{ "batchId": "BATCH", "skip": true, "ranking": [["C0"]] }""", "" },
        { """{ "batchId": "BATCH", "values": { "C0": 1 } }""", "values" },
        { """{ "batchId": "BATCH", "values": { "C0": 1, "C1": 2, "C2": 3, "BATCH-4": 4 } }""", "values" },
        { """{ "batchId": "BATCH", "values": { "C0": 1, "C1": 2, "C2": 3, "nobody": 4 } }""", "values" },
        { """{ "batchId": "BATCH", "values": { "C0": 1, "C1": 2, "C2": 3, "C3": 1e999 } }""", "values" },
        { """{ "batchId": "BATCH", "values": { "C0": 1, "C1": 2, "C2": 3, "C3": NaN } }""", "*" },
        { """{ "batchId": "BATCH", "values": { "C0": 1, "C1": 2, "C2": 3, "C3": -Infinity } }""", "*" },
        { """{ "batchId": "BATCH", "values": { "C0": 1, "C1": 2, "C2": 3, "C3": "NaN" } }""", "*" },
        { """{ "batchId": "BATCH", "gradients": { "C0": [1, 1] }, "ranking": [["C0"]] }""", "gradients" },
        { """{ "batchId": "BATCH", "ranking": [["C0"]], "durationMs": -1 }""", "durationMs" },
        { """{ "batchId": "00000000000000000000000000000001-0123456789abcdef", "ranking": [["C0"]] }""", "batchId" },
        { """{ "batchId": "nonsense", "ranking": [["C0"]] }""", "batchId" },
    };

    [Theory]
    [MemberData(nameof(Impossible))]
    public async Task An_impossible_answer_is_refused_and_changes_nothing(string body, string member)
    {
        var session = await host.SessionAsync();
        var batch = await host.Admin.BatchAsync(session);
        var before = (await host.Admin.SessionAsync(session)).ToString();

        var problem = await SendAsync(session, batch, body, HttpStatusCode.UnprocessableEntity);

        Assert.NotEqual("", problem.Text("detail"));
        if (member != "*")
        {
            Assert.Equal(member.Length == 0 ? [] : [member], problem.Members());
        }

        Assert.Equal(before, (await host.Admin.SessionAsync(session)).ToString());
        Assert.Equal(batch.Text("id"), (await host.Admin.BatchAsync(session)).Text("id"));
    }

    [Theory]
    [InlineData("""{ "ranking": [["C0"]] }""", "batchId")]
    [InlineData("""{ "batchId": null, "ranking": [["C0"]] }""", "batchId")]
    [InlineData("""{ "batchId": 7, "ranking": [["C0"]] }""", "batchId")]
    [InlineData("""{ "batchId": "BATCH", "rankings": [["C0"]] }""", "rankings")]
    [InlineData("""{ "batchId": "BATCH", "values": { "C0": 1, "C0": 2 } }""", "values.C0")]
    [InlineData("""{ "batchId": "BATCH", "ranking": [["C0"]], "durationMs": "long" }""", "durationMs")]
    public async Task A_malformed_answer_is_refused_by_member(string body, string member)
    {
        var session = await host.SessionAsync();
        var batch = await host.Admin.BatchAsync(session);

        var problem = await SendAsync(session, batch, body, HttpStatusCode.BadRequest);

        Assert.Equal([Named(batch, member)], problem.Members());
    }

    [Fact]
    public async Task A_batch_that_has_its_judgement_takes_no_other()
    {
        var session = await host.SessionAsync();
        var batch = await host.Admin.BatchAsync(session);
        await host.Admin.JudgeAsync(session);

        await host.Admin.AnswerAsync(session, new { batchId = batch.Text("id"), ranking = batch.BySphere() }, HttpStatusCode.Conflict);

        Assert.Equal(1, (await host.Admin.SessionAsync(session)).Whole("judgements"));
    }

    [Fact]
    public async Task Two_judges_answer_the_same_batch_and_a_third_is_too_late()
    {
        var session = await host.SessionAsync(judgementsPerRound: 2);
        var batch = await host.Admin.BatchAsync(session);
        var answer = new { batchId = batch.Text("id"), ranking = batch.BySphere(), rater = "Ada" };

        var first = await host.Admin.AnswerAsync(session, answer, HttpStatusCode.OK);
        Assert.Equal((0, batch.Text("id")), (first.Whole("round"), first.Text("nextBatchId")));
        Assert.Equal(batch.ToString(), (await host.Admin.BatchAsync(session)).ToString());

        var second = await host.Admin.AnswerAsync(session, answer with { rater = "Bob" }, HttpStatusCode.OK);
        Assert.Equal(1, second.Whole("round"));
        await host.Admin.AnswerAsync(session, answer with { rater = "Cy" }, HttpStatusCode.Conflict);
        var round = Assert.Single(await RoundsAsync(session));
        Assert.Equal(["Ada", "Bob"], round.GetProperty("judgements").EnumerateArray().Select(j => j.Text("rater")));
        Assert.Equal(12, round.Whole("comparisons"));
    }

    [Fact]
    public async Task Of_many_answers_at_once_to_one_batch_exactly_one_counts()
    {
        var session = await host.SessionAsync();
        var batch = await host.Admin.BatchAsync(session);
        var body = JsonSerializer.Serialize(new { batchId = batch.Text("id"), ranking = batch.BySphere() });

        var statuses = await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ =>
        {
            using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
            using var response = await host.Admin.PostAsync(new Uri($"/api/v1/sessions/{session}/judgements", UriKind.Relative), content);
            return response.StatusCode;
        }));

        Assert.Single(statuses, HttpStatusCode.OK);
        Assert.Equal(7, statuses.Count(status => status == HttpStatusCode.Conflict));
        Assert.Equal(1, (await host.Admin.SessionAsync(session)).Whole("judgements"));
    }

    private Task<JsonElement> SendAsync(string session, JsonElement batch, string body, HttpStatusCode expected) =>
        host.Admin.PostTextAsync($"/api/v1/sessions/{session}/judgements", Named(batch, body), expected);

    private static string Named(JsonElement batch, string text)
    {
        foreach (var (id, i) in batch.Ids().Order(StringComparer.Ordinal).Select((id, i) => (id, i)))
        {
            text = text.Replace($"C{i}", id, StringComparison.Ordinal);
        }

        return text.Replace("BATCH", batch.Text("id"), StringComparison.Ordinal);
    }

    private async Task<JsonElement[]> RoundsAsync(string session) => (await host.Admin.GetAsync($"/api/v1/sessions/{session}/history", HttpStatusCode.OK)).Items();

    private async Task<string> BestAsync(string session) =>
        (await host.Admin.GetAsync($"/api/v1/sessions/{session}/best", HttpStatusCode.OK)).GetProperty("point").ToString();

    private static Dictionary<string, double> Values(JsonElement batch) => batch.GetProperty("candidates").EnumerateArray().ToDictionary(
        c => c.Text("id"), c => c.GetProperty("point").EnumerateArray().Sum(x => x.GetDouble() * x.GetDouble()));

    private static string Sorted(string[] tier) => string.Join('=', tier.Order(StringComparer.Ordinal));
}
