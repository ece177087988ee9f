namespace Ranking.Engine.Functions;

/// <summary>
/// f(x) = sin²(π w₁) + Σ (wᵢ - 1)² (1 + 10 sin²(π wᵢ + 1)) + (w_d - 1)² (1 + sin²(2π w_d)) with w = 1 + (x - 1)/4 and the
/// sum over all coordinates but the last.
/// </summary>
[Entry("levy", "Levy", Summary = "Waves over a bowl: a wrinkled valley with many local minima.",
    Formula = "f(x) = sin²(πw₁) + Σᵢ₌₁…d₋₁ (wᵢ − 1)² (1 + 10 sin²(πwᵢ + 1)) + (w_d − 1)² (1 + sin²(2πw_d)), w = 1 + (x − 1)/4",
    Source = "Laguna, Marti: Experimental Testing of Advanced Scatter Search Designs, 2005")]
public sealed class Levy : TestFunction
{
    /// <inheritdoc/>
    public override (double Lower, double Upper) Domain => (-10, 10);

    /// <inheritdoc/>
    public override double Value(ReadOnlySpan<double> x)
    {
        var sum = Squared(Math.Sin(Math.PI * Narrowed(x[0])));
        foreach (var coordinate in x[..^1])
        {
            var w = Narrowed(coordinate);
            sum += Squared(w - 1) * (1 + (10 * Squared(Math.Sin((Math.PI * w) + 1))));
        }

        var last = Narrowed(x[^1]);
        return sum + (Squared(last - 1) * (1 + Squared(Math.Sin(2 * Math.PI * last))));
    }

    /// <inheritdoc/>
    public override void Gradient(ReadOnlySpan<double> x, Span<double> gradient)
    {
        for (var i = 0; i < x.Length - 1; i++)
        {
            var w = Narrowed(x[i]);
            var wave = (Math.PI * w) + 1;
            gradient[i] = ((2 * (w - 1) * (1 + (10 * Squared(Math.Sin(wave))))) + (10 * Math.PI * Squared(w - 1) * Math.Sin(2 * wave))) / 4;
        }

        var last = Narrowed(x[^1]);
        gradient[^1] = ((2 * (last - 1) * (1 + Squared(Math.Sin(2 * Math.PI * last)))) + (2 * Math.PI * Squared(last - 1) * Math.Sin(4 * Math.PI * last))) / 4;
        gradient[0] += Math.PI * Math.Sin(2 * Math.PI * Narrowed(x[0])) / 4;
    }

    /// <inheritdoc/>
    public override double[] Minimum(int dimension) => Uniform(dimension, 1);

    /// <inheritdoc/>
    public override double[] Start(int dimension) => Uniform(dimension, -6);

    private static double Narrowed(double coordinate) => 1 + ((coordinate - 1) / 4);

    private static double Squared(double number) => number * number;
}
