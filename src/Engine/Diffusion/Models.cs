using System.Collections.Concurrent;
using Ranking.Engine.Schedulers;

namespace Ranking.Engine.Diffusion;

/// <summary>A loaded model that is in use. Disposing gives it back.</summary>
public sealed class ModelLease : IDisposable
{
    private Action? _giveBack;

    internal ModelLease(DiffusionPipeline pipeline, Action giveBack) => (Pipeline, _giveBack) = (pipeline, giveBack);

    /// <summary>The model.</summary>
    public DiffusionPipeline Pipeline { get; }

    /// <inheritdoc/>
    public void Dispose() => Interlocked.Exchange(ref _giveBack, null)?.Invoke();
}

/// <summary>
/// The diffusion models below some folders, and those of them that are loaded. What nobody has used for some minutes is
/// let go of, and its memory with it.
/// </summary>
/// <param name="roots">Where to look; folders that are not there are passed over. The last takes the models that are imported.</param>
/// <param name="device"><c>auto</c>, <c>cpu</c> or <c>cuda</c>; null is <c>auto</c>.</param>
/// <param name="time">The clock; null is the system's.</param>
public sealed class Models(IEnumerable<string> roots, string? device = null, TimeProvider? time = null) : IDisposable
{
    private const int DeepestSearch = 3;
    private const int SmallPicture = 256 * 256;

    private static readonly TimeSpan Idle = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMinutes(1);

    private readonly string[] _roots = [.. roots];
    private readonly Lazy<Device> _device = new(() => Device.Choose(device));
    private readonly Catalog<Scheduler> _schedulers = new();
    private readonly TimeProvider _time = time ?? TimeProvider.System;
    private readonly ConcurrentDictionary<string, int> _differences = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, (int Pictures, bool AtSteps)> _sharing = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Entry> _open = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _importing = new(1);
    private ITimer? _looking;

    /// <summary>What runs the networks, and why. Found out when first asked for.</summary>
    public Device Device => _device.Value;

    /// <summary>The models as they are on disk now, whole or not, by name.</summary>
    public IReadOnlyList<ModelFolder> List() =>
    [
        .. _roots.SelectMany(root => Find(root, DeepestSearch).Select(path => Read(root, path)))
            .DistinctBy(folder => folder.Name).OrderBy(folder => folder.Name, StringComparer.Ordinal),
    ];

    /// <summary>The model with a name.</summary>
    /// <exception cref="SettingsException">There is none, or it cannot be used; the message says why.</exception>
    public ModelFolder Find(string name)
    {
        var all = List();
        var found = all.FirstOrDefault(folder => folder.Name == name)
            ?? throw Refusal($"There is no model {name}; known are {string.Join(", ", all.Select(folder => folder.Name))}.");
        return found.Problem is null ? found : throw Refusal($"The model {name} cannot be used: {found.Problem}");
    }

    /// <summary>Takes a model from a zip archive into the last root; one at a time.</summary>
    /// <param name="archive">The archive; it must be able to seek.</param>
    /// <param name="name">What the model will be called.</param>
    /// <param name="progress">Receives the unpacked share, 0 to 1.</param>
    /// <param name="cancel">Stops the work; nothing is left behind.</param>
    /// <exception cref="SettingsException">The archive or the name is refused; the message says why.</exception>
    public async Task<ModelFolder> ImportAsync(Stream archive, string name, IProgress<double>? progress = null, CancellationToken cancel = default)
    {
        await _importing.WaitAsync(cancel);
        try
        {
            if (List().Any(folder => folder.Name == name))
            {
                throw new InvalidDataException($"There is a model {name} already.");
            }

            Directory.CreateDirectory(_roots[^1]);
            return await ModelArchive.UnpackAsync(archive, _roots[^1], name, _schedulers, progress, cancel);
        }
        catch (Exception error) when (error is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            throw Refusal(error is InvalidDataException ? error.Message : $"The model could not be stored: {error.Message}");
        }
        finally
        {
            _importing.Release();
        }
    }

    /// <summary>Whether a model is loaded now.</summary>
    public bool IsLoaded(ModelFolder folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        lock (_gate)
        {
            return _open.TryGetValue(folder.Location, out var entry) && entry.Opening is { IsValueCreated: true, Value.IsCompletedSuccessfully: true };
        }
    }

    /// <summary>
    /// The largest difference, in levels of 255, between the same picture made alone and in a batch, as it was measured last;
    /// null before. Small models are measured when they are loaded.
    /// </summary>
    public int? BatchDifference(ModelFolder folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        return _differences.TryGetValue(folder.Location, out var levels) ? levels : null;
    }

