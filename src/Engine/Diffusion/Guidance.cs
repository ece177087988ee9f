using System.Numerics.Tensors;

namespace Ranking.Engine.Diffusion;

/// <summary>Classifier-free guidance (arXiv:2207.12598), with the rescaling of arXiv:2305.08891, section 3.4.</summary>
public static class Guidance
{
    /// <summary>Moves from the answer without the prompt towards, and past, the answer with it.</summary>
    /// <param name="unconditional">The answer to the negative (or empty) prompt, of one sample.</param>
    /// <param name="conditional">The answer to the prompt.</param>
    /// <param name="scale">1 is the prompt alone, 0 the negative prompt alone; usual are 3 to 8.</param>
    /// <param name="rescale">The share, 0 to 1, by which the result's spread is brought back to the conditional answer's.</param>
    /// <param name="guided">Receives unconditional + scale·(conditional - unconditional); may be one of the inputs.</param>
    public static void Combine(ReadOnlySpan<double> unconditional, ReadOnlySpan<double> conditional, double scale, double rescale, Span<double> guided)
    {
        var spread = rescale == 0 ? 0 : Spread(conditional);
        for (var i = 0; i < guided.Length; i++)
        {
            guided[i] = unconditional[i] + (scale * (conditional[i] - unconditional[i]));
        }

        if (rescale != 0)
        {
            TensorPrimitives.Multiply(guided, (rescale * spread / Spread(guided)) + (1 - rescale), guided);
        }
    }

    private static double Spread(ReadOnlySpan<double> values)
    {
        var mean = 0.0;
        foreach (var value in values)
        {
            mean += value / values.Length;
        }

        var sum = 0.0;
        foreach (var value in values)
        {
            sum += (value - mean) * (value - mean);
        }

        return Math.Sqrt(sum / values.Length);
    }
}
