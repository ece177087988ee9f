using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Ranking.Engine;

/// <summary>How a setting is entered.</summary>
public enum FieldKind
{
    /// <summary>A real number.</summary>
    Number,

    /// <summary>A whole number.</summary>
    Whole,

    /// <summary>On or off.</summary>
    Switch,

    /// <summary>One of a few words.</summary>
    Choice,

    /// <summary>Free text.</summary>
    Text,

    /// <summary>The hash of a picture on the server.</summary>
    Picture,
}

/// <summary>The setting moves by factors: forms step by 1, 2, 5.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class LogScaleAttribute : Attribute;

/// <summary>The setting seldom matters: forms fold it away.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class AdvancedAttribute : Attribute;

/// <summary>The setting, a text, is the key of an entry of a catalogue.</summary>
/// <param name="kind">The kind of entry.</param>
/// <param name="others">Words that are admitted besides.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class EntryKeyAttribute(Type kind, params string[] others) : Attribute
{
    /// <summary>The kind of entry.</summary>
    public Type Kind { get; } = kind;

    /// <summary>Words that are admitted besides.</summary>
    public IReadOnlyList<string> Others { get; } = others;

    /// <summary>What is admitted: the other words, then the keys in order.</summary>
    /// <param name="owner">The entry that the settings belong to, which is left out: it would contain itself without end.</param>
    public IEnumerable<string> Choices(Type? owner = null) =>
    [
        .. Others,
        .. Kind.Assembly.GetTypes().Where(type => !type.IsAbstract && type != owner && Kind.IsAssignableFrom(type))
            .Select(type => type.GetCustomAttribute<EntryAttribute>()?.Key).OfType<string>().Order(StringComparer.Ordinal),
    ];
}

/// <summary>A text that is the hash of a picture on the server: forms offer to send one.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class PictureAttribute : Attribute;

/// <summary>One setting, as its property declares it.</summary>
/// <param name="Key">The camelCase name in JSON.</param>
/// <param name="Kind">How it is entered.</param>
/// <param name="Title">Its name for people.</param>
/// <param name="Help">One line of help, with the symbol and the unit.</param>
/// <param name="Default">The default value as JSON.</param>
/// <param name="Minimum">Smallest admitted number, or shortest text.</param>
/// <param name="Maximum">Largest admitted number, or longest text.</param>
/// <param name="LogScale">Whether it moves by factors.</param>
/// <param name="Advanced">Whether forms fold it away.</param>
/// <param name="Choices">The admitted words of a choice.</param>
public sealed record Field(
    string Key, FieldKind Kind, string Title, string Help, JsonNode? Default,
    double? Minimum, double? Maximum, bool LogScale, bool Advanced, ImmutableArray<string> Choices);

/// <summary>Settings were refused.</summary>
public sealed class SettingsException(IReadOnlyDictionary<string, string[]> errors)
    : Exception(string.Join(" ", errors.SelectMany(e => e.Value)))
{
    /// <summary>For each refused member what is wrong with it.</summary>
    public IReadOnlyDictionary<string, string[]> Errors { get; } = errors;
}

