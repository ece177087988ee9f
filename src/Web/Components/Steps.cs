using System.Globalization;
using System.Text.Json.Nodes;
using Ranking.Engine;

namespace Ranking.Web.Components;

/// <summary>The values a setting moves through: 1, 2, 5 and their powers of ten on a log scale, even steps else.</summary>
public static class Steps
{
    /// <summary>The stops of a setting's slider, ascending; empty where it has no bounds or too many values to slide through.</summary>
    public static double[] Of(Field field)
    {
        ArgumentNullException.ThrowIfNull(field);
        if (field.Kind is not (FieldKind.Number or FieldKind.Whole) || field.Minimum is not { } low || field.Maximum is not { } high || high <= low)
        {
            return [];
        }

        if (field.LogScale)
        {
            return [.. OneTwoFive(low, high, field.Kind == FieldKind.Whole)];
        }

        var even = field.Kind == FieldKind.Whole ? 1 : NiceStep((high - low) / 50);
        var count = (high - low) / even;
        return count > 100 ? [] : [.. Enumerable.Range(0, (int)Math.Floor(count + 1e-9) + 1).Select(i => Math.Round(low + (i * even), 12))];
    }

    /// <summary>The stop nearest to a value, by ratio where all are positive.</summary>
    public static int Nearest(double[] stops, double value)
    {
        ArgumentNullException.ThrowIfNull(stops);
        var byRatio = stops.Length > 0 && stops[0] > 0 && value > 0;
        return Enumerable.Range(0, stops.Length).MinBy(i => byRatio ? Math.Abs(Math.Log(stops[i] / value)) : Math.Abs(stops[i] - value));
    }

    /// <summary>A JSON value as it stands in a text box: numbers in the shortest form that reads back the same.</summary>
    public static string Text(JsonNode? value) => value switch
    {
        null => "",
        JsonValue v when v.TryGetValue<string>(out var text) => text,
        JsonValue v when v.TryGetValue<double>(out var number) => Text(number),
        _ => value.ToJsonString(),
    };

    /// <summary>A number as it stands in a text box.</summary>
    public static string Text(double number) => Math.Abs(number) is >= 1e-9 and < 1e16 or 0
        ? ((decimal)number).ToString("0.############", CultureInfo.InvariantCulture)
        : number.ToString("R", CultureInfo.InvariantCulture);

    /// <summary>
    /// What a person typed as the JSON of the setting. Text that is no number stays text, so that the schema refuses
    /// it with the sentence it has for that.
    /// </summary>
    public static JsonNode Parse(Field field, string text)
    {
        ArgumentNullException.ThrowIfNull(field);
        var plain = (text ?? "").Trim().Replace(',', '.');
        return field.Kind switch
        {
            FieldKind.Whole when long.TryParse(plain, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) => whole,
            FieldKind.Number when double.TryParse(plain, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) => number,
            _ => text ?? "",
        };
    }

    private static IEnumerable<double> OneTwoFive(double low, double high, bool whole)
    {
        var first = low > 0 ? low : Math.Min(high, 1) * 1e-4;
        if (low <= 0)
        {
            yield return low;
        }

        for (var power = (int)Math.Floor(Math.Log10(first)); power <= Math.Ceiling(Math.Log10(high)); power++)
        {
            foreach (var digit in (int[])[1, 2, 5])
            {
                // Through decimal text, so that 5e-2 is the double that people mean by 0.05.
                var stop = double.Parse($"{digit}e{power}", CultureInfo.InvariantCulture);
                if (stop >= first && stop <= high && (!whole || stop >= 1))
                {
                    yield return stop;
                }
            }
        }
    }

    private static double NiceStep(double atLeast)
    {
        var power = Math.Pow(10, Math.Floor(Math.Log10(atLeast)));
        return ((double[])[1, 2, 5, 10]).First(f => f * power >= atLeast * 0.999) * power;
    }
}
