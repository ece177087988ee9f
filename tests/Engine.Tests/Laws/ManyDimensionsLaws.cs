using System.Numerics.Tensors;

namespace Ranking.Engine.Tests.Laws;

/// <summary>What holds for every ranking method of the catalogue with a million numbers a point.</summary>
public sealed class ManyDimensionsLaws
{
    private const int Dimension = 1_000_000;

    private static readonly Catalog<IOptimizer> Optimizers = new();

    // The methods that keep d × d numbers.
    private static readonly string[] OfFewDimensions = ["cma-es", "nelder-mead", "xnes"];

    public static TheoryData<string> Keys => new(
        Optimizers.Entries.Select(entry => entry.Key).Where(key => (Optimizers[key].Accepts & JudgementKind.Ranking) != 0));

    [Theory]
    [MemberData(nameof(Keys))]
    public void A_point_of_a_million_numbers_is_asked_and_told_or_refused_at_the_start(string key)
    {
        var problem = new Problem(new double[Dimension], 3, 2, new Geometry.Flat());
        if (OfFewDimensions.Contains(key))
        {
            Assert.Throws<SettingsException>(() => Optimizers[key].Start(problem, default, 7));
            return;
        }

        var run = Optimizers[key].Start(problem, default, 7);
        var block = new double[run.Query.Count * Dimension];
        run.Ask(new Batch(block, run.Query.Count, Dimension));
        Assert.True(TensorPrimitives.IsFiniteAll<double>(block));
        run.Tell(Judgement.Ranking.Of(1));
        Assert.True(TensorPrimitives.IsFiniteAll(run.Best));
        Assert.Equal(1u, run.Round);
    }
}
