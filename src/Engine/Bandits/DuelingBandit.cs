namespace Ranking.Engine.Bandits;

/// <summary>The next two items to compare.</summary>
/// <param name="First">The one that may be the best.</param>
/// <param name="Second">Its challenger; the first itself when nothing is likely to beat it.</param>
/// <param name="Champion">The one item that may be the best, if it is one only: given back at the next call.</param>
public readonly record struct Duel(int First, int Second, int? Champion);

/// <summary>
/// Finds the best of a fixed set of items by comparing two at a time: for a gallery of finished pictures, where there is
/// nothing to search between them.
/// </summary>
public abstract class DuelingBandit
{
    /// <summary>Which items meet next. The same question has the same answer.</summary>
    /// <param name="duels">What is known.</param>
    /// <param name="champion">The last answer's champion.</param>
    /// <param name="noise">The chance of this choice.</param>
    public abstract Duel Next(Duels duels, int? champion, Noise noise);

    /// <summary>
    /// A bound on the chance that one item beats another: the share of wins plus (or minus) √(α ln t / meetings); without
    /// a meeting 1 (or 0), for an item against itself ½.
    /// </summary>
    /// <param name="duels">What is known.</param>
    /// <param name="one">The item.</param>
    /// <param name="other">Its opponent.</param>
    /// <param name="t">The number of the duel, from 1.</param>
    /// <param name="alpha">α: negative for the lower bound.</param>
    public static double Bound(Duels duels, int one, int other, int t, double alpha)
    {
        ArgumentNullException.ThrowIfNull(duels);
        var met = duels.Met(one, other);
        return one == other ? 0.5
            : met == 0 ? (alpha > 0 ? 1 : 0)
            : ((double)duels.Wins(one, other) / met) + (Math.Sign(alpha) * Math.Sqrt(Math.Abs(alpha) * NormalQuantile.Log(t) / met));
    }

    /// <summary>One of the items with the largest merit, by chance among equals; -1 when none is admitted.</summary>
    /// <param name="merits">One merit an item; not a number when it is not admitted.</param>
    /// <param name="noise">The chance of this choice.</param>
    /// <param name="stream">Which of its numbers to use.</param>
    protected static int Largest(ReadOnlySpan<double> merits, Noise noise, int stream)
    {
        ArgumentNullException.ThrowIfNull(noise);
        var (best, equals) = (-1, 0);
        for (var i = 0; i < merits.Length; i++)
        {
            if (double.IsNaN(merits[i]) || (best >= 0 && merits[i] < merits[best]))
            {
                continue;
            }

            // The n-th of n equals takes the place of those before it with chance 1/n, which makes all alike likely.
            equals = best >= 0 && merits[i] == merits[best] ? equals + 1 : 1;
            best = noise.Uniform(stream, i) * equals < 1 ? i : best;
        }

        return best;
    }
}
