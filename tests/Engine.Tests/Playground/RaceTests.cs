using System.Text.Json;
using Ranking.Engine.Functions;
using Ranking.Engine.Oracles;
using Ranking.Engine.Playground;

namespace Ranking.Engine.Tests.Playground;

public sealed class RaceTests
{
    private static readonly Catalog<TestFunction> Functions = new();
    private static readonly Catalog<IOptimizer> Optimizers = new();
    private static readonly Race Race = new(Functions, Optimizers, new Catalog<IOracle>());

    public static TheoryData<string> Landscapes => new(Functions.Entries.Select(e => e.Key).Where(key => Functions[key].Admits(2)));

    [Theory]
    [MemberData(nameof(Landscapes))]
    public void Every_optimiser_runs_on_every_landscape_within_its_budget_and_all_that_is_drawn_is_finite(string function)
    {
        var start = Functions[function].Start(2);
        var setup = Setup(function, [.. Optimizers.Entries.Select(e => new Pick(e.Key))]) with { StartX = start[0], StartY = start[1] };
        var race = Race.Run(setup);
        Assert.Equal(Optimizers.Entries.Select(e => e.Key), race.Select(t => t.Optimizer.Key));
        foreach (var trajectory in race)
        {
            Assert.True(trajectory.Outcome != Outcome.Failed, $"{trajectory.Optimizer.Key}: {trajectory.Why}");
            Assert.All([.. trajectory.X, .. trajectory.Y, .. trajectory.Gaps, .. trajectory.Candidates], number => Assert.True(double.IsFinite(number), trajectory.Optimizer.Key));
            Assert.All(trajectory.Gaps, gap => Assert.True(gap >= 0));
            Assert.Equal((start[0], start[1], 0), (trajectory.X[0], trajectory.Y[0], trajectory.Evaluations[0]));
            Assert.True(trajectory.Rounds > 0 && trajectory.Evaluations[^1] <= setup.Rules.Budget, trajectory.Optimizer.Key);
            Assert.Equal(2 * trajectory.Evaluations[^1], trajectory.Candidates.Length);
            Assert.Equal(trajectory.Evaluations.Order(), trajectory.Evaluations);
            Assert.InRange(trajectory.At, 0, trajectory.Rounds);
        }
    }

    [Fact]
    public void The_same_set_up_gives_the_same_race_bit_for_bit_and_another_seed_another_one()
    {
        var setup = Setup("himmelblau", [.. Optimizers.Entries.Select(e => new Pick(e.Key))]) with
        {
            Rankings = new Pick("plackett-luce"),
            Values = new Pick("noisy-value"),
            Rules = new RaceRules { GradientNoise = 1, Seed = 5 },
        };
        Assert.Equal(Race.Run(setup).Select(Bits), Race.Run(setup).Select(Bits));
        var other = Race.Run(setup with { Rules = setup.Rules with { Seed = 6 } });
        Assert.All(Race.Run(setup).Zip(other), pair => Assert.NotEqual<double>(pair.First.X, pair.Second.X));
    }

    [Fact]
    public void Who_else_takes_part_changes_nothing()
    {
        var alone = Race.Run(Setup("rosenbrock", [new Pick("cma-es")]));
        var together = Race.Run(Setup("rosenbrock", [new Pick("adam"), new Pick("cma-es")]));
        Assert.Equal(Bits(alone[0]), Bits(together[1]));
    }

    [Fact]
    public void A_gradient_counts_as_one_evaluation_and_a_candidate_too()
    {
        var race = Race.Run(Setup("sphere", [new Pick("adam"), new Pick("cma-es")]));
        Assert.Equal(Enumerable.Range(0, 301), race[0].Evaluations);
        Assert.Equal(Enumerable.Range(0, 51).Select(i => 6 * i), race[1].Evaluations);
    }

