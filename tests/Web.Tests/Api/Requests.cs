using System.Net;
using System.Net.Http.Json;
using System.Net.ServerSentEvents;
using System.Text;
using System.Text.Json;

namespace Ranking.Web.Tests.Api;

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

    /// <summary>The open batch that can be judged.</summary>
    public static Task<JsonElement> ReadyAsync(this HttpClient client, string session) =>
        client.GetAsync($"/api/v1/sessions/{session}/batch?wait=60", HttpStatusCode.OK);

    /// <summary>Sends an answer to a batch.</summary>
    public static Task<JsonElement> AnswerAsync(this HttpClient client, string session, object answer, HttpStatusCode expected, string? idempotencyKey = null) =>
        client.PostAsync($"/api/v1/sessions/{session}/judgements", answer, expected, idempotencyKey);

    /// <summary>The session.</summary>
    public static Task<JsonElement> SessionAsync(this HttpClient client, string session) =>
        client.GetAsync($"/api/v1/sessions/{session}", HttpStatusCode.OK);

    /// <summary>A member's text.</summary>
    public static string Text(this JsonElement element, string member) => element.GetProperty(member).GetString()!;

    /// <summary>A member's whole number.</summary>
    public static int Whole(this JsonElement element, string member) => element.GetProperty(member).GetInt32();

    /// <summary>The entries of a list.</summary>
    public static JsonElement[] Items(this JsonElement list) => [.. list.GetProperty("items").EnumerateArray()];

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

    /// <summary>The events of a session, until the stream ends.</summary>
    public static async IAsyncEnumerable<SseItem<string>> FollowAsync(this HttpClient client, string session, string? lastEventId = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/v1/sessions/{session}/events");
        if (lastEventId is not null)
        {
            request.Headers.Add("Last-Event-ID", lastEventId);
        }

        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
        await foreach (var item in SseParser.Create(await response.Content.ReadAsStreamAsync()).EnumerateAsync())
        {
            yield return item;
        }
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
