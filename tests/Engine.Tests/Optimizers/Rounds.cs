using Ranking.Engine.Functions;

namespace Ranking.Engine.Tests.Optimizers;

/// <summary>Asks, judges and tells: what a session does, without one.</summary>
internal static class Rounds
{
    /// <summary>The candidates of the present round as arrays.</summary>
    public static double[][] Candidates(this IRun run)
    {
        var (count, dimension) = (run.Query.Count, run.Best.Length);
        var block = new double[count * dimension];
        run.Ask(new Batch(block, count, dimension));
        return [.. block.Chunk(dimension)];
    }

    /// <summary>The k best candidates in order, by a sort that keeps the order of equal values.</summary>
    public static int[] Best(this double[][] candidates, Func<double[], double> objective, int rankTop)
    {
        var values = candidates.Select(objective).ToArray();
        return [.. Enumerable.Range(0, values.Length).OrderBy(i => values[i]).Take(rankTop)];
    }

    /// <summary>One round with an exact (m,k) ranking oracle; gives the ranking.</summary>
    public static int[] Rank(this IRun run, Func<double[], double> objective, int? rankTop = null)
    {
        var best = run.Candidates().Best(objective, rankTop ?? run.Query.RankTop);
        run.Tell(Judgement.Ranking.Of(best));
        return best;
    }

    /// <summary>One round with an oracle that tells values.</summary>
    public static void Value(this IRun run, Func<double[], double> objective) =>
        run.Tell(new Judgement.Values([.. run.Candidates().Select(objective)]));

    /// <summary>One round with an oracle that tells values and gradients; gives how many candidates it had.</summary>
    public static int Slope(this IRun run, TestFunction function)
    {
        var candidates = run.Candidates();
        var rows = new double[candidates.Length * run.Best.Length];
        for (var i = 0; i < candidates.Length; i++)
        {
            function.Gradient(candidates[i], rows.AsSpan(i * run.Best.Length, run.Best.Length));
        }

        run.Tell(new Judgement.Gradients([.. candidates.Select(c => function.Value(c))], [.. rows]));
        return candidates.Length;
    }
}
