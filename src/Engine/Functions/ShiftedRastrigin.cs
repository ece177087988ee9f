namespace Ranking.Engine.Functions;

/// <summary>Rastrigin's function, moved.</summary>
[Entry("shifted-rastrigin", "Shifted Rastrigin", Summary = "A grid of local minima with the best one away from zero.",
    Source = "Suganthan et al.: Problem Definitions and Evaluation Criteria for the CEC 2005 Special Session, 2005")]
public sealed class ShiftedRastrigin() : Shifted(new Rastrigin());
