namespace Ranking.Engine.Sessions;

/// <summary>
/// Finds optimiser states again by telling rounds once more, from the nearest state that is at hand. A state is known
/// by the key of its batch, since the key stands for all that was judged before.
/// </summary>
internal sealed class Replay(IOptimizer optimizer, Problem problem, SessionConfig config)
{
    private const int Interval = 16;
    private const int Capacity = 8;

    private readonly List<(string BatchKey, RunSnapshot State)> _states = [];

    /// <summary>The run at the very beginning.</summary>
    public IRun Start() => optimizer.Start(problem, config.Optimizer.Settings, config.Seed);

    /// <summary>Keeps a state from a snapshot.</summary>
    public void Keep(string batchKey, RunSnapshot state)
    {
        if (_states.Count == Capacity)
        {
            _states.RemoveAt(0);
        }

        _states.Add((batchKey, state));
    }

    /// <summary>Keeps the state of a run now and then.</summary>
    public void Pass(string batchKey, IRun run)
    {
        if (run.Round % Interval == 0 && _states.TrueForAll(s => s.BatchKey != batchKey))
        {
            Keep(batchKey, run.Save());
        }
    }

    /// <summary>The run after all rounds of a log.</summary>
    public IRun To(SessionLog log)
    {
        var (run, round) = Nearest(log);
        while (round < log.Rounds.Count)
        {
            Teach(run, log.Rounds[round++]);
            Pass(log.KeyAt(round), run);
        }

        return run;
    }

    /// <summary>Tells a run what was said in its round.</summary>
    public static void Teach(IRun run, LoggedRound round)
    {
        if (round.Skip is null)
        {
            run.Tell([.. round.Judgements.Select(j => j.Judgement)]);
        }
        else
        {
            run.Skip();
        }
    }

    private (IRun Run, int Round) Nearest(SessionLog log)
    {
        for (var round = log.Rounds.Count; round > 0; round--)
        {
            var key = log.KeyAt(round);
            var known = _states.FindIndex(s => s.BatchKey == key);
            if (known >= 0 && Restore(_states[known].State, round) is { } run)
            {
                return (run, round);
            }
        }

        return (Start(), 0);
    }

    // A snapshot is a cache: one that cannot be read, or that cannot say its candidates, is as good as none.
    private IRun? Restore(RunSnapshot state, int round)
    {
        try
        {
            var run = state.Round == round ? optimizer.Restore(problem, config.Optimizer.Settings, config.Seed, state) : null;
            run?.Ask(new Batch(new double[run.Query.Count * problem.Dimension], run.Query.Count, problem.Dimension));
            return run;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return null;
        }
    }
}
