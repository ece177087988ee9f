using System.Net;
using System.Text.Json;

namespace Ranking.Web.Tests.Api;

public sealed class KeysApiTests(ApiHost host) : IClassFixture<ApiHost>
{
    private const string Keys = "/api/v1/keys";

    [Fact]
    public async Task The_secret_of_a_key_is_told_once()
    {
        var made = await host.Admin.PostAsync(Keys, new { name = "robot", scope = "oracle" }, HttpStatusCode.Created);

        Assert.Equal(("robot", "oracle", JsonValueKind.Null), (made.Text("name"), made.Text("scope"), made.GetProperty("studyId").ValueKind));
        Assert.StartsWith("rk_", made.Text("key"), StringComparison.Ordinal);
        var listed = Assert.Single((await host.Admin.GetAsync($"{Keys}?limit=200", HttpStatusCode.OK)).Items(), key => key.Text("id") == made.Text("id"));
        Assert.Equal(JsonValueKind.Null, listed.GetProperty("key").ValueKind);
    }

    [Fact]
    public async Task A_withdrawn_key_is_good_for_nothing_at_once()
    {
        var made = await host.Admin.PostAsync(Keys, new { name = "short-lived", scope = "read" }, HttpStatusCode.Created);
        using var client = host.Client(made.Text("key"));
        await client.GetAsync("/api/v1/studies", HttpStatusCode.OK);

        await host.Admin.DeleteAsync($"{Keys}/{made.Text("id")}", HttpStatusCode.NoContent);

        await client.GetAsync("/api/v1/studies", HttpStatusCode.Unauthorized);
        await host.Admin.DeleteAsync($"{Keys}/{made.Text("id")}", HttpStatusCode.NotFound);
        Assert.DoesNotContain((await host.Admin.GetAsync($"{Keys}?limit=200", HttpStatusCode.OK)).Items(), key => key.Text("id") == made.Text("id"));
    }

    [Theory]
    [InlineData("""{ "name": "", "scope": "read" }""", 422, "name")]
    [InlineData("""{ "name": "a", "scope": "root" }""", 422, "scope")]
    [InlineData("""{ "name": "a", "scope": "read", "studyId": "00000000-0000-0000-0000-000000000001" }""", 422, "studyId")]
    [InlineData("""{ "name": "a", "scope": "read", "studyId": "x" }""", 400, "studyId")]
    [InlineData("""{ "name": "a" }""", 400, "scope")]
    [InlineData("""{ "name": "a", "scope": "read", "admin": true }""", 400, "admin")]
    public async Task A_bad_key_is_refused_by_member(string body, int status, string member) =>
        Assert.Equal([member], (await host.Admin.PostTextAsync(Keys, body, (HttpStatusCode)status)).Members());

    [Fact]
    public async Task The_key_of_a_deleted_study_goes_with_it()
    {
        var study = await host.StudyAsync();
        using var client = await host.ClientAsync("read", study);
        await client.GetAsync("/api/v1/studies", HttpStatusCode.OK);

        await host.Admin.PatchAsync($"/api/v1/studies/{study}", new { archived = true }, HttpStatusCode.OK);
        await host.Admin.DeleteAsync($"/api/v1/studies/{study}", HttpStatusCode.NoContent);

        await client.GetAsync("/api/v1/studies", HttpStatusCode.Unauthorized);
    }
}
