namespace Ranking.Engine.Optimizers;

/// <summary>The points that were shown and what was said of them.</summary>
/// <param name="Points">The points, those shown last at the end.</param>
/// <param name="Pairs">The comparisons, oldest first.</param>
public sealed record PreferenceData(double[][] Points, PreferencePair[] Pairs)
{
    /// <summary>The data with one more judged batch. The points not shown for longest go when there are more than <paramref name="memory"/>.</summary>
    public PreferenceData With(ReadOnlyBatch batch, Comparisons comparisons, int memory)
    {
        ArgumentNullException.ThrowIfNull(comparisons);
        // Points that are shown again count as new, so that the favourite is not forgotten.
        var shown = new List<double[]>();
        var places = new int[batch.Count];
        for (var i = 0; i < batch.Count; i++)
        {
            var point = batch[i].ToArray();
            places[i] = shown.FindIndex(known => known.AsSpan().SequenceEqual(point));
            if (places[i] < 0)
            {
                places[i] = shown.Count;
                shown.Add(point);
            }
        }

        var again = Points.Select(point => shown.FindIndex(known => known.AsSpan().SequenceEqual(point))).ToArray();
        var old = Enumerable.Range(0, Points.Length).Where(i => again[i] < 0).ToArray();
        old = old[Math.Max(0, old.Length + shown.Count - Math.Max(memory, shown.Count))..];
        int Now(int before) => again[before] >= 0 ? old.Length + again[before] : Array.IndexOf(old, before);
        var pairs = Pairs
            .Select(pair => pair with { Better = Now(pair.Better), Worse = Now(pair.Worse) })
            .Where(pair => pair.Better >= 0 && pair.Worse >= 0)
            .Concat(Said(comparisons).Select(pair => pair with { Better = old.Length + places[pair.Better], Worse = old.Length + places[pair.Worse] }))
            .Where(pair => pair.Better != pair.Worse);
        return new PreferenceData([.. old.Select(i => Points[i]), .. shown], [.. pairs]);
    }

    /// <summary>The process that they teach.</summary>
    /// <param name="length">ℓ.</param>
    /// <param name="noise">σ in units of the prior's standard deviation.</param>
    /// <param name="tie">ε in the same units.</param>
    public PreferenceProcess Process(double length, double noise, double tie) => PreferenceProcess.Fit(Points, Pairs, new(length, 1, noise, tie, 1e-6));

    /// <summary>The place of the shown point that is liked most.</summary>
    public int Favourite(PreferenceProcess process)
    {
        ArgumentNullException.ThrowIfNull(process);
        var best = 0;
        for (var i = 1; i < Points.Length; i++)
        {
            best = process.Mode[i] > process.Mode[best] ? i : best;
        }

        return best;
    }

    // Neighbouring tiers are compared member by member, as many pairs as the larger one has; members of a tier tie, but
    // those of the last one need not have been looked at.
    private static IEnumerable<PreferencePair> Said(Comparisons comparisons)
    {
        var tiers = comparisons.Order().GroupBy(comparisons.NetWins).Select(tier => tier.ToArray()).ToArray();
        for (var tier = 0; tier + 1 < tiers.Length; tier++)
        {
            var (better, worse) = (tiers[tier], tiers[tier + 1]);
            for (var i = 0; i < Math.Max(better.Length, worse.Length); i++)
            {
                yield return new PreferencePair(better[i % better.Length], worse[i % worse.Length], false);
            }

            for (var i = 0; i + 1 < better.Length; i++)
            {
                yield return new PreferencePair(better[i], better[i + 1], true);
            }
        }
    }
}

/// <summary>The state of a search by preferences between two rounds.</summary>
/// <param name="Data">What was shown and said.</param>
/// <param name="Favourite">The shown point that is liked most.</param>
/// <param name="Reach">The radius around the favourite in units of the spread.</param>
/// <param name="Answers">How many answers have taught.</param>
public sealed record PreferenceState(PreferenceData Data, double[] Favourite, double Reach, int Answers)
{
    // A pure function of data, reach and settings, kept because telling and asking both need it.
    private PreferenceProcess? _process;

    internal PreferenceProcess Process(Func<PreferenceData, double, PreferenceProcess> fit) => _process ??= fit(Data, Reach);
}
