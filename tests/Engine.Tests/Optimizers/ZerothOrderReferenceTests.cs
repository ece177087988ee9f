using System.Text.Json;
using Ranking.Engine.Optimizers;
using Ranking.Engine.Tests.Reference;

namespace Ranking.Engine.Tests.Optimizers;

[Trait("Category", "Reference")]
public sealed class ZerothOrderReferenceTests
{
    [Theory]
    [ReferenceData("zo", "zo-sgd.json")]
    public void ZoSgd_follows_the_published_trajectory(ReferenceCase example)
    {
        ArgumentNullException.ThrowIfNull(example);
        var isCentral = example.Parameters.GetProperty("form").GetString() == "central";
        var settings = new ZoSgd.Settings
        {
            Smoothing = example.Parameter("mu"),
            StepSize = example.Parameter("eta"),
            WeightDecay = example.Parameter("weightDecay"),
            Form = isCentral ? Difference.Central : Difference.Forward,
            Directions = example.Parameters.GetProperty("directions").GetString() == "unit" ? Distribution.Sphere : Distribution.Gaussian,
        };
        var (x, draws, f) = (example.Expected.Rows("x"), Draws(example, "u"), Objectives.Of(example));
        var candidates = isCentral ? 2 * example.Whole("q") : example.Whole("q") + 1;
        var run = new ZoSgd().Start(Start(example, candidates), settings, (_, round) => new RecordedNoise(draws(round)));
        for (var t = 0; t < x.Length - 1; t++)
        {
            example.AssertClose(x[t], run.Best, $"x[{t}]");
            run.Value(f);
        }

        example.AssertClose(x[^1], run.Best, "last x");
    }

    [Theory]
    [ReferenceData("zo", "one-plus-one-es.json")]
    public void OnePlusOneEs_follows_the_published_trajectory(ReferenceCase example)
    {
        ArgumentNullException.ThrowIfNull(example);
        var rule = example.Parameters.GetProperty("rule");
        var isFactor = rule.GetProperty("type").GetString() == "factor";
        var settings = new OnePlusOneEs.Settings { Sigma = example.Parameter("sigma0") };
        settings = isFactor
            ? settings with { Rule = OnePlusOneEs.StepRule.Factor, Up = rule.GetProperty("up").GetDouble(), Down = rule.GetProperty("down").GetDouble() }
            : settings with { SuccessTarget = rule.GetProperty("target").GetDouble(), Damping = rule.GetProperty("damping").GetDouble() };
        var (x, sigma, f) = (example.Expected.Rows("x"), example.Expected.Vector("sigma"), Objectives.Of(example));
        var z = example.Inputs.Rows("z");
        var run = new OnePlusOneEs().Start(
            Start(example, 2), settings, (_, round) => new RecordedNoise([z[Math.Min(round, z.Length - 1)]]));
        for (var t = 0; t < z.Length; t++)
        {
            example.AssertClose(x[t], run.Best, $"x[{t}]");
            example.AssertClose(sigma[t], Member(run, "sigma").GetDouble(), $"sigma[{t}]");
            run.Value(f);
        }

        example.AssertClose(x[^1], run.Best, "last x");
        example.AssertClose(sigma[^1], Member(run, "sigma").GetDouble(), "last sigma");
    }

    [Theory]
    [ReferenceData("zo", "cma-es.json")]
    public void CmaEs_has_the_published_constants_and_follows_the_published_trajectory(ReferenceCase example)
    {
        ArgumentNullException.ThrowIfNull(example);
        var isActive = example.Parameters.GetProperty("active").GetBoolean();
        var isTrajectory = example.Inputs.TryGetProperty("z", out _);
        var published = isTrajectory ? example.Parameters : example.Expected;
        var population = (int)published.GetProperty("populationSize").GetDouble();
        if (!example.Parameters.TryGetProperty("populationSize", out _))
        {
            Assert.Equal(population, CmaEsConstants.DefaultPopulation(example.Dimension));
        }

        var constants = CmaEsConstants.Of(example.Dimension, population, isActive);
        Assert.Equal((int)published.GetProperty("mu").GetDouble(), constants.Parents);
        example.AssertClose(published.Vector("weights"), constants.Weights, "weights");
        double[] expected = [.. new[] { "mueff", "cSigma", "dSigma", "cC", "c1", "cMu", "chiN" }.Select(name => published.GetProperty(name).GetDouble())];
        example.AssertClose(
            expected,
            [constants.EffectiveParents, constants.CSigma, constants.DSigma, constants.CC, constants.C1, constants.CMu, constants.ChiN],
            "constants");
        if (isTrajectory)
        {
            Follow(example, population, isActive);
        }
    }

    [Theory]
    [ReferenceData("zo", "random-search.json")]
    public void Random_search_keeps_the_best_point(ReferenceCase example)
    {
        ArgumentNullException.ThrowIfNull(example);
        var (points, best, f) = (example.Inputs.Rows("points"), example.Expected.Rows("best"), Objectives.Of(example));
        var start = example.Inputs.Vector("x0");
        var run = new RandomSearch().Start(Start(example, 2), new RandomSearch.Settings { Spread = 1 }, (_, round) =>
            new RecordedNoise([[.. points[Math.Min(round, points.Length - 1)].Zip(start, (p, x) => p - x)]]));
        for (var t = 0; t < points.Length; t++)
        {
            example.AssertClose(best[t], run.Best, $"best[{t}]");
            run.Value(f);
        }

        example.AssertClose(best[^1], run.Best, "last best");
    }

    private static void Follow(ReferenceCase example, int population, bool isActive)
    {
        var settings = new CmaEs.Settings { Sigma = example.Parameter("sigma0"), Active = isActive };
        var (draws, f) = (Draws(example, "z"), Objectives.Of(example));
        var (mean, sigma) = (example.Expected.Rows("mean"), example.Expected.Vector("sigma"));
        var rankings = example.Expected.GetProperty("ranking").EnumerateArray().Select(r => r.Wholes()).ToArray();
        var run = new CmaEs().Start(Start(example, population), settings, (_, round) => new RecordedNoise(draws(round)));
        for (var g = 0; g < rankings.Length; g++)
        {
            example.AssertClose(mean[g], run.Best, $"mean[{g}]");
            example.AssertClose(sigma[g], Member(run, "sigma").GetDouble(), $"sigma[{g}]");
            Assert.Equal(rankings[g], run.Rank(f));
        }

        example.AssertClose(mean[^1], run.Best, "last mean");
        example.AssertClose([.. example.Expected.Rows("finalC").SelectMany(row => row)], Vector(run, "covariance"), "C");
        example.AssertClose(example.Expected.Vector("finalPSigma"), Vector(run, "sigmaPath"), "p_sigma");
        example.AssertClose(example.Expected.Vector("finalPC"), Vector(run, "covariancePath"), "p_c");
    }

    private static Func<uint, double[][]> Draws(ReferenceCase example, string name)
    {
        var draws = example.Inputs.GetProperty(name).EnumerateArray().Select(t => t.Rows()).ToArray();
        return round => draws[Math.Min(round, draws.Length - 1)];
    }

    private static Problem Start(ReferenceCase example, int candidates) =>
        new(example.Inputs.Vector("x0"), candidates, candidates, new Geometry.Flat());

    private static JsonElement Member(IRun run, string name) => JsonSerializer.Deserialize<JsonElement>(run.Save().State).GetProperty(name);

    private static double[] Vector(IRun run, string name) => StateJson.FromBytes(Member(run, name).GetBytesFromBase64());
}
