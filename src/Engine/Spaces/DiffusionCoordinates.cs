using Ranking.Engine.Diffusion;

namespace Ranking.Engine.Spaces;

/// <summary>
/// What the numbers of a point in a diffusion space are, in this order: the initial noise, settings of the guidance, and
/// moves of the prompt. All but the noise start at 0, where pictures are those of the settings as they are.
/// </summary>
internal sealed class DiffusionCoordinates
{
    // Three of these double the guidance more than once, and leave the prompt unrecognisable.
    private const double Bound = 3;

    private readonly DiffusionSpace.Settings _settings;
    private readonly GuidanceCoordinate[] _guidance;
    private readonly string[] _towards;
    private readonly double[]? _fixedNoise;
    private readonly int _latent;

    private DiffusionCoordinates(DiffusionSpace.Settings settings, int latent, string[] towards)
    {
        (_settings, _guidance, _towards, _latent) = (settings, GuidanceCoordinate.Of(settings), towards, settings.SearchNoise ? latent : 0);
        var more = _guidance.Length + towards.Length + settings.PromptTurns;
        Count = _latent + more;
        if (!settings.SearchNoise)
        {
            _fixedNoise = new double[latent];
            Noise.Philox((ulong)settings.NoiseSeed, Purpose.Begin, 0).Normal(0, _fixedNoise);
            Shell.Project(_fixedNoise);
        }

        Geometry = more == 0 ? Shell
            : settings.SearchNoise ? new Geometry.ShellAndBox(latent, settings.Shell, Bound)
            : new Geometry.Box(-Bound, Bound);
    }

    /// <summary>How many there are.</summary>
    public int Count { get; }

    /// <summary>Where they may be.</summary>
    public Geometry Geometry { get; }

    private Geometry Shell => _settings.Shell ? new Geometry.Shell() : new Geometry.Flat();

    /// <summary>The coordinates that settings ask for.</summary>
    /// <exception cref="SettingsException">They ask for none, or for one that changes nothing.</exception>
    public static DiffusionCoordinates Of(DiffusionSpace.Settings settings, ModelFolder folder)
    {
        var coordinates = new DiffusionCoordinates(
            settings, folder.Dimension, settings.PromptTowards.Split('|', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));
        return coordinates.Count > 0 ? coordinates : throw new SettingsException(new Dictionary<string, string[]>
        {
            ["searchNoise"] = ["Nothing is searched: leave the noise on, or turn a setting into a coordinate."],
        });
    }

    /// <summary>Writes the point where a session starts.</summary>
    public void Start(Noise noise, Span<double> point)
    {
        noise.Normal(0, point[.._latent]);
        point[_latent..].Clear();
        Geometry.Project(point);
    }

    /// <summary>The initial noise of points.</summary>
    public ReadOnlyMemory<double> Latents(ReadOnlyMemory<double> points, int count)
    {
        if (Count == _latent)
        {
            return points;
        }

        var size = _fixedNoise?.Length ?? _latent;
        var latents = new double[count * size];
        for (var i = 0; i < count; i++)
        {
            (_fixedNoise ?? points.Span.Slice(i * Count, _latent)).CopyTo(latents.AsSpan(i * size));
        }

        return latents;
    }

    /// <summary>How the picture of each point is made.</summary>
    /// <param name="points">count × <see cref="Count"/>, row-major.</param>
    /// <param name="count">How many points.</param>
    /// <param name="middle">How it is made where all but the noise are 0.</param>
    public IReadOnlyList<PictureRequest> Requests(ReadOnlyMemory<double> points, int count, PictureRequest middle) =>
        Count == _latent ? [.. Enumerable.Repeat(middle, count)] : [.. Enumerable.Range(0, count).Select(i => Request(points.Span.Slice((i * Count) + _latent, Count - _latent), middle))];

    private PictureRequest Request(ReadOnlySpan<double> settings, PictureRequest middle)
    {
        var guidance = middle.Guidance;
        for (var i = 0; i < _guidance.Length; i++)
        {
            guidance = _guidance[i].Moved(guidance, settings[i]);
        }

        var prompt = settings[_guidance.Length..];
        return middle with
        {
            Guidance = guidance,
            Middle = middle,
            Shift = prompt.IsEmpty ? null : new PromptShift([.. _towards], [.. prompt[.._towards.Length]], [.. prompt[_towards.Length..]], _settings.PromptReach),
        };
    }
}
