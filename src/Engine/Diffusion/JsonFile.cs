using System.Text.Json;
using System.Text.RegularExpressions;

namespace Ranking.Engine.Diffusion;

/// <summary>Reads the JSON files of model folders, whose members are all optional.</summary>
internal static partial class JsonFile
{
    /// <summary>The content of a file.</summary>
    /// <exception cref="InvalidDataException">It is missing or not JSON.</exception>
    public static JsonElement Read(string file)
    {
        try
        {
            using var document = JsonDocument.Parse(NotANumber().Replace(File.ReadAllText(file), "null"));
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? document.RootElement.Clone()
                : throw new InvalidDataException($"{Name(file)} is not a JSON object.");
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new InvalidDataException($"{Name(file)} is missing.", error);
        }
        catch (Exception error) when (error is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new InvalidDataException($"{Name(file)} cannot be read: {error.Message}", error);
        }
    }

    /// <summary>The content of a file; an empty element where there is none.</summary>
    /// <exception cref="InvalidDataException">It is there and not JSON.</exception>
    public static JsonElement ReadOptional(string file) => File.Exists(file) ? Read(file) : default;

    /// <summary>Whether a member is there and not null.</summary>
    public static bool Has(this JsonElement element, string name, out JsonElement value)
    {
        value = default;
        return element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out value) && value.ValueKind != JsonValueKind.Null;
    }

    /// <summary>A number; null where it is not.</summary>
    public static double? Number(this JsonElement element, string name) =>
        element.Has(name, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetDouble() : null;

    /// <summary>A whole number between bounds; null where it is not.</summary>
    /// <exception cref="InvalidDataException">It is out of bounds, or broken.</exception>
    public static int? Whole(this JsonElement element, string name, int smallest, int largest) => element.Number(name) is not { } number ? null
        : number >= smallest && number <= largest && number == Math.Floor(number) ? (int)number
        : throw new InvalidDataException(FormattableString.Invariant($"The folder says {name} {number}; it must be a whole number from {smallest} to {largest}."));

    /// <summary>A text; null where it is not.</summary>
    public static string? Text(this JsonElement element, string name) =>
        element.Has(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    // Python's writer puts infinities and NaN into such files, which JSON does not have.
    [GeneratedRegex(@"(?<=:\s*)(-?Infinity|NaN)(?=\s*[,}])")]
    private static partial Regex NotANumber();

    private static string Name(string file) => $"{Path.GetFileName(Path.GetDirectoryName(file))}/{Path.GetFileName(file)}";
}
