using System.Text.Json;
using Ranking.Engine.Optimizers;

namespace Ranking.Engine.Tests.Optimizers;

public sealed class StepSettingsTests
{
    [Fact]
    [Trait("Row", "4")]
    public void Half_way_the_linear_schedule_has_half_the_rate_and_never_none()
    {
        var settings = new Sgd.Settings { StepSize = 0.5, Decay = StepSchedule.Linear, PlannedSteps = 2000 };
        Assert.Equal(0.5, settings.At(0).StepSize);
        Assert.Equal(0.25, settings.At(1000).StepSize);
        Assert.Equal(0.5 / 2000, settings.At(1999).StepSize, 1e-15);
        Assert.Equal(settings.At(1999).StepSize, settings.At(5000).StepSize);
        Assert.Equal(0.05, (settings with { Decay = StepSchedule.InverseSqrt }).At(99).StepSize, 1e-15);
        Assert.IsType<Sgd.Settings>(settings.At(3));
    }

    [Fact]
    [Trait("Row", "4")]
    public void On_a_kink_with_noise_the_last_iterate_is_best_with_linear_decay_and_worst_with_none()
    {
        double Error(StepSchedule decay)
        {
            var total = 0.0;
            for (var seed = 0u; seed < 200; seed++)
            {
                var run = new Sgd().Start(
                    new Problem([5], 1, 1, new Geometry.Flat()),
                    new Sgd.Settings { StepSize = 0.5, Momentum = 0, Decay = decay, PlannedSteps = 2000 },
                    (purpose, round) => Noise.Philox(seed, purpose, round));
                var chance = new double[2000];
                Noise.Philox(seed, Purpose.Oracle, 0).Normal(0, chance);
                foreach (var normal in chance)
                {
                    run.Tell(new Judgement.Gradients([0], [Math.Sign(run.Best[0]) + normal]));
                }

                total += Math.Abs(run.Best[0]) / 200;
            }

            return total;
        }

        var (linear, root, constant) = (Error(StepSchedule.Linear), Error(StepSchedule.InverseSqrt), Error(StepSchedule.Constant));
        Assert.True(linear < root && root < constant, $"{linear} {root} {constant}");
        Assert.InRange(linear, 0, 0.003);
        Assert.InRange(constant, 0.2, 1);
    }

    [Fact]
    [Trait("Row", "4")]
    public void Equal_norms_refine_to_linear_decay()
    {
        var factors = StepSettings.Refine([.. Enumerable.Repeat(3.0, 101)]);
        for (var t = 0; t < 100; t++)
        {
            Assert.Equal(1 - (t / 100.0), factors[t], 1e-12);
        }

        Assert.Equal(factors[99], factors[100]);
    }

    [Fact]
    [Trait("Row", "4")]
    public void A_large_norm_refines_to_a_small_step_as_worked_out_by_hand()
    {
        // Weights 1, 1/4, 1, 1 times the sums of the later ones, 9/4, 2, 1, 0, divided by the largest.
        double[] expected = [1, 2.0 / 9, 4.0 / 9, 4.0 / 9];
        Assert.All(expected.Zip(StepSettings.Refine([1, 2, 1, 1])), pair => Assert.Equal(pair.First, pair.Second, 1e-12));
        var settings = new Sgd.Settings { StepSize = 9, Decay = StepSchedule.Refined, PlannedSteps = 8, Norms = "1 2 1 1" };
        Assert.Equal([9, 9, 2, 2, 4, 4, 4, 4, 4], Enumerable.Range(0, 9).Select(t => Math.Round(settings.At(t).StepSize, 12)));
    }

    [Fact]
    public void Without_earlier_norms_a_refined_schedule_is_constant() =>
        Assert.Equal(0.5, new Sgd.Settings { StepSize = 0.5, Decay = StepSchedule.Refined }.At(50).StepSize);

    [Theory]
    [InlineData("1 two")]
    [InlineData("1 0")]
    [InlineData("1 -2")]
    [InlineData("1 NaN")]
    public void Norms_that_are_none_are_refused_by_name(string norms)
    {
        var refused = Assert.Throws<SettingsException>(() => new Sgd().Start(
            new Problem([1], 1, 1, new Geometry.Flat()), JsonSerializer.SerializeToElement(new { norms }), 1));
        Assert.Equal(["norms"], refused.Errors.Keys);
    }

    [Fact]
    public void A_schedule_scales_the_steps_of_every_method_that_has_one()
    {
        var optimizers = new Catalog<IOptimizer>();
        var scheduled = optimizers.Entries.Select(entry => entry.Key)
            .Where(key => optimizers[key].Schema.Fields.Any(field => field.Key == "decay") && optimizers[key] is IGradientMethod or ZoSgd or ZoAdam or ZoAdaMm or CgeSgd).ToArray();
        Assert.True(scheduled.Length > 20);
        foreach (var key in scheduled)
        {
            var whole = Move(optimizers[key], "constant");
            Assert.True(whole > 0, key);
            Assert.Equal(whole / 2, Move(optimizers[key], "inverseSqrt"), 1e-9 * whole);
        }
    }

    // How long the step is that a new run makes in round 3.
    private static double Move(IOptimizer optimizer, string decay)
    {
        var problem = new Problem([1, -2, 3], 4, 2, new Geometry.Flat());
        var settings = JsonSerializer.SerializeToElement(new { decay });
        var run = optimizer.Restore(problem, settings, 1, optimizer.Start(problem, settings, 1).Save() with { Round = 3 });
        var before = run.Best.ToArray();
        var candidates = run.Candidates();
        run.Tell(run.Query.Wants == JudgementKind.Gradients
            ? new Judgement.Gradients([.. candidates.Select(x => x.Sum())], [.. candidates.SelectMany(_ => new double[] { 1, 1, 1 })])
            : new Judgement.Values([.. candidates.Select(x => x.Sum())]));
        return Reduce.Distance(before, run.Best);
    }
}
