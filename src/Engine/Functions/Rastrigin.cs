namespace Ranking.Engine.Functions;

/// <summary>f(x) = 10 d + Σ xᵢ² - 10 cos 2πxᵢ.</summary>
[Entry("rastrigin", "Rastrigin", Summary = "A bowl with a grid of deep local minima.",
    Formula = "f(x) = 10 d + Σ xᵢ² − 10 cos 2πxᵢ",
    Source = "Rastrigin: Systems of extremal control, 1974; generalised by Mühlenbein, Schomisch, Born, 1991")]
public sealed class Rastrigin : TestFunction
{
    /// <inheritdoc/>
    public override (double Lower, double Upper) Domain => (-5.12, 5.12);

    /// <inheritdoc/>
    public override double Value(ReadOnlySpan<double> x)
    {
        var sum = 0.0;
        foreach (var v in x)
        {
            sum += (v * v) + (10 * (1 - Math.Cos(2 * Math.PI * v)));
        }

        return sum;
    }

    /// <inheritdoc/>
    public override void Gradient(ReadOnlySpan<double> x, Span<double> gradient)
    {
        for (var i = 0; i < x.Length; i++)
        {
            gradient[i] = (2 * x[i]) + (20 * Math.PI * Math.Sin(2 * Math.PI * x[i]));
        }
    }

    /// <inheritdoc/>
    public override double[] Minimum(int dimension) => new double[dimension];

    /// <inheritdoc/>
    public override double[] Start(int dimension) => Uniform(dimension, 3.4);
}
