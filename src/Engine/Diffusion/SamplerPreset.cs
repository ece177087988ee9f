using System.Collections.Immutable;
using System.Text.Json;

namespace Ranking.Engine.Diffusion;

/// <summary>Timesteps that a search found good for a model: a file of its folder <c>presets/</c>.</summary>
/// <param name="Name">The file's name without its ending.</param>
/// <param name="Sampler">The key of the sampler that they are for.</param>
/// <param name="Timesteps">Falling.</param>
/// <param name="Measure">What was scored.</param>
/// <param name="Score">Their score; lower is better.</param>
/// <param name="UniformScore">What as many evenly spread timesteps score.</param>
public sealed record SamplerPreset(string Name, string Sampler, ImmutableArray<int> Timesteps, PresetMeasure Measure, double Score, double UniformScore)
{
    private const string Folder = "presets";

    /// <summary>The timesteps as settings take them.</summary>
    public string Setting => string.Join(", ", Timesteps);

    /// <summary>The presets of a model, by name; files that are none are passed over.</summary>
    public static IReadOnlyList<SamplerPreset> ReadAll(ModelFolder folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        var path = folder.PathOf(Folder);
        return Directory.Exists(path)
            ? [.. Directory.EnumerateFiles(path, "*.json").Order(StringComparer.Ordinal).Select(Read).OfType<SamplerPreset>()]
            : [];
    }

    /// <summary>Writes it into a model's folder, in place of one of the same name.</summary>
    public void Save(ModelFolder folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        Directory.CreateDirectory(folder.PathOf(Folder));
        var file = folder.PathOf(Folder, Name + ".json");
        File.WriteAllText(file + ".new", JsonSerializer.Serialize(this, SettingsSchema.Json));
        File.Move(file + ".new", file, overwrite: true);
    }

    private static SamplerPreset? Read(string file)
    {
        try
        {
            var read = JsonFile.Read(file);
            return new SamplerPreset(
                Path.GetFileNameWithoutExtension(file),
                read.Text("sampler") ?? "",
                read.Has("timesteps", out var timesteps) ? timesteps.Deserialize<ImmutableArray<int>>() : [],
                Enum.TryParse<PresetMeasure>(read.Text("measure"), ignoreCase: true, out var measure) ? measure : PresetMeasure.Fidelity,
                read.Number("score") ?? 0,
                read.Number("uniformScore") ?? 0) is { Timesteps.Length: > 0 } preset ? preset : null;
        }
        catch (Exception error) when (error is InvalidDataException or JsonException)
        {
            return null;
        }
    }
}
