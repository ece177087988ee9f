using System.Text.Json;
using System.Text.Json.Nodes;

namespace Ranking.Engine.Tests.Reference;

/// <summary>The settings of an optimiser that the parameters of an example stand for.</summary>
internal static class ReferenceSettings
{
    private static readonly Dictionary<string, string> Names = new()
    {
        ["lr"] = "stepSize",
        ["eps"] = "epsilon",
        ["lrDecay"] = "stepDecay",
        ["initialAccumulator"] = "initialSum",
        ["centered"] = "centred",
        ["maxGradNorm"] = "maxGradientNorm",
        ["wdRatio"] = "decayRatio",
        ["xi"] = "height",
        ["nsSteps"] = "iterations",
        ["orthogonalisation"] = "factor",
        ["rho"] = "radius",
        ["M"] = "cubic",
        ["L"] = "lipschitz",
        ["eta"] = "modelBound",
        ["c"] = "sufficientFall",
        ["blockSize"] = "block",
        ["firstStep"] = "carefulStart",
    };

    private static readonly Dictionary<string, string> Words = new()
    {
        ["channel-then-layer"] = "rows",
        ["layer"] = "whole",
        ["newton-schulz"] = "newtonSchulz",
        ["sqrt-max-1-rows-over-cols"] = "tall",
        ["0.2-sqrt-max"] = "longest",
        ["norm-over-gamma"] = "norm",
        ["square-root"] = "root",
        ["adamw"] = "adamW",
    };

    // Said by the file's own name, or of no influence on a step.
    private static readonly string[] Implied = ["iterations", "amsgrad", "decoupled", "nesterov", "projection", "form"];

    // Left out by an example means none.
    private static readonly string[] Neutral = ["momentum", "weightDecay", "dampening"];

    /// <summary>The settings; a parameter that has no setting is an error.</summary>
    public static JsonElement Of(ReferenceCase example, IOptimizer optimizer)
    {
        var known = optimizer.Schema.Fields.ToDictionary(f => f.Key);
        var settings = new JsonObject(Neutral.Where(known.ContainsKey).Select(key => KeyValuePair.Create<string, JsonNode?>(key, 0)));
        Add(example.Parameters, known, settings);
        if (known.ContainsKey("rows") && example.Inputs.GetProperty("x0") is var start && start[0].ValueKind == JsonValueKind.Array)
        {
            settings["rows"] = start.GetArrayLength();
        }

        if (known.ContainsKey("spacing"))
        {
            settings["spacing"] = 0.01;
        }

        if (known.ContainsKey("lift"))
        {
            settings["lift"] = false;
        }

        return JsonSerializer.SerializeToElement(settings);
    }

    private static void Add(JsonElement parameters, Dictionary<string, Field> known, JsonObject settings)
    {
        foreach (var parameter in parameters.EnumerateObject())
        {
            if (parameter.Name == "baseParameters")
            {
                Add(parameter.Value, known, settings);
                continue;
            }

            // The number of recorded steps, not of Newton-Schulz iterations.
            var key = Names.GetValueOrDefault(parameter.Name, parameter.Name);
            if (parameter.Name != "iterations" && known.TryGetValue(key, out var field))
            {
                settings[key] = Value(field, parameter.Value);
            }
            else
            {
                Assert.Contains(parameter.Name, Implied);
            }
        }
    }

    private static JsonNode? Value(Field field, JsonElement value) => field.Kind switch
    {
        FieldKind.Whole => (int)value.GetDouble(),
        FieldKind.Number => value.GetDouble(),
        FieldKind.Switch when value.ValueKind == JsonValueKind.String => value.GetString() == "torch",
        FieldKind.Switch => value.GetBoolean(),
        _ => Words.GetValueOrDefault(value.GetString()!, value.GetString()!),
    };
}
