using System.Numerics.Tensors;

namespace Ranking.Engine.Optimizers;

/// <summary>
/// One comparison as a statement about the ideal point x: the winner a is nearer to it than the loser b, which is
/// n·x &gt; o with n = (a - b)/|a - b| and o = n·(a + b)/2. What was learned from it is a Gaussian factor of n·x.
/// </summary>
/// <param name="Normal">n, in the coordinates of the posterior; missing coordinates are 0.</param>
/// <param name="Offset">o.</param>
/// <param name="Gap">|a - b|.</param>
/// <param name="Winner">a's place in its batch.</param>
/// <param name="Loser">b's place in its batch.</param>
/// <param name="Precision">The factor's precision.</param>
/// <param name="Shift">The factor's precision times its mean.</param>
public sealed record HalfSpace(double[] Normal, double Offset, double Gap, int Winner, int Loser, double Precision, double Shift);

/// <summary>The half-spaces of one judged batch, with what is needed to say how sharp they are.</summary>
/// <param name="Centre">The mean of the candidates, in coordinates.</param>
/// <param name="Radius">The root mean square distance of the candidates from their mean.</param>
/// <param name="Weight">How many agreeing judges the answer counts for.</param>
/// <param name="HalfSpaces">One for each compared pair.</param>
public sealed record JudgedBatch(double[] Centre, double Radius, double Weight, HalfSpace[] HalfSpaces)
{
    /// <summary>
    /// The half-spaces of a weak order. Between two neighbouring tiers every member is compared with at least one of
    /// the other tier; the other pairs follow.
    /// </summary>
    /// <param name="points">The candidates in coordinates.</param>
    /// <param name="comparisons">What the judges said.</param>
    public static JudgedBatch Of(double[][] points, Comparisons comparisons)
    {
        var tiers = comparisons.Order().GroupBy(comparisons.NetWins).Select(tier => tier.ToArray()).ToArray();
        var halfSpaces = new List<HalfSpace>();
        for (var tier = 0; tier + 1 < tiers.Length; tier++)
        {
            var (better, worse) = (tiers[tier], tiers[tier + 1]);
            for (var i = 0; i < Math.Max(better.Length, worse.Length); i++)
            {
                if (Between(points, better[i % better.Length], worse[i % worse.Length]) is { } halfSpace)
                {
                    halfSpaces.Add(halfSpace);
                }
            }
        }

        var centre = new double[points[0].Length];
        foreach (var point in points)
        {
            TensorPrimitives.MultiplyAdd(point, 1.0 / points.Length, centre, centre);
        }

        var squares = 0.0;
        foreach (var point in points)
        {
            var distance = Reduce.Distance(point, centre);
            squares += distance * distance / points.Length;
        }

        return new JudgedBatch(centre, Math.Sqrt(squares), Agreement(comparisons, tiers), [.. halfSpaces]);
    }

    /// <summary>
    /// The standard deviation of the objective over the batch if the ideal point has the given mean and lies on average
    /// <paramref name="distance"/>·√dimension from the batch's centre.
    /// </summary>
    public double Spread(ReadOnlySpan<double> mean, double distance)
    {
        // The objective is |x - ideal|², of which every half-space tells the difference of two candidates.
        var values = new Dictionary<int, double>();
        foreach (var halfSpace in HalfSpaces)
        {
            var difference = 2 * halfSpace.Gap * (Reduce.Dot(halfSpace.Normal, mean[..halfSpace.Normal.Length]) - halfSpace.Offset);
            if (values.TryGetValue(halfSpace.Loser, out var loser))
            {
                values.TryAdd(halfSpace.Winner, loser - difference);
            }
            else
            {
                values.TryAdd(halfSpace.Winner, 0);
                values[halfSpace.Loser] = values[halfSpace.Winner] + difference;
            }
        }

        var average = values.Values.Sum() / values.Count;
        var variance = values.Values.Sum(value => (value - average) * (value - average)) / values.Count;
        return Math.Sqrt(variance + (4 * Radius * Radius * distance * distance));
    }

    /// <summary>The same batch once the first coordinates are no longer uncertain and are left out.</summary>
    /// <param name="count">How many coordinates go.</param>
    /// <param name="values">The ideal point's coordinates that are taken for certain.</param>
    public JudgedBatch Without(int count, ReadOnlySpan<double> values)
    {
        var kept = new HalfSpace[HalfSpaces.Length];
        for (var i = 0; i < kept.Length; i++)
        {
            var halfSpace = HalfSpaces[i];
            var constant = Reduce.Dot(halfSpace.Normal.AsSpan(0, count), values[..count]);
            kept[i] = halfSpace with
            {
                Normal = halfSpace.Normal[count..],
                Offset = halfSpace.Offset - constant,
                Shift = halfSpace.Shift - (halfSpace.Precision * constant),
            };
        }

        return this with { Centre = Centre[count..], HalfSpaces = kept };
    }

    /// <summary>The same batch in coordinates whose origin has moved.</summary>
    public JudgedBatch Moved(ReadOnlySpan<double> by)
    {
        var centre = Centre.AsSpan().ToArray();
        TensorPrimitives.Subtract(centre, by[..centre.Length], centre);
        var moved = new HalfSpace[HalfSpaces.Length];
        for (var i = 0; i < moved.Length; i++)
        {
            var halfSpace = HalfSpaces[i];
            var along = Reduce.Dot(halfSpace.Normal, by[..halfSpace.Normal.Length]);
            moved[i] = halfSpace with { Offset = halfSpace.Offset - along, Shift = halfSpace.Shift - (halfSpace.Precision * along) };
        }

        return this with { Centre = centre, HalfSpaces = moved };
    }

    private static HalfSpace? Between(double[][] points, int winner, int loser)
    {
        var normal = new double[points[winner].Length];
        TensorPrimitives.Subtract(points[winner], points[loser], normal);
        var gap = Reduce.Norm(normal);
        if (!(gap > 1e-150))
        {
            return null;
        }

        TensorPrimitives.Divide(normal, gap, normal);
        var offset = (Reduce.Dot(normal, points[winner]) + Reduce.Dot(normal, points[loser])) / 2;
        return new HalfSpace(normal, offset, gap, winner, loser, 0, 0);
    }

    // Judges who contradict each other cancel in the net wins, so their sum says for how many agreeing judges they count.
    private static double Agreement(Comparisons comparisons, int[][] tiers)
    {
        var (said, single, above) = (0, 0, 0);
        foreach (var tier in tiers)
        {
            var below = comparisons.Candidates - above - tier.Length;
            said += tier.Sum(candidate => Math.Abs(comparisons.NetWins(candidate)));
            single += tier.Length * Math.Abs(below - above);
            above += tier.Length;
        }

        return single == 0 ? 1 : (double)said / single;
    }
}
