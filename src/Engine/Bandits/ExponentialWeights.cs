namespace Ranking.Engine.Bandits;

/// <summary>
/// Exponential weights with a feedback graph: which items to show next when judging one also tells of its neighbours.
/// Item i is drawn with chance p ∝ exp(-ηL), L the sum of loss estimates ℓ̂ = ℓ 1[i was revealed]/P(i is revealed),
/// which are right on average (Alon, Cesa-Bianchi, Gentile, Mansour: From Bandits to Experts, 2013; the baseline of
/// Online Learning with Feedback Graphs: The True Shape of Regret).
/// </summary>
/// <param name="Losses">L, one an item.</param>
/// <param name="Rate">η.</param>
public sealed record ExponentialWeights(double[] Losses, double Rate)
{
    /// <summary>Before anything is known all items are alike.</summary>
    public static ExponentialWeights Start(int items, double rate) => new(new double[items], rate);

    /// <summary>The chance of each item to be drawn.</summary>
    public double[] Chances()
    {
        // Only differences count, and the smallest loss keeps the exponentials from vanishing all at once.
        var least = Losses.Min();
        var chances = new double[Losses.Length];
        for (var i = 0; i < chances.Length; i++)
        {
            chances[i] = -Rate * (Losses[i] - least);
        }

        Exponential.Of(chances, chances);
        var sum = 0.0;
        foreach (var chance in chances)
        {
            sum += chance;
        }

        for (var i = 0; i < chances.Length; i++)
        {
            chances[i] /= sum;
        }

        return chances;
    }

    /// <summary>Draws items to show, each independently of the others: one may come twice.</summary>
    public int[] Draw(int count, Noise noise)
    {
        ArgumentNullException.ThrowIfNull(noise);
        var (chances, drawn) = (Chances(), new int[count]);
        for (var i = 0; i < count; i++)
        {
            var left = noise.Uniform(0, i);
            for (; drawn[i] < chances.Length - 1 && left >= chances[drawn[i]]; drawn[i]++)
            {
                left -= chances[drawn[i]];
            }
        }

        return drawn;
    }

    /// <summary>The chance that a draw of some items reveals each item's loss.</summary>
    public double[] Revealed(FeedbackGraph graph, int count)
    {
        ArgumentNullException.ThrowIfNull(graph);
        var (chances, revealed) = (Chances(), new double[Losses.Length]);
        for (var i = 0; i < revealed.Length; i++)
        {
            var missed = 1.0;
            for (var j = 0; j < chances.Length; j++)
            {
                missed -= graph.Reveals(j, i) ? chances[j] : 0;
            }

            var all = 1.0;
            for (var draw = 0; draw < count; draw++)
            {
                all *= Math.Max(0, missed);
            }

            revealed[i] = 1 - all;
        }

        return revealed;
    }

    /// <summary>The weights after a draw was judged.</summary>
    /// <param name="graph">Who reveals whom.</param>
    /// <param name="drawn">The items drawn.</param>
    /// <param name="losses">One loss an item, in [0, 1]; only those that were revealed are read.</param>
    public ExponentialWeights After(FeedbackGraph graph, IReadOnlyList<int> drawn, ReadOnlySpan<double> losses)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(drawn);
        if (graph.Items != Losses.Length || losses.Length != Losses.Length)
        {
            throw new ArgumentException($"Losses and graph must have {Losses.Length} items.", nameof(losses));
        }

        var (chances, next) = (Revealed(graph, drawn.Count), Losses.AsSpan().ToArray());
        for (var i = 0; i < next.Length; i++)
        {
            if (drawn.Any(item => graph.Reveals(item, i)))
            {
                if (!double.IsFinite(losses[i]) || losses[i] < 0 || losses[i] > 1)
                {
                    throw new ArgumentException($"The loss of item {i} must be in [0, 1].", nameof(losses));
                }

                next[i] += losses[i] / chances[i];
            }
        }

        return this with { Losses = next };
    }
}
