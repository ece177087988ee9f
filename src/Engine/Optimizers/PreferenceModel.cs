using System.ComponentModel.DataAnnotations;

namespace Ranking.Engine.Optimizers;

/// <summary>The settings of the Gaussian process that stands for a judge's liking.</summary>
public abstract record PreferenceModel
{
    /// <summary>The standard deviation of points around the start.</summary>
    [Range(1e-6, 1000.0), LogScale, Display(Name = "Spread", Description = "Standard deviation of the points around the start that are thought possible, in units of the point.")]
    public double Spread { get; init; } = 1;

    /// <summary>σ.</summary>
    [Range(0.01, 10.0), LogScale, Display(Name = "Judge's error", Description = "Standard deviation σ of the judge's error, as a share of how much liking varies over the space.")]
    public double Noise { get; init; } = 0.1;

    /// <summary>ε.</summary>
    [Range(0.001, 10.0), LogScale, Advanced, Display(Name = "Tie width", Description = "How close two candidates tie, ε, as a share of how much liking varies over the space.")]
    public double TieWidth { get; init; } = 0.02;

    /// <summary>How many points are remembered.</summary>
    [Range(16, 1000), Advanced, Display(Name = "Memory", Description = "How many shown points are remembered; the oldest are forgotten first. Work grows with the cube.")]
    public int Memory { get; init; } = 48;
}
