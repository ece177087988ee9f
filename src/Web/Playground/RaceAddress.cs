using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;
using Ranking.Engine;
using Ranking.Engine.Functions;
using Ranking.Engine.Oracles;
using Ranking.Engine.Playground;
using Ranking.Web.Components;

namespace Ranking.Web.Playground;

/// <summary>What the playground shows: a race and how it is drawn.</summary>
/// <param name="Setup">The race.</param>
/// <param name="ByRounds">Whether time and curves count in rounds instead of evaluations.</param>
/// <param name="Present">Whether the curves show the present value instead of the best so far.</param>
public sealed record Shown(RaceSetup Setup, bool ByRounds = false, bool Present = false);

/// <summary>
/// Writes what is shown into the address of the page and reads it back. Settings that have their default are left out:
/// <c>?f=rosenbrock&amp;x=-1.2&amp;y=1&amp;o=cma-es&amp;o=adam~stepSize~0.1&amp;seed=3</c>.
/// </summary>
public sealed class RaceAddress(Catalog<TestFunction> functions, Catalog<IOptimizer> optimizers, Catalog<IOracle> oracles)
{
    /// <summary>The most optimisers that race together: as many as there are colours to tell apart.</summary>
    public const int Most = 8;

    private const string DefaultFunction = "himmelblau";

    // From here methods go to different minima.
    private static readonly (double X, double Y) DefaultStart = (-0.4, -4.3);

    // Steps that suit landscapes about ten wide, so that the first race is a race.
    private static readonly string[] DefaultOptimizers =
    [
        "zo-rank-sgd", "zo-sgd~stepSize~0.005", "cma-es", "sgd", "adam", "lion~stepSize~0.05",
    ];

    private static readonly SettingsSchema Rules = SettingsSchema.Of(typeof(RaceRules));

    /// <summary>The race that is shown when the address names none.</summary>
    public Shown Default => Read("").Shown;

    /// <summary>The functions that can be drawn as a map.</summary>
    public IEnumerable<EntryAttribute> Landscapes => functions.Entries.Where(e => functions[e.Key].Admits(2));

    /// <summary>The query part of the address, with the question mark.</summary>
    public string Write(Shown shown)
    {
        ArgumentNullException.ThrowIfNull(shown);
        var setup = shown.Setup;
        var query = new StringBuilder("?f=").Append(Uri.EscapeDataString(setup.Function));
        query.Append(CultureInfo.InvariantCulture, $"&x={setup.StartX:R}&y={setup.StartY:R}");
        foreach (var optimizer in setup.Optimizers)
        {
            query.Append("&o=").Append(Write(optimizer, optimizers[optimizer.Key].Schema));
        }

        query.Append(setup.Optimizers.IsEmpty ? "&o=" : "");
        query.Append("&rank=").Append(Write(setup.Rankings, oracles[setup.Rankings.Key].Schema));
        query.Append("&value=").Append(Write(setup.Values, oracles[setup.Values.Key].Schema));
        foreach (var (key, value) in JsonObject.Create(Rules.Write(setup.Rules))!)
        {
            query.Append('&').Append(key).Append('=').Append(Uri.EscapeDataString(Word(value)));
        }

        return query.Append(shown.ByRounds ? "&by=rounds" : "").Append(shown.Present ? "&curve=present" : "").ToString();
    }

    /// <summary>Reads a query; what it cannot be taken at its word is replaced by a default and told in a sentence.</summary>
    public (Shown Shown, ImmutableArray<string> Notices) Read(string query)
    {
        var (parts, notices) = (QueryHelpers.ParseQuery(query), ImmutableArray.CreateBuilder<string>());
        var key = Text(parts, "f") ?? DefaultFunction;
        if (!functions.Contains(key) || !functions[key].Admits(2))
        {
            notices.Add($"There is no landscape “{key}”: {functions.Entry(DefaultFunction).Title} is shown.");
            key = DefaultFunction;
        }

        var (x, y) = Start(parts, functions[key], notices);
        var setup = new RaceSetup(key, x, y, Optimizers(parts, notices), Oracle(parts, "rank", "exact-ranking", notices), Oracle(parts, "value", "function-value", notices), ReadRules(parts, notices));
        return (new Shown(setup, Text(parts, "by") == "rounds", Text(parts, "curve") == "present"), notices.ToImmutable());
    }

    /// <summary>Whether a point is on the map of a function.</summary>
    public static bool IsOnMap(TestFunction function, double x, double y)
    {
        ArgumentNullException.ThrowIfNull(function);
        var (lower, upper) = function.Domain;
        return x >= lower && x <= upper && y >= lower && y <= upper;
    }

