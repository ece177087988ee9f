using Ranking.Engine.Functions;

namespace Ranking.Engine.Tests.Contracts;

/// <summary>A judge who answers whatever is asked, by chance.</summary>
internal static class RandomJudge
{
    /// <summary>The start of a sphere of so many dimensions, with six candidates and three of them ranked.</summary>
    public static Problem Start(int dimension) => new(new Sphere().Start(dimension), 6, 3, new Geometry.Flat());

    /// <summary>Answers the present round.</summary>
    public static void Judge(IRun run, uint round) => run.Tell(Judgement(run, round));

    /// <summary>A judgement of the kind that is wanted, without sense, verdicts and ties among them.</summary>
    public static Engine.Judgement Judgement(IRun run, uint round)
    {
        var (query, noise) = (run.Query, Noise.Philox(99, Purpose.Oracle, round));
        var losses = Enumerable.Range(0, query.Count).Select(i => noise.Uniform(i, 0)).ToArray();
        switch (query.Wants)
        {
            case JudgementKind.Gradients:
                var rows = new double[query.Count * run.Best.Length];
                noise.Normal(0, rows);
                return new Engine.Judgement.Gradients([.. losses], [.. rows]);
            case JudgementKind.Values:
                return new Engine.Judgement.Values([.. losses]);
            default:
                return (round % 11) switch
                {
                    3 => new Engine.Judgement.Overall(Verdict.NoneBetter),
                    5 => new Engine.Judgement.Overall(Verdict.AllAlike),
                    7 => new Engine.Judgement.Overall(Verdict.AllBroken),
                    9 => new Engine.Judgement.Ranking([[.. Enumerable.Range(0, query.Count)]]),
                    _ => Engine.Judgement.Ranking.Of(noise.Permutation(0, query.Count).AsSpan(0, query.RankTop)),
                };
        }
    }
}
