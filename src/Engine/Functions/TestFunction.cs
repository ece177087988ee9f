namespace Ranking.Engine.Functions;

/// <summary>
/// A function with a known minimum to try optimisers on. Values are finite wherever coordinates are moderate, inside
/// and outside the domain: the domain is where it is searched and drawn, not a bound.
/// </summary>
public abstract class TestFunction
{
    /// <summary>The smallest dimension it is defined for.</summary>
    public virtual int MinDimension => 1;

    /// <summary>The largest dimension it is offered for.</summary>
    public virtual int MaxDimension => 1_000_000;

    /// <summary>Where it is usually searched and drawn: the same interval for every coordinate.</summary>
    public abstract (double Lower, double Upper) Domain { get; }

    /// <summary>f(x), at least 0 where the definition has its minimum at 0.</summary>
    public abstract double Value(ReadOnlySpan<double> x);

    /// <summary>Writes ∇f(x); at a kink, a limit of gradients nearby.</summary>
    public abstract void Gradient(ReadOnlySpan<double> x, Span<double> gradient);

    /// <summary>A point where the function is smallest; the first one where there are several.</summary>
    public abstract double[] Minimum(int dimension);

    /// <summary>The point where runs start unless another is chosen.</summary>
    public abstract double[] Start(int dimension);

    /// <summary>Whether the function is defined for this dimension.</summary>
    public bool Admits(int dimension) => dimension >= MinDimension && dimension <= MaxDimension;

    /// <summary>A point with the same number in every coordinate.</summary>
    protected static double[] Uniform(int dimension, double coordinate)
    {
        var point = new double[dimension];
        Array.Fill(point, coordinate);
        return point;
    }
}
