using System.Numerics.Tensors;
using Ranking.Engine.Optimizers;

namespace Ranking.Engine.Tests.Optimizers;

public sealed class IdealPosteriorTests
{
    [Fact]
    public void A_candidate_is_worth_as_much_more_as_it_is_nearer_to_the_ideal_point()
    {
        var noise = Noise.Philox(5, Purpose.Oracle, 0);
        var points = Draw(noise, 4, 7);
        var batch = JudgedBatch.Of(points, Comparisons.From(4, Judgement.Ranking.Of(2, 0, 3, 1)));
        Assert.Equal([(2, 0), (0, 3), (3, 1)], batch.Pairs.Select(pair => (pair.Winner, pair.Loser)));
        var x = new double[7];
        noise.Normal(40, x);
        var values = batch.Values(x);
        var radius = Math.Sqrt(points.Average(point => Math.Pow(Reduce.Distance(point, batch.Centre), 2)));
        for (var i = 0; i < 4; i++)
        {
            var squares = Math.Pow(Reduce.Distance(x, points[i]), 2) - Math.Pow(Reduce.Distance(x, batch.Centre), 2);
            Assert.Equal(squares / (2 * radius), values[i], 1e-12);
        }
    }

    [Fact]
    public void Ties_are_not_compared_and_every_member_of_a_tier_is_compared_with_the_next()
    {
        var points = Draw(Noise.Philox(6, Purpose.Oracle, 0), 6, 9);
        var batch = JudgedBatch.Of(points, Comparisons.From(6, new Judgement.Ranking([[4, 1], [0]])));
        Assert.Equal([(1, 0), (4, 0), (0, 2), (0, 3), (0, 5)], batch.Pairs.Select(pair => (pair.Winner, pair.Loser)));
    }

    [Fact]
    public void Candidates_at_the_same_place_teach_nothing()
    {
        var batch = JudgedBatch.Of([[1, 2], [1, 2]], Comparisons.From(2, Judgement.Ranking.Of(1, 0)));
        Assert.Empty(batch.Pairs);
    }

