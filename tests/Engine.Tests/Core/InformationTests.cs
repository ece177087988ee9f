namespace Ranking.Engine.Tests.Core;

[Trait("Row", "161")]
public sealed class InformationTests
{
    private static readonly Catalog<IOptimizer> Optimizers = new();

    [Theory]
    [InlineData("zo-rank-sgd", Information.Rankings)]
    [InlineData("zo-sgd", Information.Values)]
    [InlineData("lbfgs", Information.Gradients)]
    [InlineData("lazy-newton", Information.Curvature)]
    [InlineData("adahessian", Information.Curvature)]
    public void Every_optimiser_has_its_place_in_the_order_of_information(string key, Information needs) => Assert.Equal(needs, Optimizers[key].Needs);

    [Fact]
    public void Who_needs_more_is_given_more()
    {
        foreach (var entry in Optimizers.Entries)
        {
            var optimizer = Optimizers[entry.Key];
            var wants = optimizer.Start(new Problem([1, 2, 3], 6, 3, new Geometry.Flat()), default, 1).Query.Wants;
            var least = optimizer.Needs switch { Information.Rankings => JudgementKind.Ranking, Information.Values => JudgementKind.Values, _ => JudgementKind.Gradients };
            Assert.True(wants.HasFlag(least), $"{entry.Key} needs {optimizer.Needs} and asks for {wants}");
        }
    }
}
