namespace Ranking.Engine.Functions;

/// <summary>f(x) = -20 exp(-0.2 √(mean xᵢ²)) - exp(mean cos 2πxᵢ) + 20 + e.</summary>
[Entry("ackley", "Ackley", Summary = "An almost flat, rippled plain around a narrow funnel.",
    Formula = "f(x) = −20 exp(−0.2 √(mean xᵢ²)) − exp(mean cos 2πxᵢ) + 20 + e",
    Source = "Ackley: A Connectionist Machine for Genetic Hillclimbing, 1987")]
public sealed class Ackley : TestFunction
{
    /// <inheritdoc/>
    public override (double Lower, double Upper) Domain => (-5, 5);

    /// <inheritdoc/>
    public override double Value(ReadOnlySpan<double> x)
    {
        var (root, waves) = Means(x);
        return (20 * (1 - Math.Exp(-0.2 * root))) + Math.E - Math.Exp(waves);
    }

    /// <inheritdoc/>
    public override void Gradient(ReadOnlySpan<double> x, Span<double> gradient)
    {
        var (root, waves) = Means(x);
        var (funnel, ripple) = (Math.Exp(-0.2 * root), Math.Exp(waves));
        for (var i = 0; i < x.Length; i++)
        {
            var slope = root > 0 ? 4 * funnel * x[i] / root : 0;
            gradient[i] = (slope + (2 * Math.PI * ripple * Math.Sin(2 * Math.PI * x[i]))) / x.Length;
        }
    }

    private static (double Root, double Waves) Means(ReadOnlySpan<double> x)
    {
        var waves = 0.0;
        foreach (var v in x)
        {
            waves += Math.Cos(2 * Math.PI * v);
        }

        return (Math.Sqrt(Reduce.SumOfSquares(x) / x.Length), waves / x.Length);
    }

    /// <inheritdoc/>
    public override double[] Minimum(int dimension) => new double[dimension];

    /// <inheritdoc/>
    public override double[] Start(int dimension) => Uniform(dimension, 3.3);
}
