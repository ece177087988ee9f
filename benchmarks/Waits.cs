using System.Diagnostics;
using System.Text.Json;
using Ranking.Engine;
using Ranking.Engine.Diffusion;
using Ranking.Engine.Rendering;
using Ranking.Engine.Sessions;
using Ranking.Engine.Spaces;

namespace Ranking.Benchmarks;

/// <summary>
/// How long a judge waits after an answer for the first and for the last picture of the next round, on the demo model,
/// with and without pictures made ahead: by turns, one round each. The judge looks for two seconds, places its pictures,
/// as pages tell the server, and submits a second later. It likes what is near a hidden latent.
/// </summary>
internal static class Waits
{
    private const int Rounds = 12;
    private static readonly TimeSpan Looking = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Placed = TimeSpan.FromSeconds(1);

    public static async Task<object> RunAsync(Models models)
    {
        await using var ahead = await Judge.ComesAsync(models, anticipates: true);
        await using var plain = await Judge.ComesAsync(models, anticipates: false);
        var (withIt, without) = (new List<Wait>(), new List<Wait>());
        for (var round = 0; round < Rounds; round++)
        {
            withIt.Add(await ahead.AnswerAsync());
            without.Add(await plain.AnswerAsync());
        }

        Print("made ahead", withIt);
        Print("made after", without);
        var foresight = (await ahead.Session.CurrentAsync()).Foresight;
        Console.WriteLine($"{foresight.Ready} of {foresight.Rounds} rounds were foreseen, {foresight.SecondsSaved:F1} s of work spared");
        return new { ThinkSeconds = (Looking + Placed).TotalSeconds, Rounds, Ahead = Row(withIt), After = Row(without), foresight.Ready };
    }

    private static object Row(List<Wait> waits) => new
    {
        FirstMs = Report.Median([.. waits.Select(wait => wait.FirstMs)]),
        LastMs = Report.Median([.. waits.Select(wait => wait.LastMs)]),
        LongestMs = waits.Max(wait => wait.LastMs),
    };

    private static void Print(string what, List<Wait> waits) => Console.WriteLine(
        $"{what}: first picture after {Report.Median([.. waits.Select(w => w.FirstMs)]):F0} ms, last after {Report.Median([.. waits.Select(w => w.LastMs)]):F0} ms, at most {waits.Max(w => w.LastMs):F0} ms");

    private sealed record Wait(double FirstMs, double LastMs);

    private sealed class Judge(OpenSpaces spaces, LocalSessions sessions, ISession session) : IAsyncDisposable
    {
        private readonly CancellationTokenSource _gone = new();
        private double[] _hidden = [];
        private Task _watching = Task.CompletedTask;
        private int _answers;

        public ISession Session => session;

        public static async Task<Judge> ComesAsync(Models models, bool anticipates)
        {
            var kinds = new Catalog<ISpace>(create: type => type == typeof(DiffusionSpace) ? new DiffusionSpace(models) : Activator.CreateInstance(type)!);
            var artifacts = new InMemoryArtifactStore();
            var spaces = new OpenSpaces(kinds, artifacts, TimeProvider.System);
            var optimizers = new Catalog<IOptimizer>();
            var sessions = new LocalSessions(new InMemorySessionStore(), artifacts, spaces, kinds, optimizers, TimeProvider.System, anticipates);
            var config = new SessionConfig(
                "a session", "?", new Chosen("diffusion", 1, JsonSerializer.SerializeToElement(new { model = "demo" })),
                new Chosen("zo-rank-sgd", optimizers.Entry("zo-rank-sgd").Revision, JsonSerializer.SerializeToElement(new { variant = "interactive" })),
                6, 3, 1, 1000, false, 7);
            var judge = new Judge(spaces, sessions, (await sessions.FindAsync(await sessions.StartAsync(Guid.CreateVersion7(), config)))!);
            judge._watching = judge.WatchAsync();
            return judge;
        }

        /// <summary>Waits for the round, answers it, and waits for the next one.</summary>
        public async Task<Wait> AnswerAsync()
        {
            var view = await WhenAsync(v => v.IsReady);
            var order = await OrderAsync(view);
            await Task.Delay(Looking);
            await session.AnticipateAsync(view.BatchId, order.Tiers);
            await Task.Delay(Placed);
            var start = Stopwatch.GetTimestamp();
            await session.SendAsync(new SessionCommand.Judge(view.BatchId, new Guid(++_answers, 0, 0, new byte[8]), "judge", order, 3000));
            await WhenAsync(v => v.BatchId != view.BatchId && v.Candidates.Any(c => c.Picture is not null));
            var first = Stopwatch.GetElapsedTime(start);
            await WhenAsync(v => v.BatchId != view.BatchId && v.IsReady);
            return new Wait(first.TotalMilliseconds, Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }

        public async ValueTask DisposeAsync()
        {
            await _gone.CancelAsync();
            await _watching;
            await sessions.DisposeAsync();
            await spaces.DisposeAsync();
            _gone.Dispose();
        }

        private async Task<Judgement.Ranking> OrderAsync(RoundView view)
        {
            var closeness = new double[view.Candidates.Length];
            for (var i = 0; i < closeness.Length; i++)
            {
                var point = (await session.PointAsync(view.Candidates[i].Id))!;
                if (_hidden.Length == 0)
                {
                    _hidden = new double[point.Length];
                    Noise.Philox(99, Purpose.Begin, 0).Normal(0, _hidden);
                }

                closeness[i] = Reduce.Dot(point, _hidden);
            }

            return Judgement.Ranking.Of([.. Enumerable.Range(0, closeness.Length).OrderByDescending(i => closeness[i]).Take(view.Query.RankTop)]);
        }

        private async Task<RoundView> WhenAsync(Func<RoundView, bool> wanted)
        {
            await foreach (var view in session.WatchAsync(_gone.Token))
            {
                if (wanted(view))
                {
                    return view;
                }
            }

            throw new InvalidOperationException("The session is gone.");
        }

        // An open page.
        private async Task WatchAsync()
        {
            await foreach (var _ in session.WatchAsync(_gone.Token))
            {
            }
        }
    }
}
