namespace Ranking.Engine.Functions;

/// <summary>f(x) = Σ 100 (xᵢ₊₁ - xᵢ²)² + (1 - xᵢ)².</summary>
[Entry("rosenbrock", "Rosenbrock", Summary = "A long curved valley: easy to reach, slow to follow.",
    Formula = "f(x) = Σ 100 (xᵢ₊₁ − xᵢ²)² + (1 − xᵢ)²",
    Source = "Rosenbrock: An automatic method for finding the greatest or least value of a function, 1960")]
public sealed class Rosenbrock : TestFunction
{
    /// <inheritdoc/>
    public override int MinDimension => 2;

    /// <inheritdoc/>
    public override (double Lower, double Upper) Domain => (-2.048, 2.048);

    /// <inheritdoc/>
    public override double Value(ReadOnlySpan<double> x)
    {
        var sum = 0.0;
        for (var i = 0; i + 1 < x.Length; i++)
        {
            var (bend, rest) = (x[i + 1] - (x[i] * x[i]), 1 - x[i]);
            sum += (100 * bend * bend) + (rest * rest);
        }

        return sum;
    }

    /// <inheritdoc/>
    public override void Gradient(ReadOnlySpan<double> x, Span<double> gradient)
    {
        gradient.Clear();
        for (var i = 0; i + 1 < x.Length; i++)
        {
            var bend = x[i + 1] - (x[i] * x[i]);
            gradient[i] -= (400 * bend * x[i]) + (2 * (1 - x[i]));
            gradient[i + 1] += 200 * bend;
        }
    }

    /// <inheritdoc/>
    public override double[] Minimum(int dimension) => Uniform(dimension, 1);

    /// <inheritdoc/>
    public override double[] Start(int dimension) => [.. Enumerable.Range(0, dimension).Select(i => i % 2 == 0 ? -1.2 : 1)];
}
