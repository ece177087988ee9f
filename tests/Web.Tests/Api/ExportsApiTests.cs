using System.Net;
using System.Text.Json;
using Ranking.Web.Hosting;

namespace Ranking.Web.Tests.Api;

public sealed class ExportsApiTests(ApiHost host) : IClassFixture<ApiHost>
{
    [Fact]
    public async Task Every_judgement_is_a_line_of_JSON_and_of_CSV()
    {
        var session = await host.SessionAsync();
        var study = (await host.Admin.SessionAsync(session)).Text("studyId");
        var receipts = new List<string>();
        for (var i = 0; i < 3; i++)
        {
            receipts.Add((await host.Admin.JudgeAsync(session)).Text("judgementId"));
        }

        var (json, jsonType) = await ExportAsync(study, "?format=jsonl");
        var (csv, csvType) = await ExportAsync(study, "?format=csv");

        Assert.Equal(("application/x-ndjson", "text/csv"), (jsonType, csvType));
        Assert.Equal(receipts, json.Select(line => JsonDocument.Parse(line).RootElement.Text("id")));
        Assert.Equal(4, csv.Length);
        Assert.Equal(csv, (await ExportAsync(study, "")).Lines);
        Assert.Equal(receipts, csv.Skip(1).Select(line => line.Split(',')[csv[0].Split(',').ToList().IndexOf("judgement")]));
    }

    [Fact]
    public async Task Pairs_are_the_comparisons_that_a_ranking_implies()
    {
        var session = await host.SessionAsync(size: 4, rankTop: 2);
        var study = (await host.Admin.SessionAsync(session)).Text("studyId");
        var batch = await host.Admin.BatchAsync(session);
        var ids = batch.Ids();
        string[][] ranking = [[ids[1]], [ids[0], ids[2]]];
        var receipt = await host.Admin.AnswerAsync(session, new { batchId = batch.Text("id"), ranking, rater = "Ada" }, HttpStatusCode.OK);

        var pairs = (await ExportAsync(study, "?format=pairs")).Lines.Select(line => JsonDocument.Parse(line).RootElement).ToArray();

        Assert.Equal(receipt.Whole("comparisons"), pairs.Length);
        string[] expected = [$"{ids[1]} {ids[0]}", $"{ids[1]} {ids[2]}", $"{ids[1]} {ids[3]}", $"{ids[0]} {ids[3]}", $"{ids[2]} {ids[3]}"];
        Assert.Equal(expected.Order(), pairs.Select(pair => $"{pair.Text("chosen")} {pair.Text("rejected")}").Order());
        Assert.All(pairs, pair => Assert.Equal(("Ada", 0, "Which do you like best?"), (pair.Text("rater"), pair.Whole("round"), pair.Text("prompt"))));
    }

    [Fact]
    public async Task Skips_and_verdicts_give_no_pairs()
    {
        var session = await host.SessionAsync();
        var study = (await host.Admin.SessionAsync(session)).Text("studyId");
        await host.Admin.AnswerAsync(session, new { batchId = (await host.Admin.BatchAsync(session)).Text("id"), skip = true }, HttpStatusCode.OK);
        await host.Admin.AnswerAsync(session, new { batchId = (await host.Admin.BatchAsync(session)).Text("id"), verdict = "allAlike" }, HttpStatusCode.OK);

        Assert.Empty((await ExportAsync(study, "?format=pairs")).Lines);
        Assert.Equal(2, (await ExportAsync(study, "?format=jsonl")).Lines.Length);
    }

    [Fact]
    public async Task Lines_name_the_model_and_how_far_it_is_from_making_a_picture_twice()
    {
        using var server = ApiHost.With(("Ranking:ModelRoots", Path.Combine(Paths.Home, "models")));
        var prompt = string.Join(' ', Enumerable.Repeat("horns", 90));
        var study = (await server.Admin.PostAsync("/api/v1/studies", new { space = new { kind = "diffusion", model = "demo", prompt, steps = 1 }, batch = new { size = 2 } }, HttpStatusCode.Created)).Text("id");
        var session = await server.Admin.PostAsync($"/api/v1/studies/{study}/sessions", new { }, HttpStatusCode.Created);
        Assert.Contains(session.GetProperty("notes").EnumerateArray(), note => note.GetString()!.StartsWith("The prompt is too long", StringComparison.Ordinal));
        var batch = await server.Admin.ReadyAsync(session.Text("id"));
        string[][] ranking = [[batch.Ids()[0]]];
        await server.Admin.AnswerAsync(session.Text("id"), new { batchId = batch.Text("id"), ranking }, HttpStatusCode.OK);

        var model = Assert.Single((await server.Admin.GetAsync("/api/v1/models", HttpStatusCode.OK)).Items());
        var line = JsonDocument.Parse(Assert.Single(await LinesAsync("jsonl"))).RootElement;
        Assert.Equal(("demo", model.Whole("batchDifference")), (line.Text("model"), line.Whole("batchDifference")));
        var csv = await LinesAsync("csv");
        Assert.EndsWith(",model,batchDifference", csv[0], StringComparison.Ordinal);
        Assert.EndsWith($",demo,{model.Whole("batchDifference")}", csv[1], StringComparison.Ordinal);

        async Task<string[]> LinesAsync(string format) =>
            (await server.Admin.GetStringAsync(new Uri($"/api/v1/studies/{study}/export?format={format}", UriKind.Relative))).Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries);
    }

    [Fact]
    public async Task A_format_that_is_not_known_is_refused() =>
        Assert.Equal(["format"], (await host.Admin.GetAsync($"/api/v1/studies/{await host.StudyAsync()}/export?format=xml", HttpStatusCode.UnprocessableEntity)).Members());

    private async Task<(string[] Lines, string? Type)> ExportAsync(string study, string query)
    {
        using var response = await host.Admin.GetAsync(new Uri($"/api/v1/studies/{study}/export{query}", UriKind.Relative));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return ((await response.Content.ReadAsStringAsync()).Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries), response.Content.Headers.ContentType?.MediaType);
    }
}
