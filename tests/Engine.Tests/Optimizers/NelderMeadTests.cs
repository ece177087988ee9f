using System.Text.Json;
using Ranking.Engine.Optimizers;
using Ranking.Engine.Tests.Reference;

namespace Ranking.Engine.Tests.Optimizers;

public sealed class NelderMeadTests
{
    [Theory]
    [Trait("Category", "Reference")]
    [ReferenceData("zo", "nelder-mead.json")]
    public void It_follows_the_published_moves_with_batches_of_any_size(ReferenceCase example)
    {
        ArgumentNullException.ThrowIfNull(example);
        var (best, f) = (example.Expected.Rows("best"), Objectives.Of(example));
        foreach (var candidates in new[] { 2, 4, 12 })
        {
            var run = From(candidates, example.Inputs.Rows("simplex"));
            for (var t = 0; t < best.Length; t++)
            {
                while ((int)run.Number("moves") <= t)
                {
                    run.Rank(f);
                }

                example.AssertClose(best[t], run.Best, $"best[{t}] in batches of {candidates}");
            }
        }
    }

    [Fact]
    public void A_large_batch_needs_one_question_a_corner_and_a_small_one_halves_what_is_open()
    {
        Assert.Equal(3, QuestionsToTheFirstMove(8));
        Assert.Equal(4, QuestionsToTheFirstMove(2));
    }

    [Fact]
    public void A_tie_is_no_improvement()
    {
        var run = From(4, [1, 0], [0, 0], [0, 1]);
        run.Tell(new Judgement.Ranking([[0, 1]]));
        Assert.Equal([1, 0], run.Best.ToArray());
        Assert.Equal([0.0, 1], run.Candidates()[0]);
    }

    [Fact]
    public void A_failed_contraction_draws_all_corners_towards_the_best()
    {
        var run = From(8, [0, 0], [1, 0], [0, 1]);
        foreach (var _ in Enumerable.Range(0, 2))
        {
            run.Tell(Last(run));
        }

        Assert.Equal([1.0, -1], run.Candidates()[0]);
        run.Tell(Last(run));
        Assert.Equal([0.25, 0.5], run.Candidates()[0]);
        run.Tell(Last(run));
        Assert.Equal([0.5, 0], run.Candidates()[0]);
        run.Tell(Last(run));
        Assert.Equal([0, 0.5], run.Candidates()[0]);
        Assert.Equal([0.0, 0], run.Best.ToArray());
    }

    [Fact]
    public void Adaptive_coefficients_expand_less_in_many_dimensions()
    {
        // The reflection of the origin's worst corner is the best of all: the expansion goes on by 1 + 2/d.
        double Reach(bool adaptive)
        {
            var run = new NelderMead().Start(
                new Problem(new double[4], 16, 16, new Geometry.Flat()), new NelderMead.Settings { Size = 1, Adaptive = adaptive }, (p, r) => Noise.Philox(1, p, r));
            while (run.Member("kind").GetString() != "expansion")
            {
                run.Rank(x => x[0] + x[1] + x[2] + x[3]);
            }

            return run.Candidates()[0].Sum();
        }

        Assert.True(Reach(true) > Reach(false));
    }

    [Fact]
    public void More_dimensions_than_a_simplex_can_have_are_refused_with_a_sentence()
    {
        var refused = Assert.Throws<SettingsException>(() => new NelderMead().Start(new Problem(new double[2000], 4, 4, new Geometry.Flat()), default, 1));
        Assert.Contains("2000", refused.Errors["dimension"][0], StringComparison.Ordinal);
    }

    private static int QuestionsToTheFirstMove(int candidates)
    {
        var run = From(candidates, [0, 0, 0], [1, 0, 0], [0, 2, 0], [0, 0, 3]);
        var questions = 0;
        for (; run.Member("kind").GetString() == "corner"; questions++)
        {
            run.Rank(x => x.Sum());
        }

        return questions;
    }

    private static Judgement.Ranking Last(IRun run) => Judgement.Ranking.Of([.. Enumerable.Range(1, run.Query.Count - 1), 0]);

    private static IRun From(int candidates, params double[][] simplex) => new NelderMead().Restore(
        new Problem(simplex[0], candidates, candidates, new Geometry.Flat()),
        default,
        1,
        new RunSnapshot(0, JsonSerializer.SerializeToUtf8Bytes(NelderMead.Around(simplex), StateJson.Options)));
}
