using Ranking.Engine.Optimizers;

namespace Ranking.Engine.Tests.Optimizers;

public sealed class IdealPosteriorTests
{
    [Fact]
    public void A_comparison_is_the_half_space_of_what_is_nearer_to_the_winner()
    {
        var noise = Noise.Philox(5, Purpose.Oracle, 0);
        var points = Draw(noise, 4, 7);
        var batch = JudgedBatch.Of(points, Comparisons.From(4, Judgement.Ranking.Of(2, 0, 3, 1)));
        Assert.Equal([(2, 0), (0, 3), (3, 1)], batch.HalfSpaces.Select(h => (h.Winner, h.Loser)));
        foreach (var halfSpace in batch.HalfSpaces)
        {
            var x = new double[7];
            noise.Normal(40 + halfSpace.Winner, x);
            var nearer = Reduce.Distance(x, points[halfSpace.Winner]) < Reduce.Distance(x, points[halfSpace.Loser]);
            Assert.Equal(nearer, Reduce.Dot(halfSpace.Normal, x) > halfSpace.Offset);
            Assert.Equal(Reduce.Distance(points[halfSpace.Winner], points[halfSpace.Loser]), halfSpace.Gap, 1e-12);
        }
    }

    [Fact]
    public void Ties_are_not_compared_and_every_member_of_a_tier_is_compared_with_the_next()
    {
        var points = Draw(Noise.Philox(6, Purpose.Oracle, 0), 6, 9);
        var batch = JudgedBatch.Of(points, Comparisons.From(6, new Judgement.Ranking([[4, 1], [0]])));
        Assert.Equal([(1, 0), (4, 0), (0, 2), (0, 3), (0, 5)], batch.HalfSpaces.Select(h => (h.Winner, h.Loser)));
    }

    [Fact]
    public void Candidates_at_the_same_place_teach_nothing()
    {
        var batch = JudgedBatch.Of([[1, 2], [1, 2]], Comparisons.From(2, Judgement.Ranking.Of(1, 0)));
        Assert.Empty(batch.HalfSpaces);
    }

    [Fact]
    public void One_comparison_gives_the_moments_of_a_normal_law_cut_by_a_probit()
    {
        // E = s²φ(0)/(Φ(0)√(s²+τ²)) along the normal when the boundary goes through the prior's mean.
        const double Scale = 1.7;
        const double Slip = 0.4;
        var batch = JudgedBatch.Of([[0.5, 0, 0], [-0.5, 0, 0]], Comparisons.From(2, Judgement.Ranking.Of(0, 1)));
        var posterior = IdealPosterior.Fit(3, 3, Scale, Slip, [batch], 50);

        // The two values differ by 2·gap·mean = 0 a priori, and by chance by 4·radius²·s².
        var width = Slip * (2 * 0.5 * Scale) / Math.Sqrt(2);
        var mean = Scale * Scale * 2 * NormalDistribution.Density(0) / Math.Sqrt((Scale * Scale) + (width * width));
        Assert.Equal(mean, posterior.Mean[0], 1e-9);
        Assert.Equal(0, posterior.Mean[1], 1e-12);
        Assert.Equal((Scale * Scale) - (mean * mean), posterior.Variance([1, 0, 0]), 1e-9);
        Assert.Equal(Scale * Scale, posterior.Variance([0, 1, 0]), 1e-12);
        Assert.Equal((3 * Scale * Scale) - (mean * mean), posterior.Trace, 1e-9);
    }

    [Fact]
    public void The_mean_is_that_of_prior_draws_that_agree_with_a_judge_who_hardly_errs()
    {
        var ideal = new double[] { 0.9, -0.4, 0.3 };
        var batches = new List<JudgedBatch>();
        for (var round = 0u; round < 3; round++)
        {
            var points = Draw(Noise.Philox(8, Purpose.Ask, round), 4, 3);
            var order = Enumerable.Range(0, 4).OrderBy(i => Reduce.Distance(points[i], ideal)).ToArray();
            batches.Add(JudgedBatch.Of(points, Comparisons.From(4, Judgement.Ranking.Of(order))));
        }

        var posterior = IdealPosterior.Fit(3, 3, 1, 1e-3, [.. batches], 100);
        var (sum, squares, agreeing, draw) = (new double[3], 0.0, 0, new double[3]);
        var noise = Noise.Philox(9, Purpose.Oracle, 0);
        for (var i = 0; i < 200_000; i++)
        {
            noise.Normal(i, draw);
            if (batches.All(batch => batch.HalfSpaces.All(h => Reduce.Dot(h.Normal, draw) > h.Offset)))
            {
                agreeing++;
                squares += Math.Pow(Reduce.Distance(draw, posterior.Mean), 2);
                for (var j = 0; j < 3; j++)
                {
                    sum[j] += draw[j];
                }
            }
        }

        Assert.InRange(agreeing, 500, 100_000);
        for (var j = 0; j < 3; j++)
        {
            Assert.Equal(sum[j] / agreeing, posterior.Mean[j], 0.05);
        }

        Assert.InRange(posterior.Trace / (squares / agreeing), 0.8, 1.25);
    }

