using System.Collections.Immutable;

namespace Ranking.Engine.Schedulers;

/// <summary>Timesteps and what they scored; lower is better.</summary>
/// <param name="Timesteps">Falling.</param>
/// <param name="Score">What the score said.</param>
public sealed record ScoredTimesteps(ImmutableArray<int> Timesteps, double Score);

/// <summary>
/// The search for a few good timesteps of AutoDiffusion (arXiv:2309.10438, the part about time): a population of sequences, the best
/// of which are crossed and mutated. The evenly spread sequence is in the first population, so that the result is never worse
/// where the score is repeatable.
/// </summary>
/// <param name="steps">Timesteps of a sequence.</param>
/// <param name="score">What is to be low.</param>
/// <param name="noise">Where chance comes from.</param>
public sealed class TimestepSearch(int steps, Func<ImmutableArray<int>, Task<double>> score, Noise noise)
{
    private readonly Dictionary<string, ScoredTimesteps> _known = new(StringComparer.Ordinal);
    private int _drawn;

    /// <summary>Timesteps of training.</summary>
    public int TrainTimesteps { get; init; } = 1000;

    /// <summary>Sequences in a generation.</summary>
    public int Population { get; init; } = 12;

    /// <summary>The best ones that have children.</summary>
    public int Parents { get; init; } = 4;

    /// <summary>The evenly spread sequence, as by trailing spacing.</summary>
    public ImmutableArray<int> Uniform() => [.. Enumerable.Range(0, steps).Select(i => (int)Math.Round(TrainTimesteps - ((double)i * TrainTimesteps / steps)) - 1)];

    /// <summary>Searches.</summary>
    /// <param name="generations">How many generations, the first included.</param>
    /// <param name="cancel">Stops between two scores.</param>
    /// <returns>The best after each generation.</returns>
    public async Task<ImmutableArray<ScoredTimesteps>> RunAsync(int generations, CancellationToken cancel = default)
    {
        List<ScoredTimesteps> population = [await ScoredAsync(Uniform())];
        while (population.Count < Population)
        {
            cancel.ThrowIfCancellationRequested();
            population.Add(await ScoredAsync(Mutated(Mutated(Uniform()))));
        }

        var best = ImmutableArray.CreateBuilder<ScoredTimesteps>();
        for (var generation = 0; generation < generations; generation++)
        {
            population = [.. population.OrderBy(one => one.Score).Take(Parents)];
            best.Add(population[0]);
            for (var parents = population.Count; generation + 1 < generations && population.Count < Population;)
            {
                cancel.ThrowIfCancellationRequested();
                var (one, other) = (population[Whole(parents)], population[Whole(parents)]);
                population.Add(await ScoredAsync(Mutated(Crossed(one.Timesteps, other.Timesteps))));
            }
        }

        return best.ToImmutable();
    }

    private async Task<ScoredTimesteps> ScoredAsync(ImmutableArray<int> timesteps)
    {
        var key = string.Join(',', timesteps);
        if (!_known.TryGetValue(key, out var known))
        {
            known = new(timesteps, await score(timesteps));
            _known.Add(key, known);
        }

        return known;
    }

    // Each place takes the timestep of one of both parents.
    private ImmutableArray<int> Crossed(ImmutableArray<int> one, ImmutableArray<int> other) => Falling([.. one.Zip(other, (a, b) => Whole(2) == 0 ? a : b)]);

    // One timestep moves by up to a stride.
    private ImmutableArray<int> Mutated(ImmutableArray<int> timesteps)
    {
        var stride = Math.Max(1, TrainTimesteps / steps);
        var moved = timesteps.ToArray();
        moved[Whole(steps)] += Whole((2 * stride) + 1) - stride;
        return Falling(moved);
    }

    // Sorted, within bounds, and without equal ones: those move to the next free place.
    private ImmutableArray<int> Falling(int[] timesteps)
    {
        var taken = new SortedSet<int>();
        foreach (var timestep in timesteps)
        {
            var place = Math.Clamp(timestep, 0, TrainTimesteps - 1);
            while (!taken.Add(place))
            {
                place = (place + 1) % TrainTimesteps;
            }
        }

        return [.. taken.Reverse()];
    }

    private int Whole(int below) => (int)(noise.Uniform(0, _drawn++) * below);
}
