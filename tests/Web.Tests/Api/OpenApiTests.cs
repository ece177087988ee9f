using System.Net;
using System.Text.Json;

namespace Ranking.Web.Tests.Api;

public sealed class OpenApiTests(ApiHost host) : IClassFixture<ApiHost>
{
    // The routes of the contract, with what they answer when all is well.
    private static readonly string[] Contract =
    [
        "get /api/v1/optimizers 200", "get /api/v1/spaces 200", "get /api/v1/functions 200", "get /api/v1/models 200", "post /api/v1/models 201", "get /api/v1/oracles 200",
        "post /api/v1/studies 201", "get /api/v1/studies 200", "get /api/v1/studies/{id} 200", "patch /api/v1/studies/{id} 200", "delete /api/v1/studies/{id} 204",
        "post /api/v1/studies/{id}/sessions 201", "get /api/v1/sessions/{id} 200", "get /api/v1/sessions/{id}/batch 200", "get /api/v1/sessions/{id}/batch 204",
        "post /api/v1/sessions/{id}/judgements 200", "post /api/v1/sessions/{id}/undo 200", "post /api/v1/sessions/{id}/fork 201",
        "get /api/v1/sessions/{id}/history 200", "get /api/v1/sessions/{id}/best 200",
        "get /api/v1/sessions/{id}/events 200", "post /api/v1/sessions/{id}/run 202", "get /api/v1/studies/{id}/export 200",
        "get /api/v1/candidates/{id}/image 200", "get /api/v1/candidates/{id}/image 304", "get /api/v1/candidates/{id}/point 200",
        "get /api/v1/sessions/{id}/pending-samples 200", "put /api/v1/candidates/{id}/image 204",
        "get /health/live 200", "get /health/ready 200",
    ];

    [Fact]
    public async Task The_document_is_OpenAPI_3_1_and_needs_no_key()
    {
        var document = await DocumentAsync();

        Assert.StartsWith("3.1", document.Text("openapi"), StringComparison.Ordinal);
        Assert.Equal("http", document.GetProperty("components").GetProperty("securitySchemes").GetProperty("key").Text("type"));
    }

    [Fact]
    public async Task The_document_has_every_route_of_the_contract()
    {
        var published = Operations(await DocumentAsync())
            .SelectMany(o => o.Operation.GetProperty("responses").EnumerateObject().Select(response => $"{o.Method} {o.Path} {response.Name}"));

        Assert.Empty(Contract.Except(published));
    }

    [Fact]
    public async Task Every_operation_says_what_it_does_and_how_it_refuses()
    {
        var operations = Operations(await DocumentAsync()).ToArray();

        Assert.Equal(operations.Length, operations.Select(o => o.Operation.Text("operationId")).Distinct().Count());
        Assert.All(operations, o => Assert.NotEqual("", o.Operation.Text("summary")));
        Assert.All(operations.Where(o => o.Path.StartsWith("/api/", StringComparison.Ordinal)), o =>
        {
            Assert.True(o.Operation.TryGetProperty("security", out _), $"{o.Method} {o.Path} needs a key");
            Assert.All(["401", "403", "429"], status => Assert.True(o.Operation.GetProperty("responses").TryGetProperty(status, out _), $"{o.Path} {status}"));
        });
    }

    [Fact]
    public async Task Every_post_takes_an_idempotency_key_but_those_of_files()
    {
        var posts = Operations(await DocumentAsync()).Where(o => o.Method == "post" && !(o.Operation.TryGetProperty("requestBody", out var body) && !body.GetProperty("content").TryGetProperty("application/json", out _))).ToArray();

        Assert.True(posts.Length > 5);
        Assert.All(posts, post => Assert.Contains(post.Operation.GetProperty("parameters").EnumerateArray(), p => p.Text("name") == "Idempotency-Key"));
    }

    [Fact]
    public async Task The_members_of_the_contract_are_in_the_schemas()
    {
        var schemas = (await DocumentAsync()).GetProperty("components").GetProperty("schemas");

        AssertMembers("NewStudy", "name", "space", "optimizer", "batch", "judgementsPerRound", "maxRounds", "seed", "revealValues");
        AssertMembers("NewJudgement", "batchId", "ranking", "values", "skip", "rater", "durationMs");
        AssertMembers("SessionResource", "id", "studyId", "status", "round", "judgements", "stage", "bestCandidateId", "createdAt");
        AssertMembers("BatchResource", "id", "sessionId", "round", "stage", "rankTop", "status", "progress", "candidates");
        AssertMembers("CandidateResource", "id", "position", "point", "imageUrl");
        AssertMembers("JudgementReceipt", "judgementId", "round", "status", "nextBatchId");
        AssertMembers("BestResource", "candidateId", "point", "imageUrl", "round", "value");

        void AssertMembers(string schema, params string[] members) => Assert.Empty(
            members.Except(schemas.GetProperty(schema).GetProperty("properties").EnumerateObject().Select(member => member.Name)));
    }

    private async Task<JsonElement> DocumentAsync()
    {
        using var stranger = host.Client();
        return await stranger.GetAsync("/openapi/v1.json", HttpStatusCode.OK);
    }

    private static IEnumerable<(string Method, string Path, JsonElement Operation)> Operations(JsonElement document) =>
        from path in document.GetProperty("paths").EnumerateObject()
        from operation in path.Value.EnumerateObject()
        select (operation.Name, path.Name, operation.Value);
}
