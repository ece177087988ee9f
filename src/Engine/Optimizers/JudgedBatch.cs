using System.Numerics.Tensors;

namespace Ranking.Engine.Optimizers;

/// <summary>
/// One judged batch as statements about the ideal point x. Candidate i is worth vᵢ = (|aᵢ - x|² - |c - x|²)/2R, less is
/// better, which is linear in x: vᵢ = oᵢ - δᵢ·x with δᵢ = (aᵢ - c)/R, c the candidates' mean and R their root mean square
/// distance from it.
/// </summary>
/// <param name="Centre">c, in the coordinates of the posterior; missing coordinates are 0.</param>
/// <param name="Deviations">δ, in the same coordinates.</param>
/// <param name="Offsets">o.</param>
/// <param name="Weight">How many agreeing judges the answer counts for.</param>
/// <param name="Noise">Standard deviation of the judge's error in v, as last fitted.</param>
/// <param name="Pairs">The compared candidates.</param>
public sealed record JudgedBatch(double[] Centre, double[][] Deviations, double[] Offsets, double Weight, double Noise, OrderedPair[] Pairs)
{
    /// <summary>
    /// The comparisons of a weak order. Between two neighbouring tiers every member is compared with at least one of
    /// the other tier; the other pairs follow.
    /// </summary>
    /// <param name="points">The candidates in coordinates.</param>
    /// <param name="comparisons">What the judges said.</param>
    public static JudgedBatch Of(double[][] points, Comparisons comparisons)
    {
        var centre = new double[points[0].Length];
        foreach (var point in points)
        {
            TensorPrimitives.MultiplyAdd(point, 1.0 / points.Length, centre, centre);
        }

        var squares = 0.0;
        foreach (var point in points)
        {
            var distance = Reduce.Distance(point, centre);
            squares += distance * distance;
        }

        var radius = Math.Sqrt(squares / points.Length);
        var (deviations, offsets) = (new double[points.Length][], new double[points.Length]);
        for (var i = 0; i < points.Length; i++)
        {
            deviations[i] = new double[centre.Length];
            if (radius > 0)
            {
                TensorPrimitives.Subtract(points[i], centre, deviations[i]);
                TensorPrimitives.Divide(deviations[i], radius, deviations[i]);
                offsets[i] = (Reduce.Dot(deviations[i], points[i]) + Reduce.Dot(deviations[i], centre)) / 2;
            }
        }

        var tiers = comparisons.Order().GroupBy(comparisons.NetWins).Select(tier => tier.ToArray()).ToArray();
        var pairs = new List<OrderedPair>();
        for (var tier = 0; tier + 1 < tiers.Length; tier++)
        {
            var (better, worse) = (tiers[tier], tiers[tier + 1]);
            for (var i = 0; i < Math.Max(better.Length, worse.Length); i++)
            {
                var (winner, loser) = (better[i % better.Length], worse[i % worse.Length]);
                if (!deviations[winner].AsSpan().SequenceEqual(deviations[loser]))
                {
                    pairs.Add(new OrderedPair(winner, loser, 0, 0));
                }
            }
        }

        return new JudgedBatch(centre, deviations, offsets, Agreement(comparisons, tiers), 0, [.. pairs]);
    }

    /// <summary>The candidates' worth if x is the ideal point.</summary>
    public double[] Values(double[] ideal)
    {
        var values = (double[])Offsets.Clone();
        for (var i = 0; i < values.Length; i++)
        {
            values[i] -= Reduce.Dot(Deviations[i], ideal.AsSpan(0, Deviations[i].Length));
        }

        return values;
    }

    /// <summary>The same batch once the first coordinates are no longer uncertain and are left out.</summary>
    /// <param name="count">How many coordinates go.</param>
    /// <param name="values">The ideal point's coordinates that are taken for certain.</param>
    public JudgedBatch Without(int count, ReadOnlySpan<double> values) =>
        Shifted(values[..count]) with { Centre = Centre[count..], Deviations = [.. Deviations.Select(deviation => deviation[count..])] };

    /// <summary>The same batch in coordinates whose origin has moved.</summary>
    public JudgedBatch Moved(ReadOnlySpan<double> by)
    {
        var centre = (double[])Centre.Clone();
        TensorPrimitives.Subtract(centre, by[..centre.Length], centre);
        return Shifted(by[..centre.Length]) with { Centre = centre };
    }

    private JudgedBatch Shifted(ReadOnlySpan<double> by)
    {
        var offsets = (double[])Offsets.Clone();
        for (var i = 0; i < offsets.Length; i++)
        {
            offsets[i] -= Reduce.Dot(Deviations[i].AsSpan(0, by.Length), by);
        }

        return this with { Offsets = offsets };
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
