using System.ComponentModel.DataAnnotations;
using System.Text.Json;

namespace Ranking.Engine.Optimizers;

/// <summary>
/// The state of an optimiser inside another one: its snapshot, its seed, and the run itself as long as it is known. A
/// run moves on when it is told something, so that whoever tells must take it.
/// </summary>
/// <param name="Seed">The seed of the inner run.</param>
/// <param name="Round">The inner run's round.</param>
/// <param name="State">The inner run's state as it saves it.</param>
public sealed record InnerRun(ulong Seed, uint Round, byte[] State)
{
    private static readonly Lazy<Catalog<IOptimizer>> Optimizers = new(() => new Catalog<IOptimizer>());

    private IRun? _run;

    /// <summary>A first state, whose seed comes from the outer run's noise.</summary>
    internal static InnerRun Begin(string key, JsonElement settings, Problem problem, Noise noise)
    {
        var seed = (ulong)(noise.Uniform(0, 0) * (1UL << 52));
        return Of(seed, Optimizers.Value[key].Start(problem, settings, seed));
    }

    /// <summary>The same state for a run of its own, which may go on without this one.</summary>
    internal InnerRun Fork() => new(Seed, Round, State);

    /// <summary>The run, for asking only.</summary>
    internal IRun Run(string key, JsonElement settings, Problem problem) =>
        _run ??= Optimizers.Value[key].Restore(problem, settings, Seed, new RunSnapshot(Round, State));

    /// <summary>The state after the inner run has been told something.</summary>
    internal InnerRun Told(string key, JsonElement settings, Problem problem, Action<IRun> tell)
    {
        var run = Run(key, settings, problem);
        _run = null;
        tell(run);
        return Of(Seed, run);
    }

    /// <summary>What is wrong with an inner optimiser's settings; null when nothing is.</summary>
    internal static ValidationResult? Refusal(string key, string settings, string member)
    {
        try
        {
            Optimizers.Value[key].Schema.Read(Parse(settings));
            return null;
        }
        catch (Exception refused) when (refused is SettingsException or JsonException)
        {
            var why = refused is JsonException ? "they are no JSON object." : refused.Message;
            return new ValidationResult($"The inner optimiser's settings are refused: {why}", [member]);
        }
    }

    /// <summary>Settings from text; none from an empty one.</summary>
    internal static JsonElement Parse(string settings) => string.IsNullOrWhiteSpace(settings) ? default : JsonSerializer.Deserialize<JsonElement>(settings);

    /// <summary>The entries' optimiser.</summary>
    internal static IOptimizer Optimizer(string key) => Optimizers.Value[key];

    private static InnerRun Of(ulong seed, IRun run)
    {
        var (round, state) = run.Save();
        return new InnerRun(seed, round, state) { _run = run };
    }
}
