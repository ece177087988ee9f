using System.IO.Compression;
using System.Text.RegularExpressions;
using Ranking.Engine.Schedulers;

namespace Ranking.Engine.Diffusion;

/// <summary>
/// Unpacks a model that somebody sent as a zip archive: only files that a model needs, nothing outside its own folder,
/// never more than the archive's size can honestly hold, and in place only when the model is whole.
/// </summary>
public static partial class ModelArchive
{
    private const int MostEntries = 2_000;
    private const int BufferSize = 1 << 17;

    // Weights hardly shrink; configuration files and vocabularies shrink about tenfold.
    private const long MostGrowth = 20;
    private const long SmallChange = 1 << 24;

    private const int LinkMode = 0xA000;
    private const int KindOfFile = 0xF000;

    private static readonly string[] Wanted = [".onnx", ".onnx_data", ".data", ".pb", ".json", ".txt"];

    /// <summary>Unpacks an archive into a folder below a model root.</summary>
    /// <param name="archive">The zip file; it must be able to seek.</param>
    /// <param name="root">The model root.</param>
    /// <param name="name">What the model will be called: letters, digits, dots, hyphens and underscores, at most 100.</param>
    /// <param name="schedulers">The samplers there are.</param>
    /// <param name="progress">Receives the unpacked share, 0 to 1.</param>
    /// <param name="cancel">Stops between two pieces; nothing is left behind.</param>
    /// <exception cref="InvalidDataException">The archive is refused, in one sentence; nothing of it is left behind.</exception>
    public static async Task<ModelFolder> UnpackAsync(
        Stream archive, string root, string name, Catalog<Scheduler> schedulers, IProgress<double>? progress = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(archive);
        if (!Name().IsMatch(name))
        {
            throw new InvalidDataException("A model's name begins with a letter or a digit and has letters, digits, dots, hyphens and underscores only, at most 100.");
        }

        var (target, incoming) = (Path.Combine(root, name), Path.Combine(root, $".incoming-{name}"));
        if (Directory.Exists(target))
        {
            throw new InvalidDataException($"There is a model {name} already.");
        }

        Remove(incoming);
        try
        {
            await UnpackAsync(archive, incoming, progress, cancel);
            var folder = ModelFolder.Read(incoming, name, schedulers);
            if (!ModelFolder.IsModel(incoming) || folder.Problem is not null)
            {
                throw new InvalidDataException(folder.Problem ?? "The archive holds no diffusion model in the ONNX layout.");
            }

            Directory.Move(incoming, target);
            return ModelFolder.Read(target, name, schedulers);
        }
        finally
        {
            Remove(incoming);
        }
    }

    private static async Task UnpackAsync(Stream archive, string folder, IProgress<double>? progress, CancellationToken cancel)
    {
        var left = (MostGrowth * archive.Length) + SmallChange;
        ZipArchive zip;
        try
        {
            zip = new ZipArchive(archive, ZipArchiveMode.Read, leaveOpen: true);
        }
        catch (InvalidDataException error)
        {
            throw new InvalidDataException("This is not a zip archive, or it is damaged.", error);
        }

        using (zip)
        {
            var files = Files(zip);
            var (prefix, all, done) = (Prefix(files), files.Sum(file => file.Length), 0L);
            if (all > left)
            {
                throw new InvalidDataException("The archive says that it grows more than twentyfold, which no model does.");
            }

            var buffer = new byte[BufferSize];
            foreach (var file in files.Where(file => file.FullName.StartsWith(prefix, StringComparison.Ordinal)))
            {
                var path = Path.Combine(folder, file.FullName[prefix.Length..].Replace('/', Path.DirectorySeparatorChar));
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                await using var from = await file.OpenAsync(cancel);
                await using var to = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, BufferSize, useAsync: true);
                for (int read; (read = await from.ReadAsync(buffer, cancel)) > 0;)
                {
                    // What the directory says of a file's length may be a lie: what counts is what comes.
                    left -= read;
                    if (left < 0)
                    {
                        throw new InvalidDataException("The archive grows more than twentyfold, which no model does.");
                    }

                    await to.WriteAsync(buffer.AsMemory(0, read), cancel);
                    progress?.Report(all > 0 ? Math.Min(1, (double)(done += read) / all) : 1);
                }
            }
        }
    }

    private static ZipArchiveEntry[] Files(ZipArchive zip)
    {
        if (zip.Entries.Count > MostEntries)
        {
            throw new InvalidDataException($"The archive has {zip.Entries.Count} entries; a model has at most {MostEntries}.");
        }

        foreach (var entry in zip.Entries)
        {
            var isLink = ((entry.ExternalAttributes >> 16) & KindOfFile) == LinkMode;
            if (isLink || Path.IsPathRooted(entry.FullName) || entry.FullName.AsSpan().ContainsAny("\\:\0") || entry.FullName.Split('/').Contains(".."))
            {
                throw new InvalidDataException($"The archive has an entry that leads elsewhere: {Printable(entry.FullName)}.");
            }
        }

        return [.. zip.Entries.Where(entry => Wanted.Contains(Path.GetExtension(entry.FullName), StringComparer.OrdinalIgnoreCase))];
    }

    // Archives often hold one folder with the model in it.
    private static string Prefix(ZipArchiveEntry[] files)
    {
        var index = files.Select(file => file.FullName).Where(name => name.Split('/') is [.., "scheduler", "scheduler_config.json"]).MinBy(name => name.Length)
            ?? throw new InvalidDataException("The archive holds no scheduler/scheduler_config.json: it is no diffusion model in the ONNX layout.");
        return index[..^"scheduler/scheduler_config.json".Length];
    }

    private static string Printable(string name) => new([.. name.Take(80).Select(c => char.IsControl(c) ? '?' : c)]);

    private static void Remove(string folder)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [GeneratedRegex("^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$")]
    private static partial Regex Name();
}
