namespace Ranking.Engine.Bandits;

/// <summary>
/// Double Thompson sampling: the first item wins most duels in a draw from the posterior of all chances to win, the
/// second does best against it in another draw; bounds exclude what is settled.
/// </summary>
[Entry("double-thompson", "Double Thompson sampling",
    Summary = "Lets chance, weighted by what is known, choose the item and its challenger.",
    Source = "Wu, Liu: Double Thompson Sampling for Dueling Bandits, NIPS 2016, arXiv 1604.07101")]
public sealed class DoubleThompson : DuelingBandit
{
    // Of as many tries each is refused with a chance below 5 in 100.
    private const int Tries = 16;

    /// <summary>α, more than ½: how much doubt a meeting leaves.</summary>
    public double Alpha { get; init; } = 0.51;

    /// <inheritdoc/>
    public override Duel Next(Duels duels, int? champion, Noise noise)
    {
        ArgumentNullException.ThrowIfNull(duels);
        ArgumentNullException.ThrowIfNull(noise);
        var (n, t) = (duels.Items, duels.Total + 1);
        var (reach, won) = (new double[n], new double[n]);
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j < n; j++)
            {
                reach[i] += j != i && Bound(duels, i, j, t, Alpha) > 0.5 ? 1 : 0;
            }

            for (var j = i + 1; j < n; j++)
            {
                var wins = Chance(duels, i, j, noise, (i * n) + j) > 0.5;
                won[wins ? i : j]++;
            }
        }

        var farthest = reach.Max();
        for (var i = 0; i < n; i++)
        {
            won[i] = reach[i] == farthest ? won[i] : double.NaN;
        }

        var first = Largest(won, noise, 0);
        var merits = new double[n];
        for (var i = 0; i < n; i++)
        {
            merits[i] = i == first ? 0.5
                : Bound(duels, i, first, t, -Alpha) <= 0.5 ? Chance(duels, i, first, noise, (n * n) + i)
                : double.NaN;
        }

        return new Duel(first, Largest(merits, noise, 1), null);
    }

    // A draw from Beta(wins + 1, losses + 1): a gamma's share of the sum of two.
    private static double Chance(Duels duels, int one, int other, Noise noise, int pair)
    {
        var a = Gamma(duels.Wins(one, other) + 1, noise, 2 + (2 * pair));
        var b = Gamma(duels.Wins(other, one) + 1, noise, 3 + (2 * pair));
        return a / (a + b);
    }

    // Marsaglia, Tsang: A Simple Method for Generating Gamma Variables, 2000; for shapes from 1.
    private static double Gamma(double shape, Noise noise, int stream)
    {
        var d = shape - (1.0 / 3);
        var c = 1 / Math.Sqrt(9 * d);
        Span<double> normals = stackalloc double[Tries];
        noise.Normal(stream, normals);
        for (var i = 0; i < Tries; i++)
        {
            var x = normals[i];
            var v = 1 + (c * x);
            v *= v * v;
            if (v > 0 && NormalQuantile.Log(noise.Uniform(stream, i)) < (0.5 * x * x) + d - (d * v) + (d * NormalQuantile.Log(v)))
            {
                return d * v;
            }
        }

        return shape;
    }
}
