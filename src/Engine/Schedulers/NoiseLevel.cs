namespace Ranking.Engine.Schedulers;

/// <summary>A noisy sample is <c>Signal</c> · clean + <c>Noise</c> · standard normal.</summary>
/// <param name="Signal">The factor of the clean picture.</param>
/// <param name="Noise">The factor of the noise.</param>
public readonly record struct NoiseLevel(double Signal, double Noise)
{
    /// <summary>σ, the noise in a sample whose clean picture has the factor 1.</summary>
    public double Sigma => Noise / Signal;

    /// <summary>λ = log(signal / noise), half the logarithm of the signal-to-noise ratio.</summary>
    public double Lambda => Math.Log(Signal / Noise);

    /// <summary>The variance-preserving level of a cumulative alpha ᾱ: signal √ᾱ and noise √(1-ᾱ).</summary>
    public static NoiseLevel OfAlpha(double alphaCumprod) => new(Math.Sqrt(alphaCumprod), Math.Sqrt(1 - alphaCumprod));

    /// <summary>The variance-preserving level with a given σ.</summary>
    public static NoiseLevel OfSigma(double sigma)
    {
        var signal = 1 / Math.Sqrt((sigma * sigma) + 1);
        return new NoiseLevel(signal, sigma * signal);
    }
}
