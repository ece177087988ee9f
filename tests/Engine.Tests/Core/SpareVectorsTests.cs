namespace Ranking.Engine.Tests.Core;

public sealed class SpareVectorsTests
{
    [Fact]
    public void What_is_given_back_is_taken_again_once()
    {
        var spare = new SpareVectors();
        var vector = spare.Take(3);
        spare.Give(vector);
        spare.Give(vector);
        spare.Give(null);
        Assert.NotSame(vector, spare.Take(4));
        Assert.Same(vector, spare.Take(3));
        Assert.NotSame(vector, spare.Take(3));
    }

    [Fact]
    public void Zeros_are_zeros_and_copies_are_copies()
    {
        var spare = new SpareVectors();
        spare.Give([1, 2]);
        Assert.Equal([0.0, 0], spare.TakeZeros(2));
        spare.Give([1, 2]);
        Assert.Equal([5.0, 6], spare.TakeCopy([5, 6]));
    }

    public static TheoryData<string, string> Ranked => new()
    {
        { "zo-rank-sgd", """{"variant":"constant"}""" },
        { "zo-rank-sgd", """{"variant":"constant","momentum":0.9}""" },
        { "zo-rank-sgd", """{"variant":"lineSearch"}""" },
        { "zo-rank-sgd", """{"variant":"interactive"}""" },
        { "openai-es", """{"update":"adam"}""" },
        { "openai-es", """{"update":"momentum"}""" },
        { "sign-opt", "{}" },
        { "lm-ma-es", "{}" },
        { "snes", "{}" },
        { "sep-cma-es", "{}" },
        { "scobo", "{}" },
        { "scobo", """{"lineSearch":false,"measurements":7}""" },
        { "gld-search", "{}" },
        { "gld-fast", "{}" },
        { "three-points", "{}" },
        { "one-plus-one-es", "{}" },
    };

    [Theory]
    [MemberData(nameof(Ranked))]
    public void A_warm_run_of_a_ranked_method_for_many_dimensions_allocates_no_vector(string key, string settings)
    {
        const int Dimension = 20_000;
        using var json = System.Text.Json.JsonDocument.Parse(settings);
        var run = new Catalog<IOptimizer>()[key].Start(new Problem(new double[Dimension], 6, 3, new Geometry.Flat()), json.RootElement, 1);
        var (block, most) = (new double[16 * Dimension], 0L);
        for (var round = 0; round < 60; round++)
        {
            var query = run.Query;
            var judgement = Judgement.Ranking.Of((round * 7) % query.Count);
            var before = GC.GetAllocatedBytesForCurrentThread();
            run.Ask(new Batch(block, query.Count, Dimension));
            run.Tell(judgement);
            most = round < 20 ? 0 : Math.Max(most, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.InRange(most, 0, Dimension);
    }
}
