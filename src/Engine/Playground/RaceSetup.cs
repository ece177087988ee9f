using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;
using System.Text.Json;

namespace Ranking.Engine.Playground;

/// <summary>A catalogue entry with its settings.</summary>
/// <param name="Key">The entry's key.</param>
/// <param name="Settings">Its settings; members left out take their defaults.</param>
public sealed record Pick(string Key, JsonElement Settings = default);

/// <summary>Everything a race depends on: the same set-up gives the same trajectories bit for bit.</summary>
/// <param name="Function">The key of a test function that admits two dimensions.</param>
/// <param name="StartX">The first coordinate of the point where all start.</param>
/// <param name="StartY">The second coordinate of the point where all start.</param>
/// <param name="Optimizers">Who takes part; an optimiser may take part twice with other settings.</param>
/// <param name="Rankings">The oracle that answers those who want rankings.</param>
/// <param name="Values">The oracle that answers those who want values, and gives the values beside gradients.</param>
/// <param name="Rules">The numbers that hold for all.</param>
public sealed record RaceSetup(
    string Function, double StartX, double StartY, ImmutableArray<Pick> Optimizers, Pick Rankings, Pick Values, RaceRules Rules);

/// <summary>The numbers of a race that hold for all who take part.</summary>
public sealed record RaceRules
{
    /// <summary>How many evaluations each optimiser has.</summary>
    [Range(20, 20_000), LogScale, Display(Name = "Evaluations", Description = "What each optimiser may spend. A candidate counts as one, a gradient too.")]
    public int Budget { get; init; } = 500;

    /// <summary>m.</summary>
    [Range(2, 32), Display(Name = "Candidates per round", Description = "How many points m a round compares, for methods that do not fix it.")]
    public int Candidates { get; init; } = 6;

    /// <summary>k.</summary>
    [Range(1, 32), Display(Name = "Places ranked", Description = "How many of the m are put in order, k; at most m.")]
    public int RankTop { get; init; } = 3;

    /// <summary>σ of the gradients.</summary>
    [Range(0.0, 1000.0), LogScale, Display(Name = "Gradient noise", Description = "Standard deviation of the error in each entry of a gradient.")]
    public double GradientNoise { get; init; }

    /// <summary>The seed.</summary>
    [Range(0, int.MaxValue), Display(Name = "Seed", Description = "The same seed gives the same race.")]
    public int Seed { get; init; } = 17;
}
