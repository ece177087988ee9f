using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Ranking.Engine.Schedulers;

/// <summary>How the network calls of a run are spread over the noise levels.</summary>
public enum Spread
{
    /// <summary>As the model's <c>scheduler_config.json</c> says.</summary>
    Own,

    /// <summary>Multiples of one stride from timestep 0.</summary>
    Leading,

    /// <summary>Evenly from the last timestep to 0.</summary>
    Linspace,

    /// <summary>Evenly from the last timestep, without 0.</summary>
    Trailing,

    /// <summary>Evenly from the last timestep to 0, with one step more of which the last is left out.</summary>
    SgmUniform,

    /// <summary>Equal steps in σ^(1/7) (arXiv:2206.00364).</summary>
    Karras,

    /// <summary>Equal steps in log σ.</summary>
    Exponential,
}

/// <summary>What a request asks of a schedule, over what the model's <c>scheduler_config.json</c> says.</summary>
/// <param name="Spread">How calls are spread.</param>
/// <param name="Timesteps">The timesteps themselves, falling, with commas; empty for a spread.</param>
public sealed record ScheduleChoice(Spread Spread = Spread.Own, string Timesteps = "")
{
    /// <summary>The configuration with this choice in it.</summary>
    /// <param name="config">The content of <c>scheduler_config.json</c>.</param>
    /// <param name="scheduler">The sampler that will read it.</param>
    /// <exception cref="InvalidDataException">The sampler has no such schedule, or the timesteps are no numbers.</exception>
    public JsonElement Over(JsonElement config, Scheduler scheduler)
    {
        ArgumentNullException.ThrowIfNull(scheduler);
        var chosen = JsonObject.Create(config)!;
        if (!string.IsNullOrWhiteSpace(Timesteps))
        {
            chosen["timesteps"] = new JsonArray([.. Timesteps.Split(',').Select(Whole)]);
        }

        switch (Spread)
        {
            case Spread.Own:
                break;
            case Spread.Karras or Spread.Exponential:
                Put("use_karras_sigmas", Spread == Spread.Karras);
                Put("use_exponential_sigmas", Spread == Spread.Exponential);
                break;
            default:
                Put("timestep_spacing", JsonNamingPolicy.SnakeCaseLower.ConvertName(Spread.ToString()));
                chosen["use_karras_sigmas"] = false;
                chosen["use_exponential_sigmas"] = false;
                break;
        }

        return JsonSerializer.SerializeToElement(chosen);

        void Put(string option, JsonNode value)
        {
            if (!scheduler.Options.Contains(option))
            {
                throw new InvalidDataException($"This sampler has no {Spread.ToString().ToLowerInvariant()} schedule.");
            }

            chosen[option] = value;
        }
    }

    private static JsonNode Whole(string text) => int.TryParse(text, NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out var whole)
        ? whole
        : throw new InvalidDataException($"Timesteps are whole numbers with commas between them, not {text.Trim()}.");
}
