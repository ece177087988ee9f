namespace Ranking.Engine.Functions;

/// <summary>Ackley's function, moved.</summary>
[Entry("shifted-ackley", "Shifted Ackley", Summary = "Ackley's function with its minimum away from zero.",
    Formula = "f(x) = −20 exp(−0.2 √(mean zᵢ²)) − exp(mean cos 2πzᵢ) + 20 + e, z = x − s",
    Source = "Suganthan et al.: Problem Definitions and Evaluation Criteria for the CEC 2005 Special Session, 2005")]
public sealed class ShiftedAckley() : Shifted(new Ackley());
