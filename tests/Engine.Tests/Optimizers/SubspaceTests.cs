using System.Text.Json;
using Ranking.Engine.Optimizers;

namespace Ranking.Engine.Tests.Optimizers;

public sealed class SubspaceTests
{
    [Fact]
    [Trait("Row", "33")]
    public void Four_hundred_values_in_the_right_five_dimensions_reach_what_they_do_not_reach_in_a_hundred()
    {
        static double Value(double[] x) => x.Take(5).Sum(v => v * v);
        string ZoSgd(int dimension) => JsonSerializer.Serialize(new { form = "central", smoothing = 1e-4, stepSize = 0.3 / (dimension + 2) });
        double[] start = [.. Enumerable.Repeat(1.0, 100)];
        var problem = new Problem(start, 2, 2, new Geometry.Flat());
        for (var seed = 0ul; seed < 5; seed++)
        {
            var reduced = Start(problem, new { inner = "zo-sgd", innerSettings = ZoSgd(5), basis = "given", dimension = 5 }, seed);
            var full = new Catalog<IOptimizer>()["zo-sgd"].Start(problem, JsonSerializer.Deserialize<JsonElement>(ZoSgd(100)), seed);
            for (var round = 0; round < 200; round++)
            {
                reduced.Value(Value);
                full.Value(Value);
            }

            Assert.InRange(Value(reduced.Best.ToArray()), 0, 1e-6 * Value(start));
            Assert.InRange(Value(full.Best.ToArray()), 1e-3 * Value(start), Value(start));
        }
    }

    [Theory]
    [Trait("Row", "33")]
    [InlineData("random")]
    [InlineData("lowFrequency")]
    [InlineData("given")]
    public void All_candidates_and_the_best_lie_in_one_subspace_of_the_dimension_asked_for(string basis)
    {
        double[] start = [.. Enumerable.Range(0, 12).Select(i => i * 0.1)];
        var run = Start(new Problem(start, 6, 3, new Geometry.Flat()), new { basis, dimension = 3, channels = 2, rows = 2 }, 4);
        var offsets = new List<double[]>();
        for (var round = 0; round < 8; round++)
        {
            offsets.AddRange(run.Candidates().Append(run.Best.ToArray()).Select(x => x.Zip(start, (a, b) => a - b).ToArray()));
            run.Rank(x => x.Sum(v => (v - 1) * (v - 1)));
        }

        Assert.Equal(3, Rank(offsets));
    }

    [Fact]
    public void Along_all_coordinates_it_is_the_inner_method_itself()
    {
        double[] start = [1, -2, 3];
        var run = Start(new Problem(start, 6, 3, new Geometry.Flat()), new { basis = "given", dimension = 3 }, 9);
        var seed = State(run).GetProperty("inner").GetProperty("seed").GetUInt64();
        var inner = new ZoRankSgd().Start(new Problem(new double[3], 6, 3, new Geometry.Flat()), default, seed);
        for (var round = 0; round < 20; round++)
        {
            run.Rank(x => x.Sum(v => v * v));
            inner.Rank(z => z.Zip(start, (a, b) => (a + b) * (a + b)).Sum());
            Assert.All(run.Best.ToArray().Zip(start, (x, x0) => x - x0).Zip(inner.Best.ToArray()), pair => Assert.Equal(pair.Second, pair.First, 1e-12));
            Assert.Equal(inner.Save().State, State(run).GetProperty("inner").GetProperty("state").GetBytesFromBase64());
        }
    }

    [Fact]
    public void Gradients_reach_the_inner_method_as_gradients_of_the_reduced_coordinates()
    {
        var run = Start(new Problem([1, 2, 3, 4], 1, 1, new Geometry.Flat()), new { inner = "sgd", innerSettings = """{"momentum":0,"stepSize":0.5}""", basis = "given", directions = "0 3 0 4" }, 1);
        run.Tell(new Judgement.Gradients([0], [7, 1, 9, 2]));

        // The unit direction is (0, 0.6, 0, 0.8) and the slope along it 2.2.
        Assert.All(run.Best.ToArray().Zip([1, 2 - (0.6 * 1.1), 3, 4 - (0.8 * 1.1)]), pair => Assert.Equal(pair.Second, pair.First, 1e-12));
    }

    [Fact]
    public void The_lowest_frequencies_of_two_planes_are_constant_on_each_of_them()
    {
        var basis = ReducedBasis.LowFrequency(2 * 3 * 4, 5, 2, 3);
        for (var i = 0; i < 24; i++)
        {
            Assert.Equal(i < 12 ? Math.Sqrt(1.0 / 12) : 0, basis.Row(0)[i], 1e-12);
            Assert.Equal(i < 12 ? 0 : Math.Sqrt(1.0 / 12), basis.Row(1)[i], 1e-12);

            // Along the longer side the next wave is half a cosine; it comes for each plane in turn.
            var wave = Math.Cos(Math.PI * ((2 * (i % 4)) + 1) / 8) * Math.Sqrt(2.0 / 12);
            Assert.Equal(i < 12 ? wave : 0, basis.Row(2)[i], 1e-12);
        }
    }

    [Theory]
    [InlineData("""{"directions":"1 2 3"}""", "directions")]
    [InlineData("""{"directions":"1 2 2 4"}""", "directions")]
    [InlineData("""{"directions":"1 two"}""", "directions")]
    [InlineData("""{"inner":"nobody"}""", "inner")]
    [InlineData("""{"inner":"subspace"}""", "inner")]
    [InlineData("""{"innerSettings":"{\"stepSize\":-1}"}""", "innerSettings")]
    [InlineData("""{"innerSettings":"no object"}""", "innerSettings")]
    public void What_cannot_be_is_refused_by_name(string settings, string member)
    {
        var json = JsonSerializer.SerializeToNode(JsonSerializer.Deserialize<JsonElement>(settings))!;
        json["basis"] = "given";
        var refused = Assert.Throws<SettingsException>(
            () => new Subspace().Start(new Problem([1, 2], 4, 2, new Geometry.Flat()), JsonSerializer.SerializeToElement(json), 1));
        Assert.Equal([member], refused.Errors.Keys);
    }

    private static IRun Start(Problem problem, object settings, ulong seed) => new Subspace().Start(problem, JsonSerializer.SerializeToElement(settings), seed);

    private static JsonElement State(IRun run) => JsonSerializer.Deserialize<JsonElement>(run.Save().State);

    // By elimination; what is below 1e-9 counts as nothing.
    private static int Rank(List<double[]> rows)
    {
        var basis = new List<double[]>();
        foreach (var row in rows.Select(r => (double[])r.Clone()))
        {
            foreach (var direction in basis)
            {
                var part = Reduce.Dot(direction, row);
                for (var i = 0; i < row.Length; i++)
                {
                    row[i] -= part * direction[i];
                }
            }

            var norm = Reduce.Norm(row);
            if (norm > 1e-9)
            {
                basis.Add([.. row.Select(x => x / norm)]);
            }
        }

        return basis.Count;
    }
}