    [Fact]
    public void One_comparison_gives_the_moments_of_a_normal_law_cut_by_a_probit()
    {
        // E = s²φ(0)/(Φ(0)√(s²+τ²)) along the normal when the boundary goes through the prior's mean.
        const double Scale = 1.7;
        const double Slip = 0.4;
        var batch = JudgedBatch.Of([[0.5, 0, 0], [-0.5, 0, 0]], Comparisons.From(2, Judgement.Ranking.Of(0, 1)));
        var posterior = IdealPosterior.Fit(3, 3, Scale, Slip, AnswerSummary.Empty, [batch], 50);

        // A priori the values, half the squared distances over the radius of ½, differ by chance by s; the error of a
        // difference is √2 that of a value, and along the normal half as large.
        var width = Slip * Scale / Math.Sqrt(2);
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

        var posterior = IdealPosterior.Fit(3, 3, 1, 1e-3, AnswerSummary.Empty, [.. batches], 100);
        var (sum, squares, agreeing, draw) = (new double[3], 0.0, 0, new double[3]);
        var noise = Noise.Philox(9, Purpose.Oracle, 0);
        for (var i = 0; i < 200_000; i++)
        {
            noise.Normal(i, draw);
            if (batches.All(batch => Agrees(batch, draw)))
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
        var fitted = IdealPosterior.Fit(5, 8, 0.9, 0.1, AnswerSummary.Empty, [batch], 20);
        var again = IdealPosterior.Of(5, 8, 0.9, AnswerSummary.Empty, fitted.Batches);
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
        double Trace(JudgedBatch batch) => IdealPosterior.Fit(5, 5, 1, 1, AnswerSummary.Empty, [batch], 50).Trace;
        Assert.Equal(1, Said(ranking).Weight);
        Assert.Equal(3, Said(ranking, ranking, ranking).Weight);
        Assert.True(Trace(Said(ranking, ranking, ranking)) < Trace(Said(ranking)));
        Assert.Empty(Said(ranking, Judgement.Ranking.Of(4, 3, 2, 1, 0)).Pairs);
    }

    [Fact]
    public void Coordinates_that_are_certain_can_be_left_out()
    {
        var points = Draw(Noise.Philox(2, Purpose.Ask, 0), 4, 3);
        var whole = JudgedBatch.Of(points, Comparisons.From(4, Judgement.Ranking.Of(0, 1, 2, 3)));
        var rest = whole.Without(1, [0.7]);
        Assert.Equal(whole.Values([0.7, -0.2, 1.1]), rest.Values([-0.2, 1.1]), (a, b) => Math.Abs(a - b) < 1e-12);
        Assert.Equal(whole.Values([0.7, -0.2, 1.1]), whole.Moved([0.1, 2, -3]).Values([0.6, -2.2, 4.1]), (a, b) => Math.Abs(a - b) < 1e-12);
    }

    // Errors of the size of the values' own differences; draws of values and errors that give the order are what the
    // posterior is of. Comparisons taken for independent would be believed too little.
    [Fact]
    public void A_candidates_error_enters_all_its_comparisons()
    {
        const double Slip = 1;
        var points = Enumerable.Range(0, 4).Select(i => new double[] { i == 0 ? 1 : 0, i == 1 ? 1 : 0, i == 2 ? 1 : 0, i == 3 ? 1 : 0 }).ToArray();
        var batch = JudgedBatch.Of(points, Comparisons.From(4, Judgement.Ranking.Of(0, 1, 2, 3)));
        var posterior = IdealPosterior.Fit(4, 4, 1, Slip, AnswerSummary.Empty, [batch], 100);
        var error = posterior.Batches[0].Noise;
        var (noise, sum, agreeing, draw) = (Noise.Philox(19, Purpose.Oracle, 0), new double[4], 0, new double[8]);
        for (var i = 0; i < 200_000; i++)
        {
            noise.Normal(i, draw);
            var values = batch.Values(draw[..4]).Zip(draw[4..], (value, e) => value + (error * e)).ToArray();
            if (values[0] < values[1] && values[1] < values[2] && values[2] < values[3])
            {
                agreeing++;
                TensorPrimitives.Add(sum, draw.AsSpan(0, 4), sum);
            }
        }

        for (var i = 0; i < 4; i++)
        {
            Assert.Equal(sum[i] / agreeing, posterior.Mean[i], 0.03);
        }
    }

    // Where no boundary misses the prior's mean, a cone, every width of the prior is as probable.
    [Fact]
    public void The_slope_is_the_derivative_of_the_answers_log_probability()
    {
        double[][] centred = [[1, 0, 0], [-1, 0, 0], [0, 1, 0], [0, -1, 0]];
        var flat = IdealPosterior.Fit(3, 3, 1.3, 0.01, AnswerSummary.Empty, [JudgedBatch.Of(centred, Comparisons.From(4, Judgement.Ranking.Of(0, 2, 3, 1)))], 50);
        Assert.Equal(0, flat.Slope, 0.05);

        // P(x > o) = Φ(-o/s), whose derivative by ln s is (o/s) φ(o/s) / Φ(-o/s).
        double[][] apart = [[2, 0, 0], [0, 0, 0]];
        var one = IdealPosterior.Fit(3, 3, 1.3, 0.01, AnswerSummary.Empty, [JudgedBatch.Of(apart, Comparisons.From(2, Judgement.Ranking.Of(0, 1)))], 50);
        Assert.Equal(NormalDistribution.Tail(-1 / 1.3).Ratio / 1.3, one.Slope, 0.01);
    }

    // v₀ - v₁ is normal with variance V and mean m, so P(v₀ + e₀ < v₁ + e₁) = Φ(-m/√(V + 2σ²)).
    [Theory]
    [InlineData(0.7, 0.3)]
    [InlineData(-0.4, 0.3)]
    [InlineData(2.5, 1.5)]
    public void The_slope_of_the_errors_is_the_derivative_of_an_orders_log_probability(double mean, double noise)
    {
        double Probability(double error) => NormalDistribution.Cumulative(-mean / Math.Sqrt(1.3 + (2 * error * error)));
        const double Step = 1e-5;
        var derivative = (Math.Log(Probability(noise * Math.Exp(Step))) - Math.Log(Probability(noise * Math.Exp(-Step)))) / (2 * Step);
        var (_, _, slope) = OrderFactor.Fit([new OrderedPair(0, 1, 0, 0)], [mean, 0], [1, 0.1, 0.1, 0.5], noise, 3);
        Assert.Equal(derivative, slope, 1e-6);
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

    private static bool Agrees(JudgedBatch batch, double[] ideal)
    {
        var values = batch.Values(ideal);
        return batch.Pairs.All(pair => values[pair.Winner] < values[pair.Loser]);
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
