using System.ComponentModel.DataAnnotations;
using System.Text.Json;

namespace Ranking.Engine.Spaces;

/// <summary>Points that another program turns into samples: it judges them itself, or sends pictures of them for others to judge.</summary>
[Entry("external", "External", Summary = "Points for another program: it reads them over REST and says which are better, or sends pictures of them.")]
public sealed class ExternalSpace : ISpace
{
    /// <summary>Where sessions start.</summary>
    public enum Origin
    {
        /// <summary>At zero.</summary>
        Zeros,

        /// <summary>At a standard normal point drawn from the session's seed.</summary>
        Normal,
    }

    /// <summary>The settings of an external space.</summary>
    public sealed record Settings
    {
        /// <summary>d.</summary>
        [Range(1, 1_000_000), LogScale, Display(Name = "Dimension", Description = "How many numbers d a point has.")]
        public int Dimension { get; init; } = 10;

        /// <summary>Where sessions start.</summary>
        [Display(Name = "Start", Description = "Start at zero (zeros) or at a standard normal point drawn from the session's seed (normal).")]
        public Origin Start { get; init; } = Origin.Zeros;

        /// <summary>Whether pictures are sent.</summary>
        [Display(Name = "Pictures", Description = "Another program sends a picture of every point; a batch waits until all of its pictures are there.")]
        public bool Pictures { get; init; }
    }

    /// <inheritdoc/>
    public SettingsSchema Schema => SettingsSchema.Of(typeof(Settings));

    /// <inheritdoc/>
    public Task<IOpenSpace> OpenAsync(JsonElement settings, CancellationToken cancel = default) =>
        Task.FromResult<IOpenSpace>(new Open((Settings)Schema.Read(settings)));

    private sealed class Open(Settings settings) : IOpenSpace
    {
        public int Dimension => settings.Dimension;

        public Geometry Geometry { get; } = new Geometry.Flat();

        public bool Renders => false;

        public bool AwaitsPictures => settings.Pictures;

        public void Start(Noise noise, Span<double> point)
        {
            if (settings.Start == Origin.Normal)
            {
                noise.Normal(0, point);
            }
            else
            {
                point.Clear();
            }
        }

        public Task RenderAsync(ReadOnlyMemory<double> points, int count, Action<int, Artifact> done, IProgress<double>? progress = null, CancellationToken cancel = default) =>
            Task.FromException(new InvalidOperationException("Pictures of an external space are made elsewhere."));

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
