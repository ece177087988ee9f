using System.Text.Json;
using Ranking.Engine.Optimizers;
using Ranking.Engine.Tests.Reference;

namespace Ranking.Engine.Tests.Optimizers;

/// <summary>The key of a method is the name of its file, and its settings are those that the parameters name.</summary>
[Trait("Category", "Reference")]
public sealed class GradientMethodsReferenceTests
{
    private static readonly Catalog<IOptimizer> Optimizers = new();

    [Theory]
    [ReferenceData("optimizers", "sgd.json")]
    [ReferenceData("optimizers", "heavy-ball.json")]
    [ReferenceData("optimizers", "adagrad.json")]
    [ReferenceData("optimizers", "rmsprop.json")]
    [ReferenceData("optimizers", "adam.json")]
    [ReferenceData("optimizers", "adamw.json")]
    [ReferenceData("optimizers", "amsgrad.json")]
    [ReferenceData("optimizers", "adamax.json")]
    [ReferenceData("optimizers", "nadam.json")]
    [ReferenceData("optimizers", "radam.json")]
    [ReferenceData("optimizers", "adabelief.json")]
    [ReferenceData("optimizers", "adamp.json")]
    [ReferenceData("optimizers", "sgdp.json")]
    [ReferenceData("optimizers", "adan.json")]
    [ReferenceData("optimizers", "lion.json")]
    [ReferenceData("optimizers", "diffgrad.json")]
    [ReferenceData("optimizers", "exadam.json")]
    [ReferenceData("optimizers", "sign-gd.json")]
    [ReferenceData("optimizers", "normalised-gd.json")]
    [ReferenceData("optimizers", "induced-metric.json")]
    [ReferenceData("optimizers", "perpgrad.json")]
    [ReferenceData("optimizers", "muon.json")]
    [ReferenceData("optimizers", "polargrad.json")]
    [ReferenceData("optimizers", "auon.json")]
    [ReferenceData("optimizers", "lbfgs.json")]
    public void A_gradient_method_follows_the_published_trajectory(ReferenceCase example)
    {
        ArgumentNullException.ThrowIfNull(example);

        // The factors alone have a test of their own; the extra factor was a slip of one program, which is not offered.
        if (example.Element.TryGetProperty("variant", out _) || example.Parameters.TryGetProperty("extraFactor", out _))
        {
            return;
        }

        var run = Start(example, Key(example));
        var (x, gradients) = (Points(example.Expected, "x"), Points(example.Expected.TryGetProperty("gradients", out _) ? example.Expected : example.Inputs, "gradients"));
        var f = example.Expected.TryGetProperty("f", out var values) ? values.Vector() : new double[x.Length];
        for (var k = 0; k + 1 < x.Length; k++)
        {
            example.AssertClose(x[k], run.Candidates()[0], $"x[{k}]");
            run.Tell(new Judgement.Gradients([f[k]], [.. gradients[k]]));
        }

        example.AssertClose(x[^1], run.Best, "last x");
    }

    [Theory]
    [ReferenceData("optimizers", "nesterov.json")]
    public void Nesterov_follows_the_published_trajectory_of_both_its_points(ReferenceCase example)
    {
        ArgumentNullException.ThrowIfNull(example);
        var variant = example.Element.TryGetProperty("variant", out var name) ? name.GetString() : "stored-point";
        var settings = new Nesterov.Settings
        {
            StepSize = example.Parameter("lr"),
            Momentum = example.Parameter("momentum", 0),
            Rule = variant == "t-sequence" ? Nesterov.Rule.Growing : Nesterov.Rule.Constant,
        };

        // In the form with one stored point, that point is the one ahead.
        var ahead = Points(example.Expected, variant == "stored-point" ? "x" : "y");
        var gradients = Points(example.Expected.TryGetProperty("gradients", out _) ? example.Expected : example.Inputs, "gradients");
        var run = new Nesterov().Start(Problem(example), settings, (_, _) => new RecordedNoise([]));
        for (var k = 0; k < gradients.Length; k++)
        {
            example.AssertClose(ahead[k], run.Candidates()[0], $"y[{k}]");
            if (variant != "stored-point")
            {
                example.AssertClose(Points(example.Expected, "x")[k], run.Best, $"x[{k}]");
            }

            run.Tell(new Judgement.Gradients([0], [.. gradients[k]]));
        }
    }

    [Theory]
    [ReferenceData("optimizers", "sam.json")]
    public void Sam_follows_the_published_trajectory_and_takes_its_gradients_uphill(ReferenceCase example)
    {
        ArgumentNullException.ThrowIfNull(example);
        var run = Start(example, "sam");
        var (x, gradients) = (Points(example.Expected, "x"), Points(example.Expected, "gradients"));
        var (ascent, ofAscent) = (Points(example.Expected, "ascentPoints"), Points(example.Expected, "ascentGradients"));
        for (var k = 0; k < ascent.Length; k++)
        {
            example.AssertClose(x[k], run.Candidates()[0], $"x[{k}]");
            run.Tell(new Judgement.Gradients([0], [.. gradients[k]]));
            example.AssertClose(ascent[k], run.Candidates()[0], $"y[{k}]");
            run.Tell(new Judgement.Gradients([0], [.. ofAscent[k]]));
        }

        example.AssertClose(x[^1], run.Best, "last x");
    }

