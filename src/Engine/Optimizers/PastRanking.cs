using System.Numerics.Tensors;

namespace Ranking.Engine.Optimizers;

/// <summary>The direction of descent that an earlier ranking showed, and where it was asked.</summary>
/// <param name="Centre">The incumbent that was perturbed.</param>
/// <param name="Direction">The direction.</param>
public sealed record PastRanking(double[] Centre, double[] Direction)
{
    /// <summary>
    /// The mean of a new direction and earlier ones, which has less variance than the new one alone. Rankings look at
    /// the landscape through perturbations of length μ√d: a ranking that was asked at a distance r counts
    /// 1/(1 + r²/μ²d) as much as the new one, for farther away the landscape falls in other directions.
    /// </summary>
    /// <param name="direction">The new direction.</param>
    /// <param name="past">The earlier rankings.</param>
    /// <param name="centre">The present incumbent.</param>
    /// <param name="smoothing">μ.</param>
    public static double[] Mean(double[] direction, IEnumerable<PastRanking> past, double[] centre, double smoothing)
    {
        ArgumentNullException.ThrowIfNull(direction);
        ArgumentNullException.ThrowIfNull(past);
        var (mean, total) = (direction.AsSpan().ToArray(), 1.0);
        foreach (var ranking in past)
        {
            var distance = Reduce.Distance(ranking.Centre, centre) / smoothing;
            var weight = 1 / (1 + (distance * distance / mean.Length));
            TensorPrimitives.MultiplyAdd(ranking.Direction, weight, mean, mean);
            total += weight;
        }

        TensorPrimitives.Divide(mean, total, mean);
        return mean;
    }
}
