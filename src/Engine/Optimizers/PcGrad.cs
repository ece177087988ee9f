using System.Collections.Immutable;
using System.Numerics.Tensors;

namespace Ranking.Engine.Optimizers;

/// <summary>
/// The directions of several judges without what they contradict each other in: where two of them have a negative
/// product, each loses its part along the other (Yu et al.: Gradient Surgery for Multi-Task Learning, NeurIPS 2020,
/// arXiv 2001.06782).
/// </summary>
public static class PcGrad
{
    /// <summary>For each i: v = gᵢ, then for the others j in their order v ← v - (v·gⱼ/|gⱼ|²)gⱼ wherever v·gⱼ &lt; 0.</summary>
    /// <param name="directions">The directions g, all of one dimension.</param>
    /// <param name="order">In which order direction i meets the others; i itself may be among them.</param>
    public static double[][] Project(IReadOnlyList<double[]> directions, Func<int, IReadOnlyList<int>> order)
    {
        ArgumentNullException.ThrowIfNull(directions);
        ArgumentNullException.ThrowIfNull(order);
        var projected = new double[directions.Count][];
        for (var i = 0; i < projected.Length; i++)
        {
            var direction = directions[i].AsSpan().ToArray();
            foreach (var j in order(i))
            {
                if (j != i && Reduce.Dot(direction, directions[j]) is var product and < 0)
                {
                    TensorPrimitives.MultiplyAdd(directions[j], -product / Reduce.SumOfSquares(directions[j]), direction, direction);
                }
            }

            projected[i] = direction;
        }

        return projected;
    }

    /// <summary>The pairs i &lt; j whose directions have a negative product.</summary>
    public static ImmutableArray<(int First, int Second)> Conflicts(IReadOnlyList<double[]> directions)
    {
        ArgumentNullException.ThrowIfNull(directions);
        var pairs = ImmutableArray.CreateBuilder<(int, int)>();
        for (var i = 0; i < directions.Count; i++)
        {
            for (var j = i + 1; j < directions.Count; j++)
            {
                if (Reduce.Dot(directions[i], directions[j]) < 0)
                {
                    pairs.Add((i, j));
                }
            }
        }

        return pairs.ToImmutable();
    }
}
