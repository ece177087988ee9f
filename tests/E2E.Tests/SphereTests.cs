using Ranking.Engine;

namespace Ranking.E2E.Tests;

/// <summary>The acceptance test of ZO-RankSGD: a program that only ranks, over REST, to a server as users start it.</summary>
public sealed class SphereTests : IDisposable
{
    private const int Dimension = 10;
    private const int Iterations = 40;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ranking-sphere-");

    [Fact]
    [Trait("Row", "1")]
    public async Task A_hidden_point_is_found_from_rankings_for_each_of_ten_seeds()
    {
        using var server = await Script.StartServerAsync(_folder.FullName);
        for (var seed = 1; seed <= 10; seed++)
        {
            var target = new double[Dimension];
            Noise.Philox((ulong)seed, Purpose.Oracle, 0).Normal(0, target);
            using var script = new Script(target);
            await script.BeginAsync(server.Address, Study, seed);
            for (var round = 0; round < 2 * Iterations; round++)
            {
                await script.JudgeAsync(server.Address);
            }

            var (first, last) = (await script.LossAsync(server.Address, 0), await script.LossAsync(server.Address, 2 * Iterations));
            Assert.Equal(Reduce.SumOfSquares(target), first, 1e-9);
            Assert.True(last < 0.05 * first, $"Seed {seed}: the squared distance is {last / first:P1} of {first}.");
        }
    }

    public void Dispose() => _folder.Delete(recursive: true);

    // From zero; one ranking of six, three places, then one pick among four steps and the present point.
    private static object Study => new
    {
        space = new { kind = "external", dimension = Dimension, start = "zeros" },
        optimizer = new
        {
            name = "zo-rank-sgd",
            parameters = new { variant = "lineSearch", smoothing = 0.1, stepSize = 1, trialPoints = 4, includeIncumbent = true },
        },
        batch = new { size = 6, rankTop = 3 },
        maxRounds = 2 * Iterations,
    };
}
