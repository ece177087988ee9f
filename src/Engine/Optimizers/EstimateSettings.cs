using System.ComponentModel.DataAnnotations;

namespace Ranking.Engine.Optimizers;

/// <summary>Which values a difference is taken of.</summary>
public enum Difference
{
    /// <summary>Of a perturbed point and the present one: m - 1 directions from m points.</summary>
    Forward,

    /// <summary>Of two opposite points: m/2 directions from m points.</summary>
    Central,
}

/// <summary>Where directions are drawn.</summary>
public enum Distribution
{
    /// <summary>Standard normal.</summary>
    Gaussian,

    /// <summary>Uniform on the unit sphere.</summary>
    Sphere,
}

/// <summary>The settings of methods that estimate a gradient from values along random directions.</summary>
public abstract record EstimateSettings : StepSettings
{
    /// <summary>μ.</summary>
    [Range(1e-8, 100.0), LogScale, Display(Name = "Perturbation", Description = "How far μ the points of a difference lie from the present one.")]
    public double Smoothing { get; init; } = 0.01;

    /// <summary>Forward or central differences.</summary>
    [Display(Name = "Difference", Description = "Forward differences use m points for m - 1 directions, central ones for m/2, more accurately.")]
    public virtual Difference Form { get; init; } = Difference.Forward;

    /// <summary>Where directions are drawn.</summary>
    [Advanced, Display(Name = "Directions", Description = "Standard normal directions (gaussian) or unit ones times d (sphere).")]
    public virtual Distribution Directions { get; init; } = Distribution.Gaussian;

    /// <summary>How many blocks take turns.</summary>
    [Range(1, 1024), Advanced, Display(Name = "Blocks", Description = "Cut the coordinates into so many blocks and perturb and move one of them each round, in turn; 1 moves all.")]
    public int Blocks { get; init; } = 1;

    /// <summary>The share of coordinates that are perturbed.</summary>
    [Range(0.0001, 1.0), LogScale, Advanced, Display(Name = "Perturbed share", Description = "The share of the coordinates that a round perturbs and moves, drawn anew each round; 1 perturbs all.")]
    public double PerturbedShare { get; init; } = 1;
}