    [Fact]
    public void Cma_es_reaches_the_bottom_of_the_sphere_and_the_round_in_which_it_did_is_told()
    {
        var trajectory = Race.Run(Setup("sphere", [new Pick("cma-es")]))[0];
        Assert.Equal(Outcome.Reached, trajectory.Outcome);
        Assert.True(trajectory.Gaps[trajectory.At] <= Race.Precision && trajectory.Gaps[trajectory.At - 1] > Race.Precision);
        Assert.Equal(trajectory.Best, trajectory.BestSoFar()[^1]);
    }

    [Fact]
    public void Steps_that_are_far_too_long_diverge_and_are_shown_up_to_there()
    {
        var trajectory = Race.Run(Setup("sphere", [With("sgd", new { stepSize = 5 })]))[0];
        Assert.Equal(Outcome.Diverged, trajectory.Outcome);
        Assert.InRange(trajectory.Rounds, 1, 20);
        Assert.All(trajectory.X, x => Assert.True(double.IsFinite(x)));
    }

    [Fact]
    public void A_run_that_ends_outside_the_map_says_when_it_left()
    {
        // A walk of steps as long as the map is wide.
        var trajectory = Race.Run(Setup("sphere", [With("sgd", new { momentum = 0 })]) with { Rules = new RaceRules { Budget = 20, GradientNoise = 1000 } })[0];
        bool IsOutside(int i) => Math.Abs(trajectory.X[i]) > 5.12 || Math.Abs(trajectory.Y[i]) > 5.12;
        Assert.Equal(Outcome.LeftMap, trajectory.Outcome);
        Assert.All(Enumerable.Range(trajectory.At, trajectory.Rounds - trajectory.At + 1), i => Assert.True(IsOutside(i)));
        Assert.False(IsOutside(trajectory.At - 1));
    }

    [Fact]
    public void Noise_is_added_to_what_is_told_and_not_to_what_is_shown()
    {
        var trajectory = Race.Run(Setup("sphere", [new Pick("adam")]) with { Rules = new RaceRules { GradientNoise = 20, Budget = 50 } })[0];
        Assert.Equal(Enumerable.Range(0, 51).Select(i => (trajectory.X[i] * trajectory.X[i]) + (trajectory.Y[i] * trajectory.Y[i])), trajectory.Gaps);
    }

    [Fact]
    public void Progress_rises_to_one_and_a_race_can_be_cancelled_on_the_way()
    {
        var shares = new List<double>();
        using var cancel = new CancellationTokenSource();
        Race.Run(Setup("sphere", [new Pick("adam"), new Pick("lion")]), new Listener(shares.Add));
        Assert.Equal(shares.Order(), shares);
        Assert.Equal(1, shares[^1], 1e-12);
        shares.Clear();
        Assert.Throws<OperationCanceledException>(() => Race.Run(Setup("sphere", [new Pick("adam")]), new Listener(Stop), cancel.Token));
        Assert.Equal(0.5, shares[^1], 0.01);

        void Stop(double share)
        {
            shares.Add(share);
            if (share >= 0.5)
            {
                cancel.Cancel();
            }
        }
    }

    [Fact]
    public void Settings_and_keys_that_do_not_fit_are_refused()
    {
        Assert.Throws<SettingsException>(() => Race.Run(Setup("sphere", [With("adam", new { stepSize = -1 })])));
        Assert.Throws<KeyNotFoundException>(() => Race.Run(Setup("sphere", [new Pick("nobody")])));
        Assert.Throws<ArgumentException>(() => Race.Run(Setup("sphere", [new Pick("adam")]) with { Values = new Pick("exact-ranking") }));
    }

    private static RaceSetup Setup(string function, Pick[] optimizers) =>
        new(function, -1, 1.5, [.. optimizers], new Pick("exact-ranking"), new Pick("function-value"), new RaceRules { Budget = 300 });

    private static string Bits(Trajectory t) => JsonSerializer.Serialize(new { t.X, t.Y, t.Gaps, t.Evaluations, t.Candidates, t.Outcome, t.At });

    private static Pick With(string key, object settings) => new(key, JsonSerializer.SerializeToElement(settings));

    private sealed class Listener(Action<double> hear) : IProgress<double>
    {
        public void Report(double value) => hear(value);
    }
}