    [Theory]
    [ReferenceData("optimizers", "smb.json")]
    public void Smb_follows_the_published_trajectory_and_uses_its_model_where_the_authors_do(ReferenceCase example)
    {
        ArgumentNullException.ThrowIfNull(example);
        var (run, objective) = (Start(example, "smb"), SmoothObjective.Of(example));
        var (x, trials) = (Points(example.Expected, "x"), Points(example.Expected, "trialPoints"));
        var usesModel = example.Expected.GetProperty("modelStep").EnumerateArray().Select(m => m.GetBoolean()).ToArray();
        var isKnown = false;
        for (var k = 0; k < usesModel.Length; k++)
        {
            if (!isKnown)
            {
                example.AssertClose(x[k], run.Candidates()[0], $"x[{k}]");
                objective.Tell(run);
            }

            example.AssertClose(trials[k], run.Candidates()[0], $"trial {k}");
            objective.Tell(run);
            example.AssertClose(x[k + 1], run.Best, $"x[{k + 1}]");
            Assert.Equal(usesModel[k], JsonSerializer.Deserialize<Smb.State>(run.Save().State, StateJson.Options)!.IsModel);
            isKnown = !usesModel[k];
        }
    }

    [Theory]
    [ReferenceData("optimizers", "saddle-free-newton.json")]
    [ReferenceData("optimizers", "lazy-newton.json")]
    [ReferenceData("optimizers", "cubic-newton.json")]
    [ReferenceData("optimizers", "gradient-regularised-newton.json")]
    [ReferenceData("optimizers", "adahessian.json")]
    [ReferenceData("optimizers", "sophia.json")]
    public void A_method_with_curvature_follows_the_published_trajectory(ReferenceCase example)
    {
        ArgumentNullException.ThrowIfNull(example);

        // The estimate from labels that a model samples needs a model; the one of the Hessian is offered.
        if (example.Inputs.TryGetProperty("uniforms", out _))
        {
            return;
        }

        var (key, objective) = (Key(example), SmoothObjective.Of(example));
        var z = example.Inputs.TryGetProperty("z", out var draws) ? draws.Rows() : [[]];
        var period = key == "sophia" ? (uint)example.Whole("period") : 1;
        var run = Start(example, key, round => [z[Math.Min(round / period, z.Length - 1)]]);
        var x = Points(example.Expected, "x");
        for (var k = 0; k + 1 < x.Length; k++)
        {
            example.AssertClose(x[k], run.Candidates()[0], $"x[{k}]");
            objective.TellAroundFirst(run);
        }

        example.AssertClose(x[^1], run.Best, "last x");
    }

    [Theory]
    [ReferenceData("optimizers", "muon.json")]
    public void Polar_factors_are_the_published_ones(ReferenceCase example)
    {
        ArgumentNullException.ThrowIfNull(example);
        if (!example.Inputs.TryGetProperty("G", out var matrix))
        {
            return;
        }

        var (flat, rows) = (Flat(matrix), matrix.GetArrayLength());
        example.AssertClose(Flat(example.Expected.GetProperty("polar")), PolarFactor.Exact(flat, rows), "polar");
        var steps = example.Expected.GetProperty("newtonSchulzSteps").EnumerateArray().Select(Flat).ToArray();
        for (var k = 0; k < steps.Length; k++)
        {
            example.AssertClose(steps[k], PolarFactor.NewtonSchulz(flat, rows, k), $"after {k} iterations");
        }
    }

    [Theory]
    [ReferenceData("optimizers", "first-steps.json")]
    public void First_steps_can_be_checked_by_hand(ReferenceCase example)
    {
        ArgumentNullException.ThrowIfNull(example);
        var key = example.Element.GetProperty("optimizer").GetString()!.Split('-', '/')[0];
        if (key == "adamp")
        {
            // Its vectors are those of the projection alone: see the test of SGDP by hand.
            return;
        }

        var run = Start(example, key == "induced" ? "induced-metric" : key);
        run.Tell(new Judgement.Gradients([0], [.. Flat(example.Inputs.GetProperty("gradient"))]));
        example.AssertClose(Flat(example.Expected.GetProperty("x1")), run.Best, "x1");
    }

    private static string Key(ReferenceCase example) =>
        Path.GetFileNameWithoutExtension(example.Path) is var name && name == "heavy-ball" ? "sgd" : name;

    private static IRun Start(ReferenceCase example, string key, Func<uint, double[][]>? draws = null)
    {
        var optimizer = Optimizers[key];
        var settings = ReferenceSettings.Of(example, optimizer);
        return (optimizer, draws) switch
        {
            (AdaHessian method, not null) => method.Start(Problem(example), (AdaHessian.Settings)method.Schema.Read(settings), (_, round) => new RecordedNoise(draws(round))),
            (Sophia method, not null) => method.Start(Problem(example), (Sophia.Settings)method.Schema.Read(settings), (_, round) => new RecordedNoise(draws(round))),
            _ => optimizer.Start(Problem(example), settings, 1),
        };
    }

    private static Problem Problem(ReferenceCase example) => new(Flat(example.Inputs.GetProperty("x0")), 1, 1, new Geometry.Flat());

    private static double[][] Points(JsonElement element, string name) => [.. element.GetProperty(name).EnumerateArray().Select(Flat)];

    // Matrices row after row.
    private static double[] Flat(JsonElement element) =>
        element.ValueKind == JsonValueKind.Array ? [.. element.EnumerateArray().SelectMany(Flat)] : [element.GetDouble()];
}
