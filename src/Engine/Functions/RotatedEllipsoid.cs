namespace Ranking.Engine.Functions;

/// <summary>The ellipsoid in a rotated frame.</summary>
[Entry("rotated-ellipsoid", "Rotated ellipsoid", Summary = "The ellipsoid in a rotated frame: all coordinates depend on each other.",
    Formula = "f(x) = Σ 10^(6i/(d−1)) zᵢ², i from 0, z = Rx, R a fixed rotation",
    Source = "Hansen, Finck, Ros, Auger: Real-Parameter Black-Box Optimization Benchmarking 2009, f10")]
public sealed class RotatedEllipsoid() : Rotated(new Ellipsoid());
