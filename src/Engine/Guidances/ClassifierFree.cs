using System.Numerics.Tensors;

namespace Ranking.Engine.Guidances;

/// <summary>Classifier-free guidance (arXiv:2207.12598), with the rescaling of arXiv:2305.08891, section 3.4.</summary>
[Entry("classifier-free", "Classifier-free", Summary = "Past the wanted answer, away from the unwanted; two network calls per step.", Source = "arXiv:2207.12598")]
public sealed class ClassifierFree : Guidance
{
    /// <inheritdoc/>
    public override Guide Begin(GuidanceRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        return new Plain(run.Settings);
    }

    /// <summary>Moves from the reference towards, and past, the wanted answer.</summary>
    /// <param name="reference">The answer to the negative (or empty) prompt, of one sample.</param>
    /// <param name="wanted">The answer to the prompt.</param>
    /// <param name="scale">1 is the prompt alone, 0 the negative prompt alone; usual are 3 to 8.</param>
    /// <param name="rescale">The share, 0 to 1, by which the result's spread is brought back to the wanted answer's.</param>
    /// <param name="guided">Receives reference + scale·(wanted - reference); may be one of the inputs.</param>
    public static void Combine(ReadOnlySpan<double> reference, ReadOnlySpan<double> wanted, double scale, double rescale, Span<double> guided)
    {
        var spread = rescale == 0 ? 0 : Spread(wanted);
        for (var i = 0; i < guided.Length; i++)
        {
            guided[i] = reference[i] + (scale * (wanted[i] - reference[i]));
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

    private sealed class Plain(GuidanceSettings settings) : Guide
    {
        public override int Reference(int call, int sample) => settings.Scale == 1 ? Prompt.None : Prompt.Negative;

        public override void Combine(int call, int sample, ReadOnlySpan<double> x, ReadOnlySpan<double> reference, ReadOnlySpan<double> wanted, Span<double> guided)
        {
            if (reference.IsEmpty)
            {
                wanted.CopyTo(guided);
                return;
            }

            ClassifierFree.Combine(reference, wanted, settings.Scale, settings.Rescale, guided);
        }
    }
}
