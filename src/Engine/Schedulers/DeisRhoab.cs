namespace Ranking.Engine.Schedulers;

/// <summary>DEIS with polynomials in ρ = noise/signal (ρAB-DEIS, arXiv:2204.13902, section 3.3): Adams-Bashforth in ρ.</summary>
[Entry("deis-rhoab", "DEIS ρAB", Summary = "DEIS with the noise extrapolated in the noise-to-signal ratio ρ.", Source = "arXiv:2204.13902")]
public sealed class DeisRhoab : Scheduler<Deis.Config>
{
    /// <inheritdoc/>
    public override IReadOnlyList<string> Names { get; } = [];

    /// <inheritdoc/>
    protected override SamplingPlan Plan(Deis.Config config, int steps) => Deis.PlanOf(config, steps, static (grid, i, nodes) =>
    {
        var rhos = Array.ConvertAll(nodes, call => grid.Levels[call].Sigma);
        return LagrangeWeights.Over(rhos, rhos[0], grid.Levels[i + 1].Sigma, static _ => 1);
    });
}
