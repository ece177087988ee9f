namespace Ranking.Engine.Schedulers;

/// <summary>
/// The pieces of an exponential-integrator step between two levels: exact in the linear part of the equation, a Taylor
/// polynomial of the estimate in λ for the rest (DPM-Solver, arXiv:2206.00927, and DPM-Solver++, arXiv:2211.01095).
/// The forms for estimates of the clean picture and of the noise differ in the sign of h and in the factors.
/// </summary>
/// <param name="from">Where the step starts.</param>
/// <param name="to">Where it ends.</param>
/// <param name="isClean">Whether estimates are of the clean picture (DPM-Solver++), else of the noise.</param>
internal readonly struct ExponentialStep(NoiseLevel from, NoiseLevel to, bool isClean)
{
    private readonly double _factor = isClean ? to.Signal : to.Noise;

    /// <summary>The factor of the sample.</summary>
    public double Sample { get; } = isClean ? to.Noise / from.Noise : to.Signal / from.Signal;

    /// <summary>h, the step in λ.</summary>
    public double Length { get; } = to.Lambda - from.Lambda;

    /// <summary>∓h, the exponent of the integral.</summary>
    public double Exponent => isClean ? -Length : Length;

    /// <summary>
    /// The factor of the estimate, factor·(1 - exp(∓h)), written without the exponential: it stays finite where the
    /// last step removes all noise.
    /// </summary>
    public double Zeroth => _factor - (isClean ? to.Noise * from.Signal / from.Noise : to.Signal * from.Noise / from.Signal);

    /// <summary>The factor of h times the estimate's first derivative in λ.</summary>
    public double First => -_factor * Phi2(Exponent);

    /// <summary>The factor of h² times the estimate's second derivative in λ.</summary>
    public double Second => -_factor * Phi3(Exponent);

    /// <summary>The factor of what <see cref="UniPc"/> calls B(h) times a difference of estimates.</summary>
    public double Factor => _factor;

    // (exp(g) - 1)/g - 1; the first terms of its series where the quotient has lost its digits.
    private static double Phi2(double g) => Math.Abs(g) < 1e-5 ? (g / 2) + (g * g / 6) : ((Math.Exp(g) - 1) / g) - 1;

    // (exp(g) - 1 - g)/g² - 1/2.
    private static double Phi3(double g) => Math.Abs(g) < 1e-4 ? (g / 6) + (g * g / 24) : (Phi2(g) / g) - 0.5;
}