    /// <summary>
    /// How many pictures of all sessions together go through a model's networks in one call, as it was measured when the
    /// model was loaded, and whether they join each other at every step or only where they begin together; null before.
    /// </summary>
    public (int Pictures, bool AtSteps)? Sharing(ModelFolder folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        return _sharing.TryGetValue(folder.Location, out var sharing) ? sharing : null;
    }

    /// <summary>Measures <see cref="BatchDifference"/>, loading the model for it.</summary>
    /// <exception cref="SettingsException">It cannot be loaded; the message says why.</exception>
    public async Task<int> MeasureAsync(ModelFolder folder, CancellationToken cancel = default)
    {
        using var lease = await OpenAsync(folder, cancel);
        return _differences[folder.Location] = await lease.Pipeline.BatchDifferenceAsync(cancel);
    }

    /// <summary>Loads a model, or gives the one that is loaded.</summary>
    /// <exception cref="SettingsException">It cannot be loaded; the message says why. The next call tries again.</exception>
    public async Task<ModelLease> OpenAsync(ModelFolder folder, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(folder);
        Entry? entry;
        lock (_gate)
        {
            _looking ??= _time.CreateTimer(_ => Unload(), null, BetweenLooks, BetweenLooks);
            if (!_open.TryGetValue(folder.Location, out entry))
            {
                _open.Add(folder.Location, entry = new Entry(new(() => Task.Run(() => LoadAsync(folder), CancellationToken.None))));
            }

            entry.Leases++;
        }

        try
        {
            return new ModelLease(await entry.Opening.Value.WaitAsync(cancel), () => GiveBack(entry));
        }
        catch (Exception error)
        {
            GiveBack(entry);
            if (error is not (InvalidDataException or InsufficientMemoryException))
            {
                throw;
            }

            lock (_gate)
            {
                if (_open.GetValueOrDefault(folder.Location) == entry)
                {
                    _open.Remove(folder.Location);
                }
            }

            throw Refusal($"The model {folder.Name} cannot be used: {error.Message}");
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _looking?.Dispose();
        _importing.Dispose();
        foreach (var entry in _open.Values)
        {
            entry.Close();
        }
    }

    private void GiveBack(Entry entry)
    {
        lock (_gate)
        {
            entry.Leases--;
            entry.Returned = _time.GetTimestamp();
        }
    }

    private void Unload()
    {
        KeyValuePair<string, Entry>[] idle;
        lock (_gate)
        {
            idle = [.. _open.Where(pair => pair.Value.Leases == 0 && _time.GetElapsedTime(pair.Value.Returned) >= Idle)];
            foreach (var (location, _) in idle)
            {
                _open.Remove(location);
            }
        }

        foreach (var (_, entry) in idle)
        {
            entry.Close();
        }
    }

    // A small model is compared with itself in a batch at once; the others when somebody asks.
    private async Task<DiffusionPipeline> LoadAsync(ModelFolder folder)
    {
        var pipeline = new DiffusionPipeline(folder, Device, _schedulers);
        var isSmall = folder.Width * folder.Height <= SmallPicture;
        if (Device.Provider == "cpu" || isSmall)
        {
            await pipeline.MeasureAsync(isSmall);
        }

        if (isSmall)
        {
            _differences[folder.Location] = await pipeline.BatchDifferenceAsync();
        }

        _sharing[folder.Location] = (pipeline.Largest, pipeline.JoinsAtSteps);
        return pipeline;
    }

    private static SettingsException Refusal(string why) => new(new Dictionary<string, string[]> { ["model"] = [why] });

    private static IEnumerable<string> Find(string folder, int depth)
    {
        if (!Directory.Exists(folder))
        {
            return [];
        }

        return ModelFolder.IsModel(folder) ? [folder]
            : depth == 0 ? []
            : Directory.EnumerateDirectories(folder).Where(inner => !Path.GetFileName(inner).StartsWith('.')).Order(StringComparer.Ordinal).SelectMany(inner => Find(inner, depth - 1));
    }

    // A root that is itself a model is called by its own name.
    private ModelFolder Read(string root, string path)
    {
        var name = Path.GetRelativePath(root, path).Replace('\\', '/');
        return ModelFolder.Read(path, name == "." ? Path.GetFileName(Path.TrimEndingDirectorySeparator(path)) : name, _schedulers);
    }

    private sealed class Entry(Lazy<Task<DiffusionPipeline>> opening)
    {
        public Lazy<Task<DiffusionPipeline>> Opening { get; } = opening;

        public int Leases { get; set; }

        public long Returned { get; set; }

        public void Close()
        {
            if (Opening is { IsValueCreated: true, Value.IsCompletedSuccessfully: true })
            {
                Opening.Value.Result.Dispose();
            }
        }
    }
}
