using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Mvc.Testing;

namespace Ranking.Web.Tests.Api;

/// <summary>The real server in memory over a data folder of its own.</summary>
public sealed class ApiHost : IDisposable
{
    /// <summary>The admin's key in tests.</summary>
    public const string AdminKey = "the-admin-key-of-the-tests";

    private readonly WebApplicationFactory<Program> _factory;
    private readonly bool _ownsFolder;

    /// <summary>A server over a new folder, which goes with it.</summary>
    public ApiHost()
        : this(null, [])
    {
    }

    private ApiHost(string? folder, (string Key, string Value)[] settings)
    {
        _ownsFolder = folder is null;
        Folder = folder ?? NewFolder();
        _factory = new WebApplicationFactory<Program>().WithWebHostBuilder(host =>
        {
            host.UseSetting("Ranking:DataDirectory", Folder);
            host.UseSetting("Ranking:AdminKey", AdminKey);
            host.UseSetting("Ranking:Sample", "false");
            foreach (var (key, value) in settings)
            {
                host.UseSetting(key, value);
            }
        });
        Admin = Client(AdminKey);
    }

    /// <summary>The data folder.</summary>
    public string Folder { get; }

    /// <summary>A client with the admin's key.</summary>
    public HttpClient Admin { get; }

    /// <summary>The server's services.</summary>
    public IServiceProvider Services => _factory.Services;

    /// <summary>A server over a folder that stays when it stops.</summary>
    public static ApiHost Over(string folder, params (string Key, string Value)[] settings) => new(folder, settings);

    /// <summary>A server over a new folder, with settings of its own.</summary>
    public static ApiHost With(params (string Key, string Value)[] settings) => new(null, settings);

    /// <summary>A new folder for a server that is started more than once.</summary>
    public static string NewFolder() => Directory.CreateTempSubdirectory("ranking-api-").FullName;

    /// <summary>A client with a key, or without one.</summary>
    public HttpClient Client(string? key = null)
    {
        var client = _factory.CreateClient(new WebApplicationFactoryClientOptions { AllowAutoRedirect = false });
        if (key is not null)
        {
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        }

        return client;
    }

    /// <summary>A client with a new key of the given scope.</summary>
    public async Task<HttpClient> ClientAsync(string scope, string? studyId = null) =>
        Client((await Admin.PostAsync("/api/v1/keys", new { name = "someone", scope, studyId }, HttpStatusCode.Created)).GetProperty("key").GetString());

    /// <summary>A study on the sphere.</summary>
    public async Task<string> StudyAsync(int dimension = 2, int size = 4, int rankTop = 4, int maxRounds = 100, int judgementsPerRound = 1, bool revealValues = false, string optimizer = "zo-rank-sgd")
    {
        var study = await Admin.PostAsync("/api/v1/studies", new
        {
            name = "a study",
            space = new { kind = "function", function = "sphere", dimension },
            optimizer = new { name = optimizer },
            batch = new { size, rankTop },
            maxRounds,
            judgementsPerRound,
            revealValues,
            seed = 7,
        }, HttpStatusCode.Created);
        return study.GetProperty("id").GetString()!;
    }

    /// <summary>A session of a new study on the sphere.</summary>
    public async Task<string> SessionAsync(int dimension = 2, int size = 4, int rankTop = 4, int maxRounds = 100, int judgementsPerRound = 1, bool revealValues = false, string optimizer = "zo-rank-sgd")
    {
        var study = await StudyAsync(dimension, size, rankTop, maxRounds, judgementsPerRound, revealValues, optimizer);
        var session = await Admin.PostAsync($"/api/v1/studies/{study}/sessions", new { seed = 11 }, HttpStatusCode.Created);
        return session.GetProperty("id").GetString()!;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _factory.Dispose();
        if (_ownsFolder)
        {
            Directory.Delete(Folder, recursive: true);
        }
    }
}

