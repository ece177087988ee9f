using Ranking.Engine.Tests.Optimizers;

namespace Ranking.Engine.Tests.Core;

public sealed class ReduceTests
{
    // The order that sums have had since the first session: eight running sums, the rest added to the first.
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(29)]
    [InlineData(1003)]
    public void A_dot_product_is_eight_running_sums_combined_in_pairs(int length)
    {
        var (a, b, s) = (Examples.Normals(length, 1), Examples.Normals(length, 2), new double[8]);
        for (var i = 0; i < length; i++)
        {
            s[i < length / 8 * 8 ? i % 8 : 0] += a[i] * b[i];
        }

        Assert.Equal(((s[0] + s[1]) + (s[2] + s[3])) + ((s[4] + s[5]) + (s[6] + s[7])), Reduce.Dot(a, b));
    }

    [Fact]
    public void A_weighted_sum_of_a_batch_adds_candidate_after_candidate()
    {
        const int Dimension = 5000;
        var points = Examples.Normals(3 * Dimension, 4);
        var sum = Examples.Normals(Dimension, 5);
        var expected = sum.Select((x, j) => (points[(2 * Dimension) + j] * -2.5) + ((points[j] * 0.3) + x)).ToArray();
        new ReadOnlyBatch(points, 3, Dimension).AddWeighted([0.3, 0, -2.5], sum);
        Assert.Equal(expected, sum);
    }
}
