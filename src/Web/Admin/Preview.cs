using System.Collections.Immutable;
using Ranking.Engine;
using Ranking.Engine.Sessions;
using Ranking.Engine.Spaces;

namespace Ranking.Web.Admin;

/// <summary>The first pictures that a study would show; nothing is kept.</summary>
/// <param name="Pictures">As data addresses; empty where the space makes no pictures.</param>
/// <param name="Wait">How long they took.</param>
/// <param name="Dimension">Numbers per point.</param>
/// <param name="Notes">What the space says about how they were made.</param>
public sealed record Preview(ImmutableArray<string> Pictures, TimeSpan Wait, int Dimension, IReadOnlyList<string> Notes)
{
    /// <summary>Makes the first round of a configuration.</summary>
    /// <exception cref="SettingsException">The space refuses its settings.</exception>
    public static async Task<Preview> OfAsync(SessionConfig config, Catalog<ISpace> spaces, Catalog<IOptimizer> optimizers, TimeProvider clock, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(spaces);
        ArgumentNullException.ThrowIfNull(optimizers);
        ArgumentNullException.ThrowIfNull(clock);
        await using var space = await spaces[config.Space.Key].OpenAsync(config.Space.Settings, cancel);
        var (points, count) = Ask(config, space, optimizers[config.Optimizer.Key]);
        if (!space.Renders)
        {
            return new Preview([], TimeSpan.Zero, space.Dimension, space.Notes);
        }

        var pictures = new string[count];
        var began = clock.GetTimestamp();
        await space.RenderAsync(points, count, (i, picture) => pictures[i] = $"data:{picture.MediaType};base64,{Convert.ToBase64String(picture.Bytes.Span)}", cancel: cancel);
        return new Preview([.. pictures], clock.GetElapsedTime(began), space.Dimension, space.Notes);
    }

    private static (double[] Points, int Count) Ask(SessionConfig config, IOpenSpace space, IOptimizer optimizer)
    {
        var start = new double[space.Dimension];
        space.Start(Noise.Philox(config.Seed, Purpose.Begin, 0), start);
        var run = optimizer.Start(new Problem(start, config.Candidates, config.RankTop, space.Geometry), config.Optimizer.Settings, config.Seed);
        var points = new double[run.Query.Count * space.Dimension];
        run.Ask(new Batch(points, run.Query.Count, space.Dimension));
        return (points, run.Query.Count);
    }
}