/// <summary>Short forms of requests.</summary>
public static class Requests
{
    public static async Task<JsonElement> GetAsync(this HttpClient client, string path, HttpStatusCode expected)
    {
        using var response = await client.GetAsync(new Uri(path, UriKind.Relative));
        return await ReadAsync(response, expected);
    }

    public static Task<JsonElement> PostAsync(this HttpClient client, string path, object body, HttpStatusCode expected, string? idempotencyKey = null) =>
        SendAsync(client, HttpMethod.Post, path, JsonContent.Create(body), expected, idempotencyKey);

    public static Task<JsonElement> PostTextAsync(this HttpClient client, string path, string body, HttpStatusCode expected) =>
        SendAsync(client, HttpMethod.Post, path, new StringContent(body, Encoding.UTF8, "application/json"), expected);

    public static Task<JsonElement> PatchAsync(this HttpClient client, string path, object body, HttpStatusCode expected) =>
        SendAsync(client, HttpMethod.Patch, path, JsonContent.Create(body), expected);

    public static Task<JsonElement> DeleteAsync(this HttpClient client, string path, HttpStatusCode expected) =>
        SendAsync(client, HttpMethod.Delete, path, null, expected);

    public static async Task<JsonElement> SendAsync(HttpClient client, HttpMethod method, string path, HttpContent? content, HttpStatusCode expected, string? idempotencyKey = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        if (idempotencyKey is not null)
        {
            request.Headers.Add("Idempotency-Key", idempotencyKey);
        }

        using var response = await client.SendAsync(request);
        return await ReadAsync(response, expected);
    }

    /// <summary>The open batch, its pictures not waited for.</summary>
    public static Task<JsonElement> BatchAsync(this HttpClient client, string session) =>
        client.GetAsync($"/api/v1/sessions/{session}/batch", HttpStatusCode.OK);

    /// <summary>The candidates' ids, in the order of presentation.</summary>
    public static string[] Ids(this JsonElement batch) => [.. batch.GetProperty("candidates").EnumerateArray().Select(c => c.GetProperty("id").GetString()!)];

    /// <summary>A ranking of the sphere: nearest to the origin first, one candidate a tier.</summary>
    public static string[][] BySphere(this JsonElement batch, int top = int.MaxValue) =>
    [
        .. batch.GetProperty("candidates").EnumerateArray()
            .OrderBy(c => c.GetProperty("point").EnumerateArray().Sum(x => x.GetDouble() * x.GetDouble()))
            .Take(top).Select(c => new[] { c.GetProperty("id").GetString()! }),
    ];

    /// <summary>Judges the open batch by the sphere and gives the receipt.</summary>
    public static async Task<JsonElement> JudgeAsync(this HttpClient client, string session)
    {
        var batch = await client.BatchAsync(session);
        return await client.PostAsync($"/api/v1/sessions/{session}/judgements", new { batchId = batch.GetProperty("id").GetString(), ranking = batch.BySphere() }, HttpStatusCode.OK);
    }

    /// <summary>The names of the members that a problem complains of.</summary>
    public static string[] Members(this JsonElement problem) =>
        problem.TryGetProperty("errors", out var errors) ? [.. errors.EnumerateObject().Select(e => e.Name)] : [];

    private static async Task<JsonElement> ReadAsync(HttpResponseMessage response, HttpStatusCode expected)
    {
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == expected, $"{(int)response.StatusCode} instead of {(int)expected}: {text}");
        if ((int)response.StatusCode >= 400)
        {
            Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
            using var problem = JsonDocument.Parse(text);
            Assert.Equal((int)expected, problem.RootElement.GetProperty("status").GetInt32());
            Assert.NotEqual("", problem.RootElement.GetProperty("title").GetString());
            Assert.NotEqual("", problem.RootElement.GetProperty("type").GetString());
            Assert.DoesNotContain(" at Ranking.", text, StringComparison.Ordinal);
        }

        return text.Length == 0 ? default : JsonDocument.Parse(text).RootElement;
    }
}
