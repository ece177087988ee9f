using Ranking.Engine;

namespace Ranking.Benchmarks;

/// <summary>The cost of noise, and (with the optimisers) of ask and tell.</summary>
internal static class EngineSuite
{
    public static Task<object> RunAsync(IReadOnlyList<string> args)
    {
        var block = new double[16_384];
        var ms = Report.MedianMs(20, 200, () => Noise.Philox(7, Purpose.Ask, 3).Normal(0, block));
        Console.WriteLine($"noise d=16384: {ms:F4} ms");
        return Task.FromResult<object>(new { Suite = "engine", Report.Machine, NoiseMs16384 = ms });
    }
}