/// <summary>
/// The settings of something, declared once by a record with <see cref="RangeAttribute"/>, <see cref="DisplayAttribute"/>,
/// <see cref="LogScaleAttribute"/> and defaults, and used for validation, JSON Schema, forms and documentation.
/// </summary>
public sealed class SettingsSchema
{
    /// <summary>How settings are read and written: camelCase, enums as words, strict numbers, unknown members refused.</summary>
    public static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.General)
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Disallow,
        Converters = { new System.Text.Json.Serialization.JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false) },
    };

    private static readonly ConcurrentDictionary<Type, SettingsSchema> Known = new();

    private readonly Type _type;
    private readonly Dictionary<string, (Field Field, PropertyInfo Property)> _members = new(StringComparer.Ordinal);

    private SettingsSchema(Type type)
    {
        _type = type;
        var defaults = Activator.CreateInstance(type)!;
        var properties = type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(p => p.CanWrite);
        foreach (var property in properties.OrderBy(p => p.DeclaringType == type))
        {
            var field = Describe(property, defaults);
            _members.Add(field.Key, (field, property));
        }

        Fields = [.. _members.Values.Select(m => m.Field)];
    }

    /// <summary>The settings, in the order of their declaration; those of a family come before a member's own.</summary>
    public ImmutableArray<Field> Fields { get; }

    /// <summary>The schema of a settings record.</summary>
    public static SettingsSchema Of(Type settings) => Known.GetOrAdd(settings, type => new SettingsSchema(type));

    /// <summary>Reads settings from JSON; members left out take their defaults.</summary>
    /// <exception cref="SettingsException">A member is unknown, of the wrong type or out of bounds.</exception>
    public object Read(JsonElement json)
    {
        if (json.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null)
        {
            return Activator.CreateInstance(_type)!;
        }

        if (json.ValueKind != JsonValueKind.Object)
        {
            throw new SettingsException(new Dictionary<string, string[]> { [""] = ["Settings are a JSON object."] });
        }

        var errors = new SortedDictionary<string, string[]>(StringComparer.Ordinal);
        var settings = Activator.CreateInstance(_type)!;
        foreach (var member in json.EnumerateObject())
        {
            if (!_members.TryGetValue(member.Name, out var known))
            {
                errors[member.Name] = [$"There is no setting {member.Name}; known are {string.Join(", ", _members.Keys)}."];
                continue;
            }

            try
            {
                known.Property.SetValue(settings, member.Value.Deserialize(known.Property.PropertyType, Json));
            }
            catch (JsonException)
            {
                errors[member.Name] = [Expectation(known.Field)];
            }
        }

        foreach (var (key, (field, property)) in _members)
        {
            if (!errors.ContainsKey(key) && !IsAdmitted(field, property.GetValue(settings)))
            {
                errors[key] = [Expectation(field)];
            }
        }

        if (errors.Count == 0 && settings is IValidatableObject whole)
        {
            foreach (var result in whole.Validate(new ValidationContext(settings)))
            {
                errors[JsonNamingPolicy.CamelCase.ConvertName(result.MemberNames.First())] = [result.ErrorMessage!];
            }
        }

        return errors.Count == 0 ? settings : throw new SettingsException(errors);
    }

    /// <summary>The settings as JSON, all members present.</summary>
    public JsonElement Write(object settings) => JsonSerializer.SerializeToElement(settings, _type, Json);

    /// <summary>The JSON Schema (2020-12) of the settings, as the REST catalogue publishes it.</summary>
    public JsonObject ToJsonSchema()
    {
        var properties = new JsonObject();
        foreach (var field in Fields)
        {
            var schema = new JsonObject
            {
                ["type"] = field.Kind switch
                {
                    FieldKind.Number => "number",
                    FieldKind.Whole => "integer",
                    FieldKind.Switch => "boolean",
                    _ => "string",
                },
                ["title"] = field.Title,
                ["description"] = field.Help,
                ["default"] = field.Default?.DeepClone(),
            };
            if (field.Kind == FieldKind.Choice)
            {
                schema["enum"] = new JsonArray([.. field.Choices.Select(c => (JsonNode)c)]);
            }

            var isText = field.Kind is FieldKind.Text or FieldKind.Picture;
            if (field.Minimum is { } minimum)
            {
                schema[isText ? "minLength" : "minimum"] = minimum;
            }

            if (field.Maximum is { } maximum)
            {
                schema[isText ? "maxLength" : "maximum"] = maximum;
            }

            if (field.LogScale)
            {
                schema["x-scale"] = "log";
            }

            properties[field.Key] = schema;
        }

        return new JsonObject { ["type"] = "object", ["properties"] = properties, ["additionalProperties"] = false };
    }

    private static Field Describe(PropertyInfo property, object defaults)
    {
        var type = property.PropertyType;
        var display = property.GetCustomAttribute<DisplayAttribute>()
            ?? throw new InvalidOperationException($"{property.DeclaringType}.{property.Name} needs a [Display] with a name and a description.");
        var range = property.GetCustomAttribute<RangeAttribute>();
        var length = property.GetCustomAttribute<StringLengthAttribute>();
        var entries = property.GetCustomAttribute<EntryKeyAttribute>();
        var kind = type == typeof(bool) ? FieldKind.Switch
            : type.IsEnum || entries is not null ? FieldKind.Choice
            : property.IsDefined(typeof(PictureAttribute)) ? FieldKind.Picture
            : type == typeof(string) ? FieldKind.Text
            : type == typeof(double) ? FieldKind.Number
            : type == typeof(int) ? FieldKind.Whole
            : throw new InvalidOperationException($"{property.DeclaringType}.{property.Name}: settings are double, int, bool, string or an enum.");
        return new Field(
            JsonNamingPolicy.CamelCase.ConvertName(property.Name),
            kind,
            display.Name ?? property.Name,
            display.Description ?? "",
            JsonSerializer.SerializeToNode(property.GetValue(defaults), type, Json),
            range is not null ? Convert.ToDouble(range.Minimum, CultureInfo.InvariantCulture) : length?.MinimumLength,
            range is not null ? Convert.ToDouble(range.Maximum, CultureInfo.InvariantCulture) : length?.MaximumLength,
            property.IsDefined(typeof(LogScaleAttribute)),
            property.IsDefined(typeof(AdvancedAttribute)),
            entries is not null ? [.. entries.Choices(property.DeclaringType?.DeclaringType)]
            : kind == FieldKind.Choice ? [.. Enum.GetNames(type).Select(JsonNamingPolicy.CamelCase.ConvertName)]
            : []);
    }

    private static bool IsAdmitted(Field field, object? value) => value switch
    {
        double number => double.IsFinite(number) && !(number < field.Minimum) && !(number > field.Maximum),
        int whole => !(whole < field.Minimum) && !(whole > field.Maximum),
        string word when field.Kind == FieldKind.Choice => field.Choices.Contains(word),
        string text => !(text.Length < field.Minimum) && !(text.Length > field.Maximum),
        null => false,
        _ => true,
    };

    private static string Expectation(Field field) => field.Kind switch
    {
        FieldKind.Number => FormattableString.Invariant($"{field.Title} must be a number between {field.Minimum ?? double.MinValue} and {field.Maximum ?? double.MaxValue}."),
        FieldKind.Whole => FormattableString.Invariant($"{field.Title} must be a whole number between {field.Minimum ?? int.MinValue} and {field.Maximum ?? int.MaxValue}."),
        FieldKind.Switch => $"{field.Title} must be true or false.",
        FieldKind.Picture => $"{field.Title} must be the hash of a picture on the server, or empty.",
        FieldKind.Choice => $"{field.Title} must be one of {string.Join(", ", field.Choices)}.",
        _ => FormattableString.Invariant($"{field.Title} must be a text of at most {field.Maximum ?? int.MaxValue} characters."),
    };
}

/// <summary>Something with settings that are declared by a record.</summary>
public interface IConfigurable
{
    /// <summary>The settings it takes.</summary>
    SettingsSchema Schema { get; }
}
