namespace Ranking.Engine.Functions;

/// <summary>Rastrigin's function, moved.</summary>
[Entry("shifted-rastrigin", "Shifted Rastrigin", Summary = "A grid of local minima with the best one away from zero.",
    Formula = "f(x) = 10 d + Σ zᵢ² − 10 cos 2πzᵢ, z = x − s",
    Source = "Suganthan et al.: Problem Definitions and Evaluation Criteria for the CEC 2005 Special Session, 2005")]
public sealed class ShiftedRastrigin() : Shifted(new Rastrigin());