    [Fact]
    public void The_factors_alone_give_the_fitted_posterior_back()
    {
        var points = Draw(Noise.Philox(3, Purpose.Ask, 0), 6, 5);
        var batch = JudgedBatch.Of(points, Comparisons.From(6, Judgement.Ranking.Of(3, 1, 5)));
        var fitted = IdealPosterior.Fit(5, 8, 0.9, 0.1, [batch], 20);
        var again = IdealPosterior.Of(5, 8, 0.9, fitted.Batches);
        Assert.All(fitted.Mean.Zip(again.Mean), pair => Assert.Equal(pair.First, pair.Second, 1e-9));
        Assert.Equal(fitted.Trace, again.Trace, 1e-9);
        Assert.InRange(fitted.Trace, 3 * 0.81, 8 * 0.81);
    }

    [Fact]
    public void Judges_who_agree_are_believed_more_and_judges_who_contradict_each_other_not_at_all()
    {
        var points = Draw(Noise.Philox(4, Purpose.Ask, 0), 5, 5);
        var ranking = Judgement.Ranking.Of(0, 1, 2, 3, 4);
        JudgedBatch Said(params Judgement.Ranking[] rankings) => JudgedBatch.Of(points, Comparisons.From(5, rankings));
        double Trace(JudgedBatch batch) => IdealPosterior.Fit(5, 5, 1, 1, [batch], 50).Trace;
        Assert.Equal(1, Said(ranking).Weight);
        Assert.Equal(3, Said(ranking, ranking, ranking).Weight);
        Assert.True(Trace(Said(ranking, ranking, ranking)) < Trace(Said(ranking)));
        Assert.Empty(Said(ranking, Judgement.Ranking.Of(4, 3, 2, 1, 0)).HalfSpaces);
    }

    [Fact]
    public void Coordinates_that_are_certain_can_be_left_out()
    {
        var points = Draw(Noise.Philox(2, Purpose.Ask, 0), 4, 3);
        var whole = JudgedBatch.Of(points, Comparisons.From(4, Judgement.Ranking.Of(0, 1, 2, 3)));
        var rest = whole.Without(1, [0.7]);
        double[] x = [0.7, -0.2, 1.1];
        for (var i = 0; i < whole.HalfSpaces.Length; i++)
        {
            var (before, after) = (whole.HalfSpaces[i], rest.HalfSpaces[i]);
            Assert.Equal(Reduce.Dot(before.Normal, x) - before.Offset, Reduce.Dot(after.Normal, x.AsSpan(1)) - after.Offset, 1e-12);
        }
    }

    [Fact]
    public void The_subspace_keeps_lengths_and_angles_and_grows_only_by_what_is_new()
    {
        var vectors = Draw(Noise.Philox(1, Purpose.Ask, 0), 5, 400);
        var (subspace, coordinates) = new ShownSubspace([]).With(vectors);
        Assert.Equal(5, subspace.Size(400));
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal(Reduce.Dot(vectors[i], vectors[(i + 1) % 5]), Reduce.Dot(coordinates[i], coordinates[(i + 1) % 5]), 1e-9);
            var back = new double[400];
            subspace.AddTo(back, subspace.Coordinates(vectors[i]), 1);
            Assert.Equal(0, Reduce.Distance(back, vectors[i]), 1e-9);
        }

        var mixed = vectors[0].Zip(vectors[3], (a, b) => a - (2 * b)).ToArray();
        var (same, inside) = subspace.With([mixed]);
        Assert.Equal(5, same.Size(400));
        Assert.Equal(Reduce.Norm(mixed), Reduce.Norm(inside[0]), 1e-9);
    }

    private static double[][] Draw(Noise noise, int count, int dimension)
    {
        var points = new double[count][];
        for (var i = 0; i < count; i++)
        {
            points[i] = new double[dimension];
            noise.Normal(i, points[i]);
        }

        return points;
    }
}