    private static (double X, double Y) Start(Dictionary<string, StringValues> parts, TestFunction function, ImmutableArray<string>.Builder notices)
    {
        var start = function.Start(2);
        if (Text(parts, "x") is null && Text(parts, "y") is null)
        {
            return parts.ContainsKey("f") ? (start[0], start[1]) : DefaultStart;
        }

        if (Number(Text(parts, "x")) is { } x && Number(Text(parts, "y")) is { } y && IsOnMap(function, x, y))
        {
            return (x, y);
        }

        notices.Add($"The start ({Text(parts, "x")}, {Text(parts, "y")}) is not on the map: the landscape’s own start is used.");
        return (start[0], start[1]);
    }

    private ImmutableArray<Pick> Optimizers(Dictionary<string, StringValues> parts, ImmutableArray<string>.Builder notices)
    {
        var texts = parts.TryGetValue("o", out var named) ? named.OfType<string>().Where(t => t.Length > 0) : DefaultOptimizers;
        var picks = ImmutableArray.CreateBuilder<Pick>();
        foreach (var text in texts)
        {
            var key = text.Split('~')[0];
            if (!optimizers.Contains(key))
            {
                notices.Add($"There is no optimiser “{key}”: it was left out.");
            }
            else if (picks.Count == Most)
            {
                notices.Add($"{Most} optimisers race at most: the others were left out.");
                break;
            }
            else
            {
                picks.Add(ReadPick(text, optimizers[key].Schema, optimizers.Entry(key).Title, notices));
            }
        }

        return picks.ToImmutable();
    }

    private Pick Oracle(Dictionary<string, StringValues> parts, string part, string fallback, ImmutableArray<string>.Builder notices)
    {
        var text = Text(parts, part) ?? fallback;
        var key = text.Split('~')[0];
        if (oracles.Contains(key) && oracles[key].Gives == oracles[fallback].Gives)
        {
            return ReadPick(text, oracles[key].Schema, oracles.Entry(key).Title, notices);
        }

        notices.Add($"There is no such judge “{key}”: {oracles.Entry(fallback).Title} is used.");
        return new Pick(fallback);
    }

    private static RaceRules ReadRules(Dictionary<string, StringValues> parts, ImmutableArray<string>.Builder notices)
    {
        var settings = new JsonObject();
        foreach (var field in Rules.Fields)
        {
            if (Text(parts, field.Key) is { } text)
            {
                settings[field.Key] = Steps.Parse(field, text);
            }
        }

        return (RaceRules)Rules.Read(Admitted(Rules, settings, "", notices));
    }

    private static Pick ReadPick(string text, SettingsSchema schema, string title, ImmutableArray<string>.Builder notices)
    {
        var words = text.Split('~');
        var settings = new JsonObject();
        for (var i = 1; i + 1 < words.Length; i += 2)
        {
            var word = Uri.UnescapeDataString(words[i + 1]);
            settings[words[i]] = schema.Fields.FirstOrDefault(f => f.Key == words[i]) is not { } field ? word
                : field.Kind == FieldKind.Switch && bool.TryParse(word, out var isOn) ? isOn
                : Steps.Parse(field, word);
        }

        return new Pick(words[0], Admitted(schema, settings, title + ": ", notices));
    }

    // The settings without those that are refused.
    private static JsonElement Admitted(SettingsSchema schema, JsonObject settings, string whose, ImmutableArray<string>.Builder notices)
    {
        foreach (var (key, why) in SettingsForm.Refusals(schema, settings))
        {
            notices.Add($"{whose}{string.Join(" ", why)} The default is used.");
            settings.Remove(key);
        }

        return JsonSerializer.SerializeToElement(settings);
    }

    private static string Write(Pick pick, SettingsSchema schema)
    {
        var text = new StringBuilder(Uri.EscapeDataString(pick.Key));
        var settings = JsonObject.Create(schema.Write(schema.Read(pick.Settings)))!;
        foreach (var field in schema.Fields.Where(f => !JsonNode.DeepEquals(settings[f.Key], f.Default)))
        {
            // Escaped twice where it holds the separator, so that any text survives.
            var value = Word(settings[field.Key]).Replace("%", "%25", StringComparison.Ordinal).Replace("~", "%7E", StringComparison.Ordinal);
            text.Append('~').Append(field.Key).Append('~').Append(Uri.EscapeDataString(value));
        }

        return text.ToString();
    }

    // Numbers as they read back to the same bits.
    private static string Word(JsonNode? value) => value is JsonValue word && word.TryGetValue<string>(out var text) ? text : value?.ToJsonString() ?? "";

    private static string? Text(Dictionary<string, StringValues> parts, string key) => parts.TryGetValue(key, out var values) && values.Count > 0 ? values[^1] : null;

    private static double? Number(string? text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number : null;
}
