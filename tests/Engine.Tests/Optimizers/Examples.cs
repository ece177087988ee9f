using System.Text.Json;
using Ranking.Engine.Tests.Reference;

namespace Ranking.Engine.Tests.Optimizers;

/// <summary>Shorthands for following the published trajectories.</summary>
internal static class Examples
{
    /// <summary>The recorded draws of iteration t; those of the last one beyond the end.</summary>
    public static Func<uint, double[][]> Draws(this ReferenceCase example, string name)
    {
        var draws = example.Inputs.GetProperty(name).EnumerateArray().Select(t => t.Rows()).ToArray();
        return round => draws[Math.Min(round, draws.Length - 1)];
    }

    /// <summary>The recorded draws as the noise of a run, whatever it is drawn for.</summary>
    public static Func<Purpose, uint, Noise> Recorded(this ReferenceCase example, string name)
    {
        var draws = example.Draws(name);
        return (_, round) => new RecordedNoise(draws(round));
    }

    /// <summary>Follows the trajectory <c>x</c> of an example with exact values.</summary>
    public static void Follow(this ReferenceCase example, IRun run)
    {
        var (x, f) = (example.Expected.Rows("x"), Objectives.Of(example));
        for (var t = 0; t < x.Length - 1; t++)
        {
            example.AssertClose(x[t], run.Best, $"x[{t}]");
            run.Value(f);
        }

        example.AssertClose(x[^1], run.Best, "last x");
    }

    /// <summary>The example's starting point, with all of the candidates ranked.</summary>
    public static Problem Start(this ReferenceCase example, int candidates) =>
        new(example.Inputs.Vector("x0"), candidates, candidates, new Geometry.Flat());

    /// <summary>The published rankings, one an iteration.</summary>
    public static int[][] Rankings(this ReferenceCase example) =>
        [.. example.Expected.GetProperty("ranking").EnumerateArray().Select(r => r.Wholes())];

    /// <summary>A member of the run's state.</summary>
    public static JsonElement Member(this IRun run, string name) => JsonSerializer.Deserialize<JsonElement>(run.Save().State).GetProperty(name);

    /// <summary>A number of the run's state.</summary>
    public static double Number(this IRun run, string name) => run.Member(name).GetDouble();

    /// <summary>A vector of the run's state.</summary>
    public static double[] Vector(this IRun run, string name) => StateJson.FromBytes(run.Member(name).GetBytesFromBase64());

    /// <summary>A point of independent standard normal numbers.</summary>
    public static double[] Normals(int dimension, ulong seed)
    {
        var point = new double[dimension];
        Noise.Philox(seed, Purpose.Begin, 0).Normal(0, point);
        return point;
    }
}
