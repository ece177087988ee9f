namespace Ranking.Engine.Optimizers;

/// <summary>What a verdict about a whole batch does to how far its candidates lie apart.</summary>
internal static class Widening
{
    private const double Factor = 1.5;
    private const double Widest = 8;

    /// <summary>Wider when all looked alike, narrower when all were broken, else 1.</summary>
    public static double Of(Verdict? verdict) => verdict switch
    {
        Verdict.AllAlike => Factor,
        Verdict.AllBroken => 1 / Factor,
        _ => 1,
    };

    /// <summary>For methods whose own spread is a setting: the factor on it after one more verdict, from 1/8 to 8.</summary>
    public static double After(double factor, Verdict? verdict) => Math.Clamp(factor * Of(verdict), 1 / Widest, Widest);

    /// <summary>For methods that adapt their spread: kept away from 0 and from infinity.</summary>
    public static double Bounded(double sigma) => Math.Clamp(sigma, 1e-150, 1e100);
}
