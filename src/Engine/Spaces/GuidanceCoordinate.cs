using Ranking.Engine.Guidances;

namespace Ranking.Engine.Spaces;

/// <summary>A setting of the guidance that points of a diffusion space may hold: a coordinate that is 0 where the setting is as it was chosen.</summary>
/// <param name="Member">The switch that asks for it, as settings name it.</param>
/// <param name="Wanted">Whether settings ask for it.</param>
/// <param name="Method">The only guidance that reads the setting; null when all do.</param>
/// <param name="Moved">The guidance where the coordinate has a value.</param>
internal sealed record GuidanceCoordinate(
    string Member, Func<DiffusionSpace.Settings, bool> Wanted, string? Method, Func<GuidanceSettings, double, GuidanceSettings> Moved)
{
    private const double PerDoubling = 2;
    private const double PerRescale = 4;
    private const double PerParallel = 2;
    private const double PerMomentum = 4;

    private static readonly GuidanceCoordinate[] All =
    [
        new("searchGuidance", s => s.SearchGuidance, null, (g, x) => g with { Scale = Doubled(g.Scale, x) }),
        new("searchRescale", s => s.SearchRescale, null, (g, x) => g with { Rescale = Math.Clamp(g.Rescale + (x / PerRescale), 0, 1) }),
        new("searchParallel", s => s.SearchParallel, "projected", (g, x) => g with { ParallelWeight = Math.Clamp(g.ParallelWeight + (x / PerParallel), -1, 2) }),
        new("searchMomentum", s => s.SearchMomentum, "projected", (g, x) => g with { Momentum = Math.Clamp(g.Momentum + (x / PerMomentum), -1, 1) }),
        new("searchInterval", s => s.SearchInterval, "interval", (g, x) => g with { SigmaLow = Doubled(g.SigmaLow, x) }),
        new("searchInterval", s => s.SearchInterval, "interval", (g, x) => g with { SigmaHigh = Doubled(g.SigmaHigh, x) }),
    ];

    /// <summary>Those that settings ask for, in the order of a point's numbers.</summary>
    /// <exception cref="SettingsException">The chosen guidance does not read one of them.</exception>
    public static GuidanceCoordinate[] Of(DiffusionSpace.Settings settings)
    {
        var wanted = All.Where(coordinate => coordinate.Wanted(settings)).ToArray();
        var idle = wanted.Where(coordinate => coordinate.Method is { } method && method != settings.GuidanceMethod).DistinctBy(coordinate => coordinate.Member).ToArray();
        return idle.Length == 0 ? wanted : throw new SettingsException(idle.ToDictionary(
            coordinate => coordinate.Member, coordinate => new[] { $"Nothing would change: only the guidance {coordinate.Method} has this setting, not {settings.GuidanceMethod}." }));
    }

    private static double Doubled(double value, double coordinate) => value * Math.Pow(2, coordinate / PerDoubling);
}
