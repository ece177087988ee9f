namespace Ranking.Engine.Diffusion;

/// <summary>What a prompt tells the denoiser.</summary>
/// <param name="Hidden">One row for each token, row-major.</param>
/// <param name="Rows">Tokens.</param>
/// <param name="Columns">Numbers per token.</param>
/// <param name="Pooled">One vector for the whole prompt; empty where the denoiser takes none.</param>
public sealed record Conditioning(double[] Hidden, int Rows, int Columns, double[] Pooled);

/// <summary>How a denoiser takes its prompt, read from its inputs.</summary>
public enum ConditioningKind
{
    /// <summary>The last hidden state of one text encoder: Stable Diffusion 1 and 2 and their distillations.</summary>
    Plain,

    /// <summary>The hidden states of two text encoders side by side, the second's pooled vector, and picture sizes: Stable Diffusion XL.</summary>
    Sized,

    /// <summary>
    /// The hidden states of two text encoders side by side, padded with zeros in place of a third encoder's, and both pooled
    /// vectors: Stable Diffusion 3, which was trained to do without its third encoder.
    /// </summary>
    Joint,
}
