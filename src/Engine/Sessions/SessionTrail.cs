using System.Numerics.Tensors;

namespace Ranking.Engine.Sessions;

/// <summary>What the rounds of a session did to its incumbent. Follows the log with a run of its own; an undo makes it begin again.</summary>
internal sealed class SessionTrail(Guid id, Spaces.IOpenSpace space, Problem problem, Func<IRun> start)
{
    private readonly List<LoggedRound> _rounds = [];
    private readonly List<RoundRecord> _records = [];
    private IRun _run = start();
    private double[] _best = [];
    private double[]? _move;

    /// <summary>The past up to the present round of <paramref name="log"/>.</summary>
    public SessionHistory Follow(SessionLog log)
    {
        if (_rounds.Count > log.Rounds.Count || _rounds.Where((round, i) => !ReferenceEquals(round, log.Rounds[i])).Any())
        {
            _rounds.Clear();
            _records.Clear();
            (_run, _move) = (start(), null);
        }

        while (_rounds.Count < log.Rounds.Count)
        {
            Add(log, _rounds.Count);
        }

        return new SessionHistory(log.Config, log.Events(), [.. _records]);
    }

    private void Add(SessionLog log, int number)
    {
        var round = log.Rounds[number];
        var query = _run.Query;
        _best = _run.Best.ToArray();
        Replay.Teach(_run, round);
        _rounds.Add(round);
        _records.Add(new RoundRecord(
            (uint)number,
            CandidateId.OfBatch(id, log.KeyAt(number)),
            query,
            [.. Enumerable.Range(0, query.Count).Select(i => new CandidateId(id, log.KeyAt(number), i).ToString())],
            round.Judgements,
            round.Skip,
            new CandidateId(id, log.KeyAt(number + 1), null).ToString(),
            Reduce.Distance(_run.Best, problem.Start) / Math.Sqrt(problem.Dimension),
            Agreement(),
            space.Value(_run.Best),
            round.Skip is null ? round.Judgements.Sum(SessionLog.ComparisonsOf) : 0));
    }

    // The cosine between the incumbent's last two moves; a round that left it where it was is no move.
    private double? Agreement()
    {
        var move = new double[problem.Dimension];
        TensorPrimitives.Subtract(_run.Best, _best, move);
        var length = Reduce.Norm(move);
        if (length == 0)
        {
            return null;
        }

        var before = _move;
        _move = move;
        return before is null ? null : Math.Clamp(Reduce.Dot(move, before) / (length * Reduce.Norm(before)), -1, 1);
    }
}
