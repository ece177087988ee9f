using System.Collections.Immutable;
using System.Numerics.Tensors;
using System.Text;
using System.Text.Json;
using Ranking.Engine.Functions;
using Ranking.Engine.Optimizers;
using Ranking.Engine.Tests.Optimizers;

namespace Ranking.Engine.Tests.Contracts;

/// <summary>What every optimiser of the catalogue must keep, whatever its method.</summary>
public sealed class OptimizerContractTests
{
    private static readonly Catalog<IOptimizer> Optimizers = new();
    private static readonly Lazy<double> ByChance = new(() => Reached("random-search"));

    public static TheoryData<string> Keys => new(Optimizers.Entries.Select(entry => entry.Key));

    public static TheoryData<string> RankingKeys => new(
        Optimizers.Entries.Select(entry => entry.Key).Where(key => (Optimizers[key].Accepts & JudgementKind.Ranking) != 0));

    [Theory]
    [MemberData(nameof(Keys))]
    public void Asking_twice_gives_the_same_batch_and_changes_nothing(string key)
    {
        var run = Begin(key, 4);
        for (var round = 0; round < 6; round++)
        {
            var before = Hash(run);
            var first = run.Candidates();
            Assert.Equal(first, run.Candidates());
            Assert.Equal(before, Hash(run));
            RandomJudge.Judge(run, (uint)round);
        }
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void A_run_restored_in_the_middle_goes_on_bit_for_bit(string key)
    {
        var whole = Begin(key, 5);
        for (var round = 0u; round < 60; round++)
        {
            var restored = Optimizers[key].Restore(RandomJudge.Start(5), default, 7, whole.Save());
            Assert.Equal(whole.Round, restored.Round);
            Assert.Equal(JsonSerializer.Serialize(whole.Query), JsonSerializer.Serialize(restored.Query));
            Assert.Equal(whole.Candidates(), restored.Candidates());
            RandomJudge.Judge(whole, round);
            RandomJudge.Judge(restored, round);
            Assert.Equal(Hash(whole), Hash(restored));
        }
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void Ten_thousand_rounds_of_random_judgements_leave_everything_finite(string key)
    {
        foreach (var geometry in new Geometry[] { new Geometry.Flat(), new Geometry.Shell() })
        {
            var run = Optimizers[key].Start(new Problem([1, -1, 2, 0.5], 5, 3, geometry), OfSmallModels(key), 3);
            var block = new double[4 * 64];
            for (var round = 0u; round < 10_000; round++)
            {
                var count = run.Query.Count;
                run.Ask(new Batch(block, count, 4));
                Assert.True(TensorPrimitives.IsFiniteAll<double>(block.AsSpan(0, count * 4)), $"round {round}");
                RandomJudge.Judge(run, round);
                Assert.True(TensorPrimitives.IsFiniteAll(run.Best), $"best of round {round}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(RankingKeys))]
    public void A_ranking_method_does_not_see_monotone_transforms_of_the_values(string key)
    {
        // None of them loses digits near 0, where fast methods arrive.
        var transforms = new Func<double, double>[] { v => v, v => 1000 * v, v => v / (1 + v), v => v * v * v };
        var states = transforms.Select(transform =>
        {
            var run = Begin(key, 6);
            for (var round = 0; round < 60; round++)
            {
                // A method that uses values where it gets them sees the order alone of a judge who ranks.
                double Transformed(double[] x) => transform(Reduce.SumOfSquares(x));
                if ((Optimizers[key].Accepts & JudgementKind.Values) != 0)
                {
                    run.Rank(Transformed);
                }
                else
                {
                    run.Value(Transformed);
                }
            }

            return Hash(run);
        });
        Assert.Single(states.Distinct());
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void It_beats_random_search_on_the_sphere(string key)
    {
        // perpGrad never moves along the line to the origin, where the minimum is: see its own test.
        if (Optimizers[key] is RandomSearch or PerpGrad)
        {
            return;
        }

        var reached = Reached(key);
        Assert.True(reached < ByChance.Value / 2, $"{key}: {reached}, random search: {ByChance.Value}");
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void A_judgement_that_does_not_fit_names_the_parameter_and_leaves_the_run_as_it_was(string key)
    {
        var run = Begin(key, 3);
        RandomJudge.Judge(run, 0);
        var (before, best, shown) = (Hash(run), run.Best.ToArray(), run.Candidates());
        var count = run.Query.Count;
        Judgement[] misfits =
        [
            new Judgement.Values([.. Enumerable.Repeat(1.0, count + 1)]),
            new Judgement.Values([.. Enumerable.Repeat(double.NaN, count)]),
            new Judgement.Values([.. new double[count - 1], double.PositiveInfinity]),
            new Judgement.Values(default),
            Judgement.Ranking.Of(count),
            Judgement.Ranking.Of(-1),
            Judgement.Ranking.Of(0, 0),
            new Judgement.Ranking([]),
            new Judgement.Ranking([[]]),
            new Judgement.Ranking(default),
            new Judgement.Gradients([.. new double[count]], [.. new double[count + 1]]),
            new Judgement.Gradients([.. new double[count]], [.. Enumerable.Repeat(double.NaN, count * 3)]),
            new Judgement.Gradients([.. Enumerable.Repeat(double.NaN, count)], [.. new double[count * 3]]),
            new Judgement.Overall((Verdict)99),
        ];
        foreach (var misfit in misfits.Concat(OfAnotherKind(run)))
        {
            Assert.Equal("judgements", Assert.ThrowsAny<ArgumentException>(() => run.Tell(misfit)).ParamName);
            Assert.Equal("judgements", Assert.ThrowsAny<ArgumentException>(() => run.Tell(RandomJudge.Judgement(run, 1), misfit)).ParamName);
        }

        Assert.Equal("judgements", Assert.Throws<ArgumentException>(() => run.Tell()).ParamName);
        Assert.Equal("batch", Assert.Throws<ArgumentException>(() => run.Ask(new Batch(new double[(count + 1) * 3], count + 1, 3))).ParamName);
        Assert.Equal("batch", Assert.Throws<ArgumentException>(() => run.Ask(new Batch(new double[count * 4], count, 4))).ParamName);
        Assert.Equal(before, Hash(run));
        Assert.Equal(best, run.Best.ToArray());
        Assert.Equal(shown, run.Candidates());
    }

    [Theory]
    [MemberData(nameof(RankingKeys))]
    public void Judges_who_contradict_each_other_in_a_circle_are_accepted_and_prefer_nothing(string key)
    {
        var run = Begin(key, 4);
        for (var round = 0u; round < 30; round++)
        {
            // Each candidate is once in every place: all have as many wins as losses.
            var count = run.Query.Count;
            run.Tell([.. Enumerable.Range(0, count).Select(first => Judgement.Ranking.Of([.. Enumerable.Range(0, count).Select(i => (first + i) % count)]))]);
            Assert.Equal(round + 1, run.Round);
            Assert.True(run.Candidates().Append(run.Best.ToArray()).All(point => point.All(double.IsFinite)), $"round {round}");
        }
    }

    [Theory]
    [MemberData(nameof(RankingKeys))]
    public void Ties_partial_rankings_and_several_judges_are_accepted(string key)
    {
        var run = Begin(key, 4);
        for (var round = 0u; round < 40; round++)
        {
            var count = run.Query.Count;
            var all = Noise.Philox(31, Purpose.Oracle, round).Permutation(0, count).ToImmutableArray();
            Judgement[] answers =
            [
                Judgement.Ranking.Of(all[0]),
                new Judgement.Ranking([[all[0], all[1]]]),
                new Judgement.Ranking([all]),
                new Judgement.Ranking([all[..(count / 2)], all[(count / 2)..]]),
                Judgement.Ranking.Of(all.AsSpan()),
            ];
            var answer = answers[(int)(round % 5)];
            if (round % 2 == 0)
            {
                run.Tell(answer);
            }
            else
            {
                run.Tell(answer, Judgement.Ranking.Of(all[^1]), new Judgement.Overall(Verdict.AllAlike));
            }

            Assert.Equal(round + 1, run.Round);
            Assert.True(run.Candidates().Append(run.Best.ToArray()).All(point => point.All(double.IsFinite)), $"round {round}");
        }
    }

    [Theory]
    [MemberData(nameof(RankingKeys))]
    public void After_a_skip_other_candidates_are_shown_and_nothing_is_taken_for_better(string key)
    {
        var run = Begin(key, 4);
        for (var round = 0u; round < 20; round++)
        {
            var (before, best) = (run.Candidates(), run.Best.ToArray());
            run.Skip();
            Assert.Equal(best, run.Best.ToArray());
            Assert.NotEqual(before, run.Candidates());
            RandomJudge.Judge(run, round);
        }
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void A_problem_that_is_none_is_refused_by_the_name_of_what_is_wrong_with_it(string key)
    {
        var fitting = RandomJudge.Start(2);
        foreach (var (problem, member) in new[]
        {
            (fitting with { Start = [] }, "Start"),
            (fitting with { Start = [1, double.NaN] }, "Start"),
            (fitting with { Candidates = 0 }, "Candidates"),
            (fitting with { RankTop = 0 }, "RankTop"),
            (fitting with { Geometry = new Geometry.Box(1, 1) }, "Geometry"),
            (fitting with { Geometry = new Geometry.Box(0, double.NaN) }, "Geometry"),
        })
        {
            var refused = Assert.Throws<ArgumentException>(() => Optimizers[key].Start(problem, default, 1));
            Assert.Equal("problem", refused.ParamName);
            Assert.StartsWith(member, refused.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void A_snapshot_of_a_problem_with_other_dimensions_is_refused(string key)
    {
        var snapshot = Begin(key, 3).Save();
        Assert.Equal("snapshot", Assert.Throws<ArgumentException>(() => Optimizers[key].Restore(RandomJudge.Start(4), default, 7, snapshot)).ParamName);
    }

    // A round of a method with a Gaussian process takes as long as its model is large: ten thousand rounds go with small ones.
    private static JsonElement OfSmallModels(string key) => JsonSerializer.Deserialize<JsonElement>(key switch
    {
        "gp-bo" => """{"mostPoints":8,"pool":16}""",
        "preferential-bo" or "sequential-line-search" => """{"memory":16}""",
        _ => "{}",
    });

    private static IRun Begin(string key, int dimension) => Optimizers[key].Start(RandomJudge.Start(dimension), default, 7);

    private static string Hash(IRun run)
    {
        var (round, state) = run.Save();
        return $"{round} {Encoding.UTF8.GetString(state)}";
    }

    // Feedback that says less than the optimiser needs; those that rank take any kind.
    private static IEnumerable<Judgement> OfAnotherKind(IRun run)
    {
        if ((run.Query.Wants & JudgementKind.Ranking) != 0)
        {
            yield break;
        }

        yield return Judgement.Ranking.Of(0);
        yield return new Judgement.Overall(Verdict.AllAlike);
        if (run.Query.Wants == JudgementKind.Gradients)
        {
            yield return new Judgement.Values([.. new double[run.Query.Count]]);
        }
    }

    // The median value over seeds after 1,200 candidates of the sphere in ten dimensions.
    private static double Reached(string key)
    {
        var sphere = new Sphere();
        var reached = new double[5];
        for (var seed = 0; seed < reached.Length; seed++)
        {
            var run = Optimizers[key].Start(RandomJudge.Start(10), default, (ulong)seed);
            for (var shown = 0; shown < 1200; shown += run.Query.Count)
            {
                if (run.Query.Wants == JudgementKind.Gradients)
                {
                    run.Slope(sphere);
                }
                else
                {
                    run.Value(x => sphere.Value(x));
                }
            }

            reached[seed] = sphere.Value(run.Best);
        }

        return reached.Order().ElementAt(reached.Length / 2);
    }
}
