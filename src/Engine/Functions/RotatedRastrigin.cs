namespace Ranking.Engine.Functions;

/// <summary>Rastrigin's function in a rotated frame.</summary>
[Entry("rotated-rastrigin", "Rotated Rastrigin", Summary = "A grid of local minima that does not follow the axes.",
    Formula = "f(x) = 10 d + Σ zᵢ² − 10 cos 2πzᵢ, z = Rx, R a fixed rotation",
    Source = "Hansen, Finck, Ros, Auger: Real-Parameter Black-Box Optimization Benchmarking 2009, f15")]
public sealed class RotatedRastrigin() : Rotated(new Rastrigin());
