using System.Collections.Concurrent;
using System.Text.Json;
using Ranking.Engine;
using Ranking.Engine.Oracles;
using Ranking.Engine.Sessions;
using ISession = Ranking.Engine.Sessions.ISession;

namespace Ranking.Web;

/// <summary>An oracle at work on a session.</summary>
/// <param name="oracle">The oracle's key.</param>
/// <param name="from">How many rounds of the session were judged before.</param>
/// <param name="rounds">How many it is to judge.</param>
public sealed class OracleRun(string oracle, int from, int rounds)
{
    private volatile bool _isStopped;

    /// <summary>The oracle's key.</summary>
    public string Oracle => oracle;

    /// <summary>How many rounds of the session were judged before.</summary>
    public int From => from;

    /// <summary>How many it is to judge.</summary>
    public int Rounds => rounds;

    /// <summary>Ends with the run.</summary>
    internal TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Whether it was told to stop.</summary>
    internal bool IsStopped
    {
        get => _isStopped;
        set => _isStopped = value;
    }
}

/// <summary>
/// Oracles that judge sessions on the server, one a session, until they are stopped, their rounds are done or the session
/// takes no more judgements: pausing or ending a session stops its oracle too. A run ends with the server; its judgements stay.
/// </summary>
/// <param name="oracles">The oracles there are.</param>
/// <param name="log">Where it is noted why a run ended early.</param>
public sealed class OracleRuns(Catalog<IOracle> oracles, ILogger<OracleRuns> log) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<Guid, OracleRun> _running = new();
    private readonly CancellationTokenSource _shutdown = new();

    /// <summary>Lets an oracle judge once, and go on by itself when that was accepted.</summary>
    /// <param name="id">The session.</param>
    /// <param name="session">The same.</param>
    /// <param name="oracle">The oracle's key.</param>
    /// <param name="parameters">Its settings; undefined for the defaults.</param>
    /// <param name="rounds">How many rounds it judges, at least 1.</param>
    /// <param name="cancel">Stops the first judgement.</param>
    /// <returns>What came of the first judgement; stale when an oracle is at work already.</returns>
    /// <exception cref="SettingsException">The oracle or its settings are refused, or it cannot know the values.</exception>
    public async Task<SubmitResult> StartAsync(Guid id, ISession session, string oracle, JsonElement parameters, int rounds, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(session);
        var judge = Choose(oracle, parameters);
        var run = new OracleRun(oracle, (await session.CurrentAsync(cancel)).Taught, rounds);
        if (!_running.TryAdd(id, run))
        {
            return new SubmitResult.Stale("An oracle is judging this session already.");
        }

        var isStarted = false;
        try
        {
            var first = await JudgeAsync(session, judge, cancel);
            if (isStarted = first is SubmitResult.Accepted)
            {
                _ = Task.Run(() => RunAsync(id, session, judge, run), CancellationToken.None);
            }

            return first;
        }
        finally
        {
            if (!isStarted)
            {
                End(id, run);
            }
        }
    }

    /// <summary>The run that judges a session now; null when none does.</summary>
    public OracleRun? Find(Guid id) => _running.GetValueOrDefault(id);

    /// <summary>Stops the oracle of a session; afterwards it judges no more.</summary>
    /// <returns>False when none was at work.</returns>
    public async Task<bool> StopAsync(Guid id)
    {
        if (!_running.TryGetValue(id, out var run))
        {
            return false;
        }

        run.IsStopped = true;
        await run.Done.Task;
        return true;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _shutdown.CancelAsync();
        await Task.WhenAll(_running.Values.Select(run => run.Done.Task));
        _shutdown.Dispose();
    }

    // The oracle is a rater like any other: it answers the open batch, whoever else is judging too.
    private static async Task<SubmitResult> JudgeAsync(ISession session, Judge judge, CancellationToken cancel)
    {
        var view = await session.CurrentAsync(cancel);
        var losses = new double[view.Candidates.Length];
        for (var i = 0; i < losses.Length; i++)
        {
            losses[i] = await session.ValueAsync(view.Candidates[i].Id, cancel)
                ?? throw new SettingsException(new Dictionary<string, string[]> { ["oracle"] = ["The server's oracles judge where values are known, as on test functions. Nobody knows them here."] });
        }

        // Several judgements of one round are those of several judges.
        var noise = Noise.Philox(unchecked(view.Config.Seed + (ulong)view.Judgements), Purpose.Oracle, view.Round);
        var answer = judge.Oracle.Judge(losses, view.Query.RankTop, noise, judge.Settings);
        return await session.SendAsync(new SessionCommand.Judge(view.BatchId, Guid.CreateVersion7(), judge.Name, answer, 0), cancel);
    }

    private async Task RunAsync(Guid id, ISession session, Judge judge, OracleRun run)
    {
        try
        {
            while (!run.IsStopped && await session.CurrentAsync(_shutdown.Token) is { Status: SessionStatus.Open } view && view.Taught < run.From + run.Rounds)
            {
                if (await JudgeAsync(session, judge, _shutdown.Token) is SubmitResult.Invalid invalid)
                {
                    log.LogWarning("{Oracle} stopped judging session {Session}. {Reason}", judge.Name, id, invalid.Why);
                    return;
                }
            }
        }
        catch (OperationCanceledException) when (_shutdown.IsCancellationRequested)
        {
            // The server stops; what was judged is stored.
        }
        catch (StorageException e)
        {
            log.LogWarning("{Oracle} stopped judging session {Session}. {Reason}", judge.Name, id, e.Message);
        }
#pragma warning disable CA1031 // Nobody awaits a run: a fault of the program goes to the log.
        catch (Exception e)
#pragma warning restore CA1031
        {
            log.LogError(e, "{Oracle} stopped judging session {Session}", judge.Name, id);
        }
        finally
        {
            End(id, run);
        }
    }

    private void End(Guid id, OracleRun run)
    {
        _running.TryRemove(id, out _);
        run.Done.SetResult();
    }

    private Judge Choose(string key, JsonElement parameters)
    {
        if (!oracles.Contains(key))
        {
            throw new SettingsException(new Dictionary<string, string[]>
            {
                ["oracle.name"] = [$"There is no oracle {key}; known are {string.Join(", ", oracles.Entries.Select(e => e.Key))}."],
            });
        }

        try
        {
            var schema = oracles[key].Schema;
            return new Judge($"oracle:{key}", oracles[key], schema.Write(schema.Read(parameters)));
        }
        catch (SettingsException e)
        {
            throw new SettingsException(e.Errors.ToDictionary(error => $"oracle.parameters.{error.Key}".TrimEnd('.'), error => error.Value));
        }
    }

    private sealed record Judge(string Name, IOracle Oracle, JsonElement Settings);
}
