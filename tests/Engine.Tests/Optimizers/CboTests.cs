using Ranking.Engine.Functions;
using Ranking.Engine.Optimizers;
using Ranking.Engine.Tests.Reference;

namespace Ranking.Engine.Tests.Optimizers;

public sealed class CboTests
{
    [Theory]
    [Trait("Category", "Reference")]
    [Trait("Row", "20")]
    [ReferenceData("zo", "cbo.json")]
    public void It_follows_the_published_swarm(ReferenceCase example)
    {
        ArgumentNullException.ThrowIfNull(example);
        var settings = new Cbo.Settings
        {
            Spread = 1,
            Drift = example.Parameter("lam"),
            Exploration = example.Parameter("sigma"),
            Selectivity = example.Parameter("alpha"),
            TimeStep = example.Parameter("dt"),
            Noise = example.Parameters.GetProperty("noise").GetString() == "isotropic" ? Cbo.Diffusion.Isotropic : Cbo.Diffusion.Anisotropic,
        };
        var (first, moves) = (example.Inputs.Rows("particles0"), example.Recorded("n"));
        var run = new Cbo().Start(
            new Problem(new double[example.Dimension], example.Whole("particles"), 1, new Geometry.Flat()),
            settings,
            (purpose, round) => purpose == Purpose.Begin ? new RecordedNoise(first) : moves(purpose, round));
        var consensus = example.Expected.Rows("consensus");
        for (var t = 0; t < consensus.Length; t++)
        {
            run.Value(Objectives.Of(example));
            example.AssertClose(consensus[t], run.Best, $"consensus[{t}]");
            if (t == 0)
            {
                AssertParticles(example, "particlesAfterFirstStep", run);
            }
        }

        AssertParticles(example, "finalParticles", run);
    }

    [Fact]
    [Trait("Row", "20")]
    public void On_rastrigin_a_hundred_particles_agree_on_the_global_minimum_for_nine_seeds_of_ten()
    {
        var (function, found) = (new Rastrigin(), 0);
        for (var seed = 0ul; seed < 50; seed++)
        {
            var settings = new Cbo.Settings { Spread = 4, UniformStart = true, Drift = 1, Exploration = 1, TimeStep = 0.1, Selectivity = 30 };
            var run = new Cbo().Start(new Problem([0, 0], 100, 1, new Geometry.Flat()), settings, (purpose, round) => Noise.Philox(seed, purpose, round));
            for (var step = 0; step < 100; step++)
            {
                run.Value(x => function.Value(x));
            }

            found += Reduce.Norm(run.Best) < 0.1 ? 1 : 0;
        }

        Assert.InRange(found, 45, 50);
    }

    [Theory]
    [Trait("Row", "20")]
    [InlineData(Cbo.RankWeights.Best)]
    [InlineData(Cbo.RankWeights.Weighted)]
    public void Rankings_alone_lead_to_the_minimum_of_the_sphere(Cbo.RankWeights ranked)
    {
        var settings = new Cbo.Settings { Ranked = ranked, Particles = 30, Spread = 3 };
        var run = new Cbo().Start(new Problem([1, -1, 2], 6, 6, new Geometry.Flat()), settings, (purpose, round) => Noise.Philox(5, purpose, round));
        for (var round = 0; round < 100; round++)
        {
            run.Rank(x => x.Sum(v => v * v), 30);
        }

        Assert.InRange(Reduce.SumOfSquares(run.Best), 0, 0.01);
    }

    [Fact]
    [Trait("Row", "20")]
    public void A_very_selective_consensus_of_values_is_the_best_particle_as_from_a_ranking()
    {
        IRun Start(Cbo.Settings settings) =>
            new Cbo().Start(new Problem([1, -1, 2], 8, 8, new Geometry.Flat()), settings, (purpose, round) => Noise.Philox(6, purpose, round));
        var values = Start(new Cbo.Settings { Selectivity = 1e6 });
        var ranks = Start(new Cbo.Settings { Ranked = Cbo.RankWeights.Best });
        for (var round = 0; round < 10; round++)
        {
            values.Value(x => x.Sum(v => v * v));
            ranks.Rank(x => x.Sum(v => v * v));
            Assert.Equal(ranks.Best.ToArray(), values.Best.ToArray());
        }
    }

    private static void AssertParticles(ReferenceCase example, string name, IRun run) =>
        example.AssertClose([.. example.Expected.Rows(name).SelectMany(row => row)], run.Vector("particles"), name);
}
