using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Ranking.Engine.Schedulers;

/// <summary>What a network was trained to answer.</summary>
public enum Prediction
{
    /// <summary>The noise in the sample.</summary>
    [JsonStringEnumMemberName("epsilon")]
    Epsilon,

    /// <summary>The velocity signal·noise - noise level·clean (arXiv:2202.00512).</summary>
    [JsonStringEnumMemberName("v_prediction")]
    Velocity,

    /// <summary>The clean sample.</summary>
    [JsonStringEnumMemberName("sample")]
    Clean,
}

/// <summary>A way from noise to picture: a catalogue entry that turns a model's <c>scheduler_config.json</c> into a plan.</summary>
public abstract class Scheduler
{
    /// <summary>The class names under which <c>scheduler_config.json</c> asks for this sampler.</summary>
    public abstract IReadOnlyList<string> Names { get; }

    /// <summary>Whether it is made for velocity fields of flow matching rather than for noise predictors.</summary>
    public virtual bool IsFlow => false;

    /// <summary>Whether it draws fresh noise on the way by its nature, not only where an option asks for it.</summary>
    public virtual bool IsStochastic => false;

    /// <summary>The members of <c>scheduler_config.json</c> that it reads; others change nothing.</summary>
    public abstract IReadOnlySet<string> Options { get; }

    /// <summary>The plan for a number of steps.</summary>
    /// <param name="config">The content of <c>scheduler_config.json</c>; members left out have the published defaults, unknown ones are ignored.</param>
    /// <param name="steps">Steps per picture, at least 1; a method with several calls in a step makes as many calls more.</param>
    /// <exception cref="InvalidDataException">The configuration asks for something that is not possible here; the message says what.</exception>
    public abstract SamplingPlan Plan(JsonElement config, int steps);

    /// <summary>The last part of a plan, for a start from a picture with noise (SDEdit, arXiv:2108.01073).</summary>
    /// <param name="config">The content of <c>scheduler_config.json</c>.</param>
    /// <param name="steps">Steps of the whole plan.</param>
    /// <param name="strength">The share of the steps that is taken, above 0 to 1; at least one step.</param>
    /// <exception cref="InvalidDataException">The configuration asks for something that is not possible here; the message says what.</exception>
    public SamplingPlan Plan(JsonElement config, int steps, double strength)
    {
        var whole = Plan(config, steps);
        if (strength >= 1)
        {
            return whole;
        }

        // Where the whole plan calls the network, methods with several calls in a step left aside; solvers begin anew at the first of those that remain.
        var part = JsonObject.Create(config)!;
        if (IsFlow)
        {
            double[] levels = [.. whole.Steps.Select(step => step.From.Noise).Distinct().OrderDescending()];
            part["sigmas"] = new JsonArray([.. Last(levels).Append(0).Select(level => JsonValue.Create(level))]);
        }
        else
        {
            int[] times = [.. whole.Steps.Select(step => (int)Math.Round(step.Timestep)).Distinct().OrderDescending()];
            part["timesteps"] = new JsonArray([.. Last(times).Select(time => JsonValue.Create(time))]);
            part.Remove("sigmas");
        }

        return Plan(JsonSerializer.SerializeToElement(part), steps);

        T[] Last<T>(T[] all) => all[^Math.Clamp((int)Math.Round(strength * all.Length), 1, all.Length)..];
    }
}

/// <summary>A scheduler with a typed configuration.</summary>
/// <typeparam name="TConfig">A record whose members are those of <c>scheduler_config.json</c> in PascalCase.</typeparam>
public abstract class Scheduler<TConfig> : Scheduler
    where TConfig : SchedulerConfig
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.General)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false) },
    };

    /// <inheritdoc/>
    public sealed override IReadOnlySet<string> Options { get; } =
        typeof(TConfig).GetProperties().Select(property => JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name)).ToHashSet(StringComparer.Ordinal);

    /// <inheritdoc/>
    public sealed override SamplingPlan Plan(JsonElement config, int steps)
    {
        TConfig typed;
        try
        {
            typed = config.Deserialize<TConfig>(Json) ?? throw new InvalidDataException("scheduler_config.json is empty.");
        }
        catch (JsonException error)
        {
            throw new InvalidDataException($"scheduler_config.json cannot be read: {error.Message}", error);
        }

        steps = typed.Sigmas?.Length - 1 ?? typed.Timesteps?.Length ?? steps;
        if (steps < 1 || (steps > typed.NumTrainTimesteps && typed.Sigmas is null))
        {
            throw new InvalidDataException($"The number of steps must be between 1 and {typed.NumTrainTimesteps}.");
        }

        if (typed.Timesteps is { } own && (own[0] >= typed.NumTrainTimesteps || own[^1] < 0 || own.Zip(own.Skip(1)).Any(pair => pair.Second >= pair.First)))
        {
            throw new InvalidDataException($"Timesteps must fall and lie between 0 and {typed.NumTrainTimesteps - 1}.");
        }

        if (typed.Sigmas is { } levels && (levels[^1] < 0 || levels.Zip(levels.Skip(1)).Any(pair => pair.Second >= pair.First)))
        {
            throw new InvalidDataException("Noise levels must fall and not end below 0.");
        }

        Refuse(typed.TrainedBetas.ValueKind == JsonValueKind.Array, "trained_betas");
        Refuse(typed.Thresholding, "thresholding");
        Refuse(typed.UseBetaSigmas, "use_beta_sigmas");
        Refuse(typed.UseFlowSigmas, "use_flow_sigmas");
        Refuse(typed.InvertSigmas, "invert_sigmas");
        return Plan(typed, steps);
    }

    /// <summary>The plan for a number of steps.</summary>
    protected abstract SamplingPlan Plan(TConfig config, int steps);

    /// <summary>Says which option of the configuration is not supported.</summary>
    protected static void Refuse(bool asked, string option)
    {
        if (asked)
        {
            throw new InvalidDataException($"scheduler_config.json asks for {option}, which this sampler does not have.");
        }
    }
}

/// <summary>What every <c>scheduler_config.json</c> may hold.</summary>
public abstract record SchedulerConfig
{
    /// <summary>Timesteps of the training schedule, T.</summary>
    public int NumTrainTimesteps { get; init; } = 1000;

    /// <summary>The timesteps of the run, falling, in place of a spacing; null for a spacing.</summary>
    public int[]? Timesteps { get; init; }

    /// <summary>The noise levels σ of the calls, falling, and the one where the run ends, in place of a spacing; null for a spacing.</summary>
    public double[]? Sigmas { get; init; }

    /// <summary>A table of betas in place of a formula: refused.</summary>
    public JsonElement TrainedBetas { get; init; }

    /// <summary>Clipping by a quantile of the estimate: refused.</summary>
    public bool Thresholding { get; init; }

    /// <summary>Noise levels by quantiles of a beta distribution: refused.</summary>
    public bool UseBetaSigmas { get; init; }

    /// <summary>Flow matching inside a noise-prediction solver: refused.</summary>
    public bool UseFlowSigmas { get; init; }

    /// <summary>Noise levels that rise: refused.</summary>
    public bool InvertSigmas { get; init; }
}
