using System.Text.Json;
using System.Text.Json.Nodes;
using Ranking.Engine.Functions;
using Ranking.Engine.Optimizers;
using Ranking.Engine.Tests.Reference;

namespace Ranking.Engine.Tests.Optimizers;

public sealed class CgeSgdTests
{
    [Theory]
    [Trait("Category", "Reference")]
    [Trait("Row", "11")]
    [ReferenceData("zo", "cge-sgd.json")]
    public void It_follows_the_published_trajectory(ReferenceCase example)
    {
        ArgumentNullException.ThrowIfNull(example);
        var settings = SettingsSchema.Of(typeof(CgeSgd.Settings)).Write(new CgeSgd.Settings
        {
            Smoothing = example.Parameter("mu"),
            StepSize = example.Parameter("eta"),
            Momentum = example.Parameter("momentum"),
            WeightDecay = example.Parameter("weightDecay"),
            Nesterov = example.Parameters.GetProperty("nesterov").GetBoolean(),
            Form = example.Parameters.GetProperty("form").GetString() == "central" ? Difference.Central : Difference.Forward,
        });
        var (x, f, problem) = (example.Expected.Rows("x"), Objectives.Of(example), example.Start(2));
        var run = new CgeSgd().Start(problem, settings, 1);
        for (var t = 0; t < x.Length - 1; t++)
        {
            example.AssertClose(x[t], run.Best, $"x[{t}]");
            if (example.Inputs.TryGetProperty("mask", out var masks))
            {
                run = new CgeSgd().Restore(problem, settings, 1, With(run.Save(), masks[t].Wholes()));
            }

            run.Value(f);
        }

        example.AssertClose(x[^1], run.Best, "last x");
    }

    [Fact]
    [Trait("Row", "11")]
    public void On_rosenbrock_coordinates_find_the_gradient_and_random_directions_about_seven_tenths_of_it()
    {
        var (function, byCoordinates, byDirections) = (new Rosenbrock(), 1.0, 0.0);
        for (var seed = 0u; seed < 50; seed++)
        {
            var start = new double[20];
            Noise.Philox(8, Purpose.Oracle, seed).Normal(0, start);
            var truth = new double[20];
            function.Gradient(start, truth);
            var problem = new Problem(start, 21, 1, new Geometry.Flat());
            Noise Chance(Purpose purpose, uint round) => Noise.Philox(seed, purpose, round);
            var cge = new CgeSgd().Start(problem, new CgeSgd.Settings { Smoothing = 1e-5, StepSize = 1e-6 }, Chance);
            var rge = new ZoSgd().Start(problem, new ZoSgd.Settings { Smoothing = 1e-5, StepSize = 1e-6 }, Chance);
            Assert.Equal(21, cge.Query.Count);
            Assert.Equal(21, rge.Query.Count);
            byCoordinates = Math.Min(byCoordinates, Cosine(cge, start, truth, function));
            byDirections += Cosine(rge, start, truth, function) / 50;
        }

        Assert.InRange(byCoordinates, 0.999, 1);
        Assert.InRange(byDirections, 0.6, 0.8);
    }

    [Theory]
    [InlineData(CgeSgd.Choice.Random)]
    [InlineData(CgeSgd.Choice.Cyclic)]
    [InlineData(CgeSgd.Choice.Steepest)]
    public void The_active_set_has_its_size_and_stays_for_its_rounds(CgeSgd.Choice choice)
    {
        var run = new CgeSgd().Start(
            new Problem(new double[12], 6, 3, new Geometry.Flat()),
            new CgeSgd.Settings { Active = 5, Selection = choice, Redraw = 3, Momentum = 0 },
            (purpose, round) => Noise.Philox(2, purpose, round));
        var sets = new List<string>();
        for (var round = 0; round < 30; round++)
        {
            Assert.Equal(6, run.Query.Count);
            var active = Enumerable.Range(0, 12).Where(i => run.Candidates().Any(c => c[i] != run.Best[i])).ToArray();
            Assert.Equal(5, active.Length);
            sets.Add(string.Join(" ", active));
            run.Value(x => x.Sum(v => (v - 1) * (v - 1)));
        }

        Assert.All(sets.Chunk(3), turn => Assert.Single(turn.Distinct()));
        Assert.True(sets.Distinct().Count() > 3);
    }

    [Fact]
    public void Steep_coordinates_stay_in_the_active_set()
    {
        var run = new CgeSgd().Start(
            new Problem(new double[20], 6, 3, new Geometry.Flat()),
            new CgeSgd.Settings { Active = 4, Selection = CgeSgd.Choice.Steepest, StepSize = 1e-6 },
            (purpose, round) => Noise.Philox(2, purpose, round));
        for (var round = 0; round < 40; round++)
        {
            run.Value(x => (100 * x[7]) + (50 * x[13]) + x.Sum());
        }

        var active = JsonSerializer.Deserialize<JsonElement>(run.Save().State).GetProperty("active").Wholes();
        Assert.Contains(7, active);
        Assert.Contains(13, active);
    }

    private static RunSnapshot With(RunSnapshot snapshot, int[] mask)
    {
        var state = JsonNode.Parse(snapshot.State)!;
        state["active"] = new JsonArray([.. Enumerable.Range(0, mask.Length).Where(i => mask[i] == 1).Select(i => (JsonNode)i)]);
        return snapshot with { State = JsonSerializer.SerializeToUtf8Bytes(state) };
    }

    private static double Cosine(IRun run, double[] start, double[] truth, Rosenbrock function)
    {
        run.Value(x => function.Value(x));
        double[] estimate = [.. start.Zip(run.Best.ToArray(), (a, b) => a - b)];
        return Reduce.Dot(estimate, truth) / (Reduce.Norm(estimate) * Reduce.Norm(truth));
    }
}
