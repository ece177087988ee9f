using System.Text.Json;
using Ranking.Engine.Functions;
using Ranking.Engine.Optimizers;

namespace Ranking.Engine.Tests.Optimizers;

/// <summary>What the papers' methods must show, by the numbers that can be had by hand.</summary>
public sealed class GradientMethodsTests
{
    private static readonly Catalog<IOptimizer> Optimizers = new();

    [Theory]
    [Trait("Row", "111")]
    [InlineData("adam", """{"stepSize":0.1}""", 0.9)]
    [InlineData("rmsprop", """{"stepSize":0.1,"alpha":0.99}""", 0.0)]
    public void Adam_first_goes_one_step_size_and_RMSProp_ten(string key, string settings, double first) =>
        Assert.Equal(first, First(key, settings, [1], [1])[0], 1e-6);

    [Fact]
    [Trait("Row", "173")]
    public void Lion_first_goes_one_step_size_and_remembers_a_hundredth_of_the_gradient()
    {
        var run = After("lion", """{"stepSize":0.1,"weightDecay":0}""", [1], [1]);
        Assert.Equal(0.9, run.Best[0], 1e-12);
        Assert.Equal(0.01, State<Lion.State>(run).Mean[0], 1e-12);
    }

    [Fact]
    [Trait("Row", "10")]
    public void AdaBelief_first_goes_a_ninth_farther_than_Adam() =>
        Assert.Equal(0.8889, First("adabelief", """{"stepSize":0.1}""", [1], [1])[0], 5e-5);

    [Fact]
    [Trait("Row", "39")]
    public void Adan_first_goes_as_far_as_Adam_and_then_minds_the_change_of_the_gradient()
    {
        var run = After("adan", """{"stepSize":0.1}""", [1], [1]);
        Assert.Equal(0.9, run.Best[0], 1e-7);
        Assert.Equal(0, State<Adan.State>(run).Change[0]);
        run.Tell(new Judgement.Gradients([0], [0.25]));
        Assert.Equal(0.08 * (0.25 - 1), State<Adan.State>(run).Change[0], 1e-12);
    }

    [Theory]
    [Trait("Row", "32")]
    [InlineData("sgdp", """{"stepSize":1,"momentum":0,"delta":2}""")]
    [InlineData("adamp", """{"stepSize":1,"beta1":0,"beta2":0,"delta":2}""")]
    public void Steps_are_freed_of_their_part_along_the_weights(string key, string settings)
    {
        var moved = First(key, settings, [3, 4], [1, 0]);
        Assert.Equal([3 - 0.64, 4 + 0.48], moved, Near(1e-6));
    }

    [Fact]
    [Trait("Row", "2")]
    public void DiffGrad_starts_with_the_friction_of_one_gradient_and_is_not_stuck_at_a_half()
    {
        Assert.Equal(0.92689, First("diffgrad", """{"stepSize":0.1}""", [1], [1])[0], 5e-6);
        var (rosenbrock, frictions) = (new Rosenbrock(), new List<double>());
        var run = Start("diffgrad", "{}", rosenbrock.Start(2));
        var before = new double[2];
        for (var round = 0; round < 200; round++)
        {
            var gradient = new double[2];
            rosenbrock.Gradient(run.Best, gradient);
            frictions.Add(DiffGrad.Friction(before[0], gradient[0]));
            before = gradient;
            run.Slope(rosenbrock);
        }

        Assert.All(frictions, friction => Assert.InRange(friction, 0.5, 1));
        Assert.True(frictions.Max() > 0.99 && frictions.Count(friction => friction > 0.51) > 100);
    }

