using System.Text.Json;

namespace Ranking.Engine.Spaces;

/// <summary>Turns points into something to look at: a catalogue entry that settings open.</summary>
public interface ISpace : IConfigurable
{
    /// <summary>Makes the space ready, loading what it needs.</summary>
    /// <exception cref="SettingsException">The settings are refused, an unknown model or function included.</exception>
    Task<IOpenSpace> OpenAsync(JsonElement settings, CancellationToken cancel = default);
}

/// <summary>A picture or other sample as it is stored and served.</summary>
/// <param name="Bytes">The file's content.</param>
/// <param name="MediaType">Its media type, such as <c>image/png</c>.</param>
public sealed record Artifact(ReadOnlyMemory<byte> Bytes, string MediaType);

/// <summary>A space that is ready to be searched. Safe to use from several sessions at once.</summary>
public interface IOpenSpace : IAsyncDisposable
{
    /// <summary>Numbers per point.</summary>
    int Dimension { get; }

    /// <summary>Where points may be.</summary>
    Geometry Geometry { get; }

    /// <summary>Whether points can be shown as pictures here.</summary>
    bool Renders { get; }

    /// <summary>Whether another program makes the pictures and sends them.</summary>
    bool AwaitsPictures => false;

    /// <summary>How many batches may be asked for at the same time; more than one where they share the device's work.</summary>
    int Lanes => 1;

    /// <summary>What is worth knowing about how points are shown, a sentence each; more is known after a batch than before.</summary>
    IReadOnlyList<string> Notes => [];

    /// <summary>Writes the point where a session with this seed starts.</summary>
    void Start(Noise noise, Span<double> point);

    /// <summary>The known truth at a point, lower is better; null where only people can tell.</summary>
    double? Value(ReadOnlySpan<double> point) => null;

    /// <summary>Shows several points, all in one batch where the device allows it.</summary>
    /// <param name="points">count × <see cref="Dimension"/>, row-major.</param>
    /// <param name="count">How many points.</param>
    /// <param name="done">Called for each finished picture with its index; not at the same time from two threads.</param>
    /// <param name="progress">Receives the finished share of the work, 0 to 1.</param>
    /// <param name="cancel">Stops the work at the next step.</param>
    Task RenderAsync(ReadOnlyMemory<double> points, int count, Action<int, Artifact> done, IProgress<double>? progress = null, CancellationToken cancel = default);

    /// <summary>As <see cref="RenderAsync"/>, and shows on the way what pictures are becoming, where it takes long and that is known.</summary>
    /// <param name="points">count × <see cref="Dimension"/>, row-major.</param>
    /// <param name="count">How many points.</param>
    /// <param name="done">Called for each finished picture with its index; not at the same time from two threads.</param>
    /// <param name="glimpse">Called with a small picture of what a point is becoming, and its index; never at the same time as <paramref name="done"/>.</param>
    /// <param name="progress">Receives the finished share of the work, 0 to 1.</param>
    /// <param name="cancel">Stops the work at the next step.</param>
    Task RenderWatchedAsync(
        ReadOnlyMemory<double> points, int count, Action<int, Artifact> done, Action<int, Artifact> glimpse,
        IProgress<double>? progress = null, CancellationToken cancel = default) => RenderAsync(points, count, done, progress, cancel);
}
