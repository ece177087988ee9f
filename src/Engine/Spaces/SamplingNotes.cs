using System.Globalization;
using Ranking.Engine.Diffusion;
using Ranking.Engine.Schedulers;

namespace Ranking.Engine.Spaces;

/// <summary>What is worth knowing about a sampler at work.</summary>
/// <param name="sampler">The key of the sampler.</param>
/// <param name="plan">Its calls.</param>
internal sealed class SamplingNotes(string sampler, SamplingPlan plan)
{
    private volatile string? _calls;

    /// <summary>What is left out of prompts.</summary>
    public IReadOnlyList<string> Cut { get; init; } = [];

    /// <summary>Takes note of the calls that a batch took.</summary>
    public void Count(int samples, NetworkCalls calls) => _calls = calls.Saved > 0
        ? string.Create(CultureInfo.InvariantCulture, $"{(double)calls.Made / samples:0.#} network calls a picture, {(double)calls.Saved / samples:0.#} fewer than two a step.")
        : string.Create(CultureInfo.InvariantCulture, $"{(double)calls.Made / samples:0.#} network calls a picture.");

    /// <summary>All sentences so far.</summary>
    public IReadOnlyList<string> All() =>
    [
        .. Cut,
        .. plan.IsDeterministic ? Array.Empty<string>() :
        [
            $"The sampler {sampler} draws fresh noise on the way. All points get the same draws, so that a picture depends on its point alone, but a picture follows its point less closely than with a sampler that does not.",
        ],
        .. _calls is { } calls ? [calls] : Array.Empty<string>(),
    ];
}