    [Fact]
    [Trait("Row", "193")]
    public void EXAdam_first_goes_sixteen_step_sizes_and_says_so()
    {
        Assert.Equal(0.8405, First("exadam", """{"stepSize":0.01}""", [1], [1])[0], 5e-5);
        Assert.Contains("sixteen step sizes", Optimizers.Entry("exadam").Summary, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Row", "196")]
    public void Sophia_never_moves_a_coordinate_farther_than_its_step_size()
    {
        var rosenbrock = new Rosenbrock();
        var run = Start("sophia", """{"stepSize":0.02,"weightDecay":0}""", rosenbrock.Start(6));
        for (var step = 0; step < 1000; step++)
        {
            var before = run.Best.ToArray();
            run.Slope(rosenbrock);
            Assert.All(run.Best.ToArray().Zip(before), move => Assert.True(Math.Abs(move.First - move.Second) <= 0.02 * (1 + 1e-12)));
        }

        Assert.True(rosenbrock.Value(run.Best) < rosenbrock.Value(rosenbrock.Start(6)) / 100);
    }

    [Fact]
    [Trait("Row", "189")]
    public void AdaHessian_levels_curvatures_that_differ_a_hundredfold()
    {
        var run = Start("adahessian", """{"stepSize":0.1,"hessianPower":1,"beta1":0,"beta2":0,"epsilon":1e-12}""", [1, 1]);
        Tell(run, x => [x[0], 100 * x[1]]);
        Assert.Equal([0.9, 0.9], run.Best.ToArray(), Near(1e-9));
    }

    [Theory]
    [Trait("Row", "155")]
    [InlineData("polargrad", """{"stepSize":0.1,"momentum":0,"rows":2}""", 0.4)]
    [InlineData("muon", """{"stepSize":0.1,"momentum":0,"nesterov":false,"factor":"polar","scale":"none","rows":2}""", 0.1)]
    public void Both_singular_directions_are_gone_equally_far_and_PolarGrad_by_their_sum(string key, string settings, double move) =>
        Assert.Equal([-move, 0, 0, -move], First(key, settings, [0, 0, 0, 0], [3, 0, 0, 1]), Near(1e-12));

    [Theory]
    [Trait("Row", "158")]
    [InlineData("code", 5)]
    [InlineData("normalised", 1)]
    public void AuON_divides_by_the_root_mean_square_of_the_hyperbolic_cosine(string form, double length)
    {
        var spread = Math.Sqrt((Math.Pow(Math.Cosh(1.5 * 0.6), 2) + Math.Pow(Math.Cosh(1.5 * 0.8), 2)) / 2);
        var moved = First("auon", $$"""{"stepSize":0.1,"momentum":0,"form":"{{form}}"}""", [0, 0], [3, 4]);
        Assert.Equal([-0.1 * 0.6 * length / spread, -0.1 * 0.8 * length / spread], moved, Near(1e-7));
    }

    [Fact]
    [Trait("Row", "91")]
    public void Steep_ground_shortens_the_step_of_the_induced_metric()
    {
        var run = After("induced-metric", """{"stepSize":1,"momentum":0,"beta":0,"height":0.1}""", [0, 0], [3, 4]);
        Assert.Equal(0.2857, State<InducedMetric.State>(run).Scale, 5e-5);
        Assert.Equal(0.2857 * 5, Reduce.Norm(run.Best), 5e-4);
    }

    [Fact]
    [Trait("Row", "131")]
    public void Smb_mends_a_step_that_was_too_long_and_marks_it()
    {
        var run = Start("smb", """{"stepSize":1}""", [1]);
        for (var round = 0; round < 2; round++)
        {
            var x = run.Candidates()[0][0];
            run.Tell(new Judgement.Gradients([50 * x * x], [100 * x]));
        }

        Assert.Equal(0.5025, run.Best[0], 5e-5);
        Assert.True(State<Smb.State>(run).IsModel);
    }

    [Fact]
    [Trait("Row", "114")]
    public void Saddle_free_Newton_leaves_the_saddle_where_Newton_stops()
    {
        var free = Start("saddle-free-newton", """{"damping":0}""", [1, 1]);
        var plain = Start("lazy-newton", """{"period":1,"damping":0,"lift":false}""", [1, 1]);
        Tell(free, x => [2 * x[0], -2 * x[1]]);
        Tell(plain, x => [2 * x[0], -2 * x[1]]);
        Assert.Equal([0, 2], free.Best.ToArray(), Near(1e-8));
        Assert.Equal([0, 0], plain.Best.ToArray(), Near(1e-8));
    }

    [Fact]
    [Trait("Row", "116")]
    public void Lazy_Newton_is_Newton_when_it_is_not_lazy_and_measures_a_fifth_of_the_Hessians_when_it_is()
    {
        var rosenbrock = new Rosenbrock();
        var run = Start("lazy-newton", """{"period":1,"damping":0,"lift":false,"spacing":1e-5}""", rosenbrock.Start(2));
        for (var step = 0; step < 6; step++)
        {
            var expected = Newton(run.Best);
            run.Slope(rosenbrock);
            Assert.Equal(expected, run.Best.ToArray(), Near(1e-6));
        }

        var lazy = Start("lazy-newton", """{"period":5,"damping":200}""", rosenbrock.Start(2));
        var measured = Enumerable.Range(0, 50).Count(_ => lazy.Slope(rosenbrock) > 1);
        Assert.Equal(10, measured);
    }

    [Fact]
    [Trait("Row", "26")]
    public void PerpGrad_only_ever_goes_across_the_weights()
    {
        var noise = Noise.Philox(5, Purpose.Oracle, 0);
        for (var n = 0; n < 100; n++)
        {
            var (weights, gradient) = (new double[7], new double[7]);
            noise.Normal(2 * n, weights);
            noise.Normal((2 * n) + 1, gradient);
            var moved = First("perpgrad", """{"base":"sgd","stepSize":1}""", weights, gradient);
            var direction = moved.Zip(weights, (after, before) => after - before).ToArray();
            Assert.True(Math.Abs(Reduce.Dot(direction, weights)) < 1e-9 * Reduce.Norm(direction) * Reduce.Norm(weights));
            Assert.Equal(Reduce.Norm(gradient), Reduce.Norm(direction), 1e-9);
        }
    }

    [Theory]
    [InlineData("perpgrad")]
    [InlineData("lazy-newton")]
    public void Its_defaults_do_not_run_away_where_the_ground_is_steep(string key)
    {
        foreach (var function in new TestFunction[] { new Rosenbrock(), new Himmelblau(), new Beale(), new Branin(), new StyblinskiTang() })
        {
            var start = function.Start(2);
            var run = Start(key, "{}", start);
            for (var step = 0; step < 500; step++)
            {
                run.Slope(function);
                Assert.InRange(function.Value(run.Best), double.NegativeInfinity, 10 * Math.Abs(function.Value(start)));
            }

            Assert.InRange(function.Value(run.Best), double.NegativeInfinity, function.Value(start));
        }
    }

    [Fact]
    public void Cubic_Newton_leaves_a_maximum_although_there_is_no_slope()
    {
        var run = Start("cubic-newton", """{"cubic":2}""", [0, 0]);
        Tell(run, x => [-x[0], 3 * x[1]]);
        Assert.Equal([1, 0], [Math.Abs(run.Best[0]), Math.Abs(run.Best[1])], Near(1e-8));
    }

    [Theory]
    [InlineData(12, 4, 4)]
    [InlineData(12, 5, 4)]
    [InlineData(7, 6, 1)]
    [InlineData(3, 4096, 3)]
    public void A_matrix_has_the_most_rows_that_the_dimension_allows(int dimension, int wanted, int rows)
    {
        var gradient = Enumerable.Range(1, dimension).Select(i => (double)i * i).ToArray();
        string Settings(int r) => $$"""{"momentum":0,"factor":"polar","rows":{{r}}}""";
        Assert.Equal(First("muon", Settings(rows), new double[dimension], gradient), First("muon", Settings(wanted), new double[dimension], gradient));
    }

    private static double[] Newton(ReadOnlySpan<double> at)
    {
        var (x, y) = (at[0], at[1]);
        var (a, b, c) = ((1200 * x * x) - (400 * y) + 2, -400 * x, 200.0);
        var (gx, gy) = ((-400 * x * (y - (x * x))) - (2 * (1 - x)), 200 * (y - (x * x)));
        var determinant = (a * c) - (b * b);
        return [x - (((c * gx) - (b * gy)) / determinant), y - (((a * gy) - (b * gx)) / determinant)];
    }

    private static IRun Start(string key, string settings, double[] start) =>
        Optimizers[key].Start(new Problem(start, 1, 1, new Geometry.Flat()), JsonSerializer.Deserialize<JsonElement>(settings), 1);

    private static IRun After(string key, string settings, double[] start, double[] gradient)
    {
        var run = Start(key, settings, start);
        run.Tell(new Judgement.Gradients([0], [.. gradient]));
        return run;
    }

    private static double[] First(string key, string settings, double[] start, double[] gradient) => After(key, settings, start, gradient).Best.ToArray();

    private static void Tell(IRun run, Func<double[], double[]> gradient)
    {
        var candidates = run.Candidates();
        run.Tell(new Judgement.Gradients([.. new double[candidates.Length]], [.. candidates.SelectMany(gradient)]));
    }

    private static T State<T>(IRun run) => JsonSerializer.Deserialize<T>(run.Save().State, StateJson.Options)!;

    private static Comparison Near(double distance) => new(distance);

    // Equal up to a distance.
    private sealed class Comparison(double distance) : IEqualityComparer<double>
    {
        public bool Equals(double x, double y) => Math.Abs(x - y) <= distance;

        public int GetHashCode(double obj) => 0;
    }
}
