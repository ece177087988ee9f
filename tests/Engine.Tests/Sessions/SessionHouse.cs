using System.Collections.Immutable;
using System.Text.Json;
using Ranking.Engine.Rendering;
using Ranking.Engine.Sessions;
using Ranking.Engine.Spaces;

namespace Ranking.Engine.Tests.Sessions;

/// <summary>A server of sessions over stores in memory and a <see cref="SketchSpace"/>.</summary>
internal sealed class SessionHouse(InMemorySessionStore? store = null, IArtifactStore? artifacts = null) : IAsyncDisposable
{
    private readonly SketchSpace _space = new();
    private OpenSpaces? _spaces;
    private LocalSessions? _sessions;

    public static readonly Guid Study = new("0198c000-0000-7000-8000-000000000001");

    public InMemorySessionStore Store { get; } = store ?? new();

    public IArtifactStore Artifacts { get; } = artifacts ?? new InMemoryArtifactStore();

    public SketchSpace Space => _space;

    public Catalog<IOptimizer> Optimizers { get; } = new();

    public OpenSpaces Spaces => _spaces ??= new OpenSpaces(Kinds, Artifacts, TimeProvider.System);

    public LocalSessions Sessions => _sessions ??= new LocalSessions(Store, Artifacts, Spaces, Kinds, Optimizers, TimeProvider.System);

    private Catalog<ISpace> Kinds => field ??= new Catalog<ISpace>(typeof(SketchSpace).Assembly, _ => _space);

    public static SessionConfig Config(string variant = "interactive", ulong seed = 7, bool renders = true, int perRound = 1, int maxRounds = 1000, int dimension = 6) => new(
        "A session", "Which do you like best?",
        new Chosen("sketch", 1, JsonSerializer.SerializeToElement(new { dimension, renders })),
        new Chosen("zo-rank-sgd", 1, JsonSerializer.SerializeToElement(new { variant })),
        5, 3, perRound, maxRounds, false, seed);

    /// <summary>Another server over the same stores, as after a restart.</summary>
    public SessionHouse Restart() => new(Store, Artifacts);

    public async Task<ISession> StartAsync(SessionConfig? config = null) =>
        (await Sessions.FindAsync(await Sessions.StartAsync(Study, config ?? Config())))!;

    public async Task<ISession> FindAsync(Guid id) => (await Sessions.FindAsync(id))!;

    public async ValueTask DisposeAsync()
    {
        if (_sessions is not null)
        {
            await _sessions.DisposeAsync();
        }

        if (_spaces is not null)
        {
            await _spaces.DisposeAsync();
        }
    }

    /// <summary>A judgement of many kinds, always the same for the same question.</summary>
    public static Judgement Answer(Query query, ulong seed, uint round)
    {
        var noise = Noise.Philox(seed, Purpose.Oracle, round);
        var kind = noise.Uniform(0, 0);
        if (kind < 0.1)
        {
            return new Judgement.Overall(Verdict.NoneBetter);
        }

        var order = noise.Permutation(1, query.Count);
        var tiers = new List<ImmutableArray<int>>();
        for (var i = 0; i < query.RankTop; i++)
        {
            if (i > 0 && noise.Uniform(2, i) < 0.2)
            {
                tiers[^1] = tiers[^1].Add(order[i]);
            }
            else
            {
                tiers.Add([order[i]]);
            }
        }

        return new Judgement.Ranking([.. tiers]);
    }

    /// <summary>An id that stands for a number.</summary>
    public static Guid Id(int number) => new(number, 1, 7, 1, 2, 3, 4, 5, 6, 7, 8);

    /// <summary>Answers the open batch.</summary>
    public static async Task<SubmitResult> JudgeAsync(ISession session, int number, Judgement? judgement = null)
    {
        var view = await session.CurrentAsync();
        return await session.SendAsync(new SessionCommand.Judge(view.BatchId, Id(number), "Ada", judgement ?? Answer(view.Query, 3, view.Round), 1200));
    }

    /// <summary>Waits until a view is as wanted.</summary>
    public static async Task<RoundView> WhenAsync(ISession session, Func<RoundView, bool> wanted)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        await foreach (var view in session.WatchAsync(patience.Token))
        {
            if (wanted(view))
            {
                return view;
            }
        }

        throw new TimeoutException("The session never came to be as wanted.");
    }

    /// <summary>All that is bit for bit decided by a session's log.</summary>
    public static async Task<string> StateAsync(ISession session)
    {
        var view = await session.CurrentAsync();
        var points = new List<string>();
        foreach (var id in view.Candidates.Select(c => c.Id).Append(view.Bests[^1].CandidateId))
        {
            points.Add(Convert.ToBase64String(StateJson.ToBytes(await session.PointAsync(id))));
        }

        return JsonSerializer.Serialize(new
        {
            view.BatchId,
            view.Status,
            view.Round,
            view.Taught,
            view.Shown,
            view.Query,
            view.TotalJudgements,
            view.Comparisons,
            Bests = view.Bests.Select(b => b.CandidateId),
            points,
        });
    }
}
