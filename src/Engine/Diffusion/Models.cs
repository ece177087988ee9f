using System.Collections.Concurrent;
using Ranking.Engine.Schedulers;

namespace Ranking.Engine.Diffusion;

/// <summary>The diffusion models below some folders, and those of them that are loaded.</summary>
/// <param name="roots">Where to look; folders that are not there are passed over. The last takes the models that are imported.</param>
/// <param name="device"><c>auto</c>, <c>cpu</c> or <c>cuda</c>; null is <c>auto</c>.</param>
public sealed class Models(IEnumerable<string> roots, string? device = null) : IDisposable
{
    private const int DeepestSearch = 3;
    private const int SmallPicture = 256 * 256;

    private readonly string[] _roots = [.. roots];
    private readonly Lazy<Device> _device = new(() => Device.Choose(device));
    private readonly Catalog<Scheduler> _schedulers = new();
    private readonly ConcurrentDictionary<string, Lazy<Task<DiffusionPipeline>>> _open = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _importing = new(1);

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

    /// <summary>The model if it is loaded now; else null.</summary>
    public DiffusionPipeline? Loaded(ModelFolder folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        return _open.TryGetValue(folder.Location, out var opening) && opening.IsValueCreated && opening.Value.IsCompletedSuccessfully ? opening.Value.Result : null;
    }

    /// <summary>Loads a model, or gives the one that is loaded.</summary>
    /// <exception cref="SettingsException">It cannot be loaded; the message says why. The next call tries again.</exception>
    public async Task<DiffusionPipeline> OpenAsync(ModelFolder folder)
    {
        var opening = _open.GetOrAdd(folder.Location, _ => new(() => Task.Run(() => LoadAsync(folder))));
        try
        {
            return await opening.Value;
        }
        catch (InvalidDataException error)
        {
            _open.TryRemove(KeyValuePair.Create(folder.Location, opening));
            throw Refusal($"The model {folder.Name} cannot be used: {error.Message}");
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _importing.Dispose();
        foreach (var opening in _open.Values.Where(o => o.IsValueCreated && o.Value.IsCompletedSuccessfully))
        {
            opening.Value.Result.Dispose();
        }
    }

    // A small model is measured at once; the others when somebody asks.
    private async Task<DiffusionPipeline> LoadAsync(ModelFolder folder)
    {
        var pipeline = new DiffusionPipeline(folder, Device, _schedulers);
        if (folder.Width * folder.Height <= SmallPicture)
        {
            await pipeline.MeasureBatchDifferenceAsync();
        }

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
}
