using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Ranking.Data;
using Ranking.Engine;
using Ranking.Engine.Rendering;
using Ranking.Engine.Sessions;
using Ranking.Engine.Spaces;

namespace Ranking.Benchmarks;

/// <summary>
/// The whole loop of a scripted oracle: rounds per second and the latency of its two requests, through REST to a server
/// of its own over a database file; beside it the same loop in the process, without HTTP.
/// </summary>
internal static class SessionsSuite
{
    private const int WarmUps = 100;
    private const int Rounds = 500;
    private const int Candidates = 6;
    private const int RankTop = 3;
    private static readonly (string Kind, int Dimension)[] Spaces = [("function", 10), ("function", 1000), ("external", 10), ("external", 1000)];

    public static async Task<object> RunAsync(IReadOnlyList<string> args)
    {
        var folder = Directory.CreateTempSubdirectory("ranking-bench-");
        try
        {
            var loops = new List<Loop>();
            foreach (var (kind, dimension) in Spaces)
            {
                loops.Add(Print(await InProcessAsync(Path.Combine(folder.FullName, $"{kind}-{dimension}"), kind, dimension)));
            }

            using var server = await BenchServer.StartAsync(Path.Combine(folder.FullName, "rest"));
            foreach (var (kind, dimension) in Spaces)
            {
                loops.Add(Print(await ThroughRestAsync(server, kind, dimension)));
            }

            return new { Suite = "sessions", Report.Machine, Candidates, RankTop, server.StartMs, Loops = loops };
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<Loop> InProcessAsync(string data, string kind, int dimension)
    {
        await using var services = new ServiceCollection().AddRankingData(data).BuildServiceProvider();
        await services.GetRequiredService<Database>().PrepareAsync();
        var study = Guid.CreateVersion7();
        await using (var db = services.GetRequiredService<Microsoft.EntityFrameworkCore.IDbContextFactory<RankingDb>>().CreateDbContext())
        {
            db.Studies.Add(new StudyRow { Id = study });
            await db.SaveChangesAsync();
        }

        var (kinds, artifacts) = (new Catalog<ISpace>(), services.GetRequiredService<IArtifactStore>());
        await using var spaces = new OpenSpaces(kinds, artifacts, TimeProvider.System);
        await using var sessions = new LocalSessions(
            services.GetRequiredService<ISessionStore>(), artifacts, spaces, kinds, new Catalog<IOptimizer>(), TimeProvider.System);
        var config = new SessionConfig(
            "a session", "?", new Chosen(kind, 1, JsonSerializer.SerializeToElement(new { dimension })), new Chosen("zo-rank-sgd", 1, default),
            Candidates, RankTop, 1, 1_000_000, false, 7);
        var session = (await sessions.FindAsync(await sessions.StartAsync(study, config)))!;
        return await MeasureAsync(
            "in process",
            kind,
            dimension,
            async () =>
            {
                var view = await session.CurrentAsync();
                var losses = new double[view.Candidates.Length];
                for (var i = 0; i < losses.Length; i++)
                {
                    losses[i] = Reduce.SumOfSquares(await session.PointAsync(view.Candidates[i].Id));
                }

                return (view, Best: Report.Order(losses, view.Query.RankTop));
            },
            async asked => await session.SendAsync(new SessionCommand.Judge(asked.view.BatchId, Guid.NewGuid(), "bench", Judgement.Ranking.Of(asked.Best), 0)));
    }

    private static async Task<Loop> ThroughRestAsync(BenchServer server, string kind, int dimension)
    {
        var study = await server.PostAsync("studies", new { space = new { kind, dimension }, batch = new { size = Candidates, rankTop = RankTop }, maxRounds = 1_000_000, seed = 7 });
        var session = (await server.PostAsync($"studies/{study.GetProperty("id")}/sessions", new { })).GetProperty("id").GetString();
        return await MeasureAsync(
            "REST",
            kind,
            dimension,
            async () =>
            {
                var batch = await server.GetAsync($"sessions/{session}/batch");
                var best = batch.GetProperty("candidates").EnumerateArray()
                    .OrderBy(c => c.GetProperty("point").EnumerateArray().Sum(x => x.GetDouble() * x.GetDouble()))
                    .Take(batch.GetProperty("rankTop").GetInt32()).Select(c => new[] { c.GetProperty("id").GetString() });
                return (Batch: batch.GetProperty("id").GetString(), Best: best.ToArray());
            },
            asked => server.PostAsync($"sessions/{session}/judgements", new { batchId = asked.Batch, ranking = asked.Best }));
    }

    private static async Task<Loop> MeasureAsync<T>(string way, string kind, int dimension, Func<Task<T>> ask, Func<T, Task> judge)
    {
        var (asks, judgements) = (new double[Rounds], new double[Rounds]);
        var begin = 0L;
        for (var i = -WarmUps; i < Rounds; i++)
        {
            var start = Stopwatch.GetTimestamp();
            begin = i == 0 ? start : begin;
            var asked = await ask();
            var middle = Stopwatch.GetTimestamp();
            await judge(asked);
            if (i >= 0)
            {
                asks[i] = Stopwatch.GetElapsedTime(start, middle).TotalMilliseconds;
                judgements[i] = Stopwatch.GetElapsedTime(middle).TotalMilliseconds;
            }
        }

        var seconds = Stopwatch.GetElapsedTime(begin).TotalSeconds;
        return new Loop(way, kind, dimension, Rounds / seconds, Report.Median(asks), Report.Median(judgements), Report.Quantile(judgements, 0.95));
    }

    private static Loop Print(Loop loop)
    {
        Console.WriteLine(
            $"{loop.Way,-10} {loop.Space,-8} d={loop.Dimension,-5} {loop.RoundsPerSecond,7:F0} rounds/s, "
            + $"ask {loop.AskMs:F2} ms, submit {loop.SubmitMs:F2} ms (95 %: {loop.Submit95Ms:F2})");
        return loop;
    }

    private sealed record Loop(string Way, string Space, int Dimension, double RoundsPerSecond, double AskMs, double SubmitMs, double Submit95Ms);

    private sealed class BenchServer : IDisposable
    {
        private const string Key = "the-key-of-the-benchmark";
        private readonly TaskCompletionSource<Uri> _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly HttpClient _client = new();
        private readonly Process _process;

        private BenchServer(string data)
        {
            var program = Path.Combine(Report.Home(), "src", "Web", "bin", "Release", "net10.0", "Ranking.Web.dll");
            string[] arguments = [program, "--urls", "http://127.0.0.1:0", "--Ranking:DataDirectory", data, "--Ranking:AdminKey", Key, "--Ranking:Sample", "false"];
            _process = new Process { StartInfo = new ProcessStartInfo("dotnet", arguments) { RedirectStandardOutput = true } };
            _process.OutputDataReceived += (_, line) => Read(line.Data);
            _process.Start();
            _process.BeginOutputReadLine();
            _client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Key);
        }

        public double StartMs { get; private set; }

        public static async Task<BenchServer> StartAsync(string data)
        {
            var start = Stopwatch.GetTimestamp();
            var server = new BenchServer(data);
            server._client.BaseAddress = new Uri(await server._ready.Task, "/api/v1/");
            server.StartMs = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            Console.WriteLine($"server ready in {server.StartMs:F0} ms");
            return server;
        }

        public async Task<JsonElement> GetAsync(string path) => await _client.GetFromJsonAsync<JsonElement>(path);

        public async Task<JsonElement> PostAsync(string path, object body)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body) };
            request.Headers.Add("Idempotency-Key", Guid.NewGuid().ToString());
            using var response = await _client.SendAsync(request);
            response.EnsureSuccessStatusCode();
            return await response.Content.ReadFromJsonAsync<JsonElement>();
        }

        public void Dispose()
        {
            _client.Dispose();
            _process.Kill();
            _process.WaitForExit();
            _process.Dispose();
        }

        private void Read(string? line)
        {
            if (line is null)
            {
                _ready.TrySetException(new InvalidOperationException("The server ended before it was ready."));
            }
            else if (line.IndexOf("http://", StringComparison.Ordinal) is var at and >= 0)
            {
                _ready.TrySetResult(new Uri(line[at..].Split(' ')[0]));
            }
        }
    }
}
