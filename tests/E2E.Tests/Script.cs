using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace Ranking.E2E.Tests;

/// <summary>
/// A program that judges a session over REST by the squared distance to a point that only it knows. When the server is
/// gone, the same answer is sent again with the same key.
/// </summary>
internal sealed class Script : IDisposable
{
    /// <summary>The admin's key of servers that this program talks to.</summary>
    public const string Key = "the-admin-key-of-the-tests";

    private readonly double[] _target;
    private readonly HttpClient _client = new();
    private readonly List<string> _acknowledged = [];
    private string _session = "";
    private object? _unanswered;
    private int _answers;

    public Script(params double[] target)
    {
        _target = target;
        _client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Key);
    }

    /// <summary>The ids of the judgements that the server said it has, in order.</summary>
    public IReadOnlyList<string> Acknowledged => _acknowledged;

    /// <summary>Starts a server for programs like this one.</summary>
    public static Task<Server> StartServerAsync(string data) => Server.StartAsync(data, null, "--Ranking:AdminKey", Key, "--Ranking:Sample", "false");

    /// <summary>Makes a study and a session of it.</summary>
    public async Task BeginAsync(Uri server, object study, int seed)
    {
        var id = Text(await PostAsync(server, "studies", study), "id");
        _session = Text(await PostAsync(server, $"studies/{id}/sessions", new { seed }), "id");
    }

    /// <summary>Judges the open batch, or sends the last answer again.</summary>
    /// <exception cref="HttpRequestException">The server is gone.</exception>
    public async Task JudgeAsync(Uri server) => Assert.True(await TryJudgeAsync(server), "The batch was not open any more.");

    /// <summary>As <see cref="JudgeAsync"/>; false when somebody else was faster.</summary>
    public async Task<bool> TryJudgeAsync(Uri server)
    {
        _unanswered ??= Answer(await GetAsync(server, $"sessions/{_session}/batch"));
        var (status, receipt) = await SendAsync(server, HttpMethod.Post, $"sessions/{_session}/judgements", _unanswered, $"answer-{_answers}");
        (_unanswered, _answers) = (null, _answers + 1);
        if (status == HttpStatusCode.Conflict)
        {
            return false;
        }

        Assert.True(status == HttpStatusCode.OK, $"{status}: {receipt}");
        _acknowledged.Add(Text(receipt, "judgementId"));
        return true;
    }

    /// <summary>The ids of the judgements in the session's history.</summary>
    public async Task<string[]> HistoryAsync(Uri server)
    {
        var ids = new List<string>();
        for (string? cursor = ""; cursor is not null;)
        {
            var page = await GetAsync(server, $"sessions/{_session}/history?limit=200{cursor}");
            ids.AddRange(page.GetProperty("items").EnumerateArray().SelectMany(round => round.GetProperty("judgements").EnumerateArray()).Select(judged => Text(judged, "judgementId")));
            cursor = page.GetProperty("next").GetString() is { } next ? $"&cursor={next}" : null;
        }

        return [.. ids];
    }

    /// <summary>The squared distance of the incumbent after some judged rounds.</summary>
    public async Task<double> LossAsync(Uri server, int round) => Loss(await GetAsync(server, $"sessions/{_session}/best?round={round}"));

    /// <summary>All that the session's log decides: the open batch and the incumbent, with all digits of their points.</summary>
    public async Task<string> StateAsync(Uri server)
    {
        var batch = await GetAsync(server, $"sessions/{_session}/batch");
        var best = await GetAsync(server, $"sessions/{_session}/best");
        return string.Join('\n', batch.GetProperty("candidates").EnumerateArray().Select(Point)
            .Prepend(Text(batch, "id")).Append($"{Text(best, "candidateId")} {best.GetProperty("point").GetRawText()}"));

        static string Point(JsonElement candidate) => $"{Text(candidate, "id")} {candidate.GetProperty("point").GetRawText()}";
    }

    public void Dispose() => _client.Dispose();

    private object Answer(JsonElement batch) => new
    {
        batchId = Text(batch, "id"),
        ranking = batch.GetProperty("candidates").EnumerateArray()
            .OrderBy(Loss)
            .Take(batch.GetProperty("rankTop").GetInt32())
            .Select(candidate => new[] { Text(candidate, "id") }).ToArray(),
    };

    private double Loss(JsonElement candidate) =>
        candidate.GetProperty("point").EnumerateArray().Select((x, i) => Math.Pow(x.GetDouble() - _target[i], 2)).Sum();

    private static string Text(JsonElement element, string member) => element.GetProperty(member).GetString()!;

    private async Task<JsonElement> GetAsync(Uri server, string path)
    {
        var (status, answer) = await SendAsync(server, HttpMethod.Get, path);
        return status == HttpStatusCode.OK ? answer : throw new InvalidOperationException($"{path}: {status} {answer}");
    }

    private async Task<JsonElement> PostAsync(Uri server, string path, object body)
    {
        var (status, answer) = await SendAsync(server, HttpMethod.Post, path, body);
        return status == HttpStatusCode.Created ? answer : throw new InvalidOperationException($"{path}: {status} {answer}");
    }

    private async Task<(HttpStatusCode Status, JsonElement Answer)> SendAsync(Uri server, HttpMethod method, string path, object? body = null, string? key = null)
    {
        using var request = new HttpRequestMessage(method, new Uri(server, $"/api/v1/{path}")) { Content = body is null ? null : JsonContent.Create(body) };
        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }

        using var response = await _client.SendAsync(request);
        return (response.StatusCode, JsonSerializer.Deserialize<JsonElement>(await response.Content.ReadAsStringAsync()));
    }
}
