namespace Ranking.Engine.Schedulers;

/// <summary>
/// DEIS with polynomials in time (tAB-DEIS, arXiv:2204.13902, proposition 3), the form that the paper recommends. Between
/// timesteps of training the noise is taken to grow evenly in log ρ.
/// </summary>
[Entry("deis-tab", "DEIS tAB", Summary = "DEIS with the noise extrapolated in time; good previews from ten steps.", Source = "arXiv:2204.13902")]
public sealed class DeisTab : Scheduler<Deis.Config>
{
    /// <inheritdoc/>
    public override IReadOnlyList<string> Names { get; } = [];

    /// <inheritdoc/>
    protected override SamplingPlan Plan(Deis.Config config, int steps)
    {
        var logs = Array.ConvertAll(new TrainingSchedule(config).Sigmas(config), Math.Log);
        double[] table = Array.ConvertAll(logs, Math.Exp);
        return Deis.PlanOf(config, steps, (grid, i, nodes) =>
        {
            // Times of the levels themselves: those that the network is told may be rounded.
            var times = Array.ConvertAll(nodes, call => NoiseLadder.TimeOf(grid.Levels[call].Sigma, table));
            var end = NoiseLadder.TimeOf(grid.Levels[i + 1].Sigma, table);
            return Pieces(times, end, logs);
        });
    }

    // ∫ lⱼ dρ over the whole timesteps in between, in each of which ρ is an exponential of time.
    private static double[] Pieces(double[] times, double end, double[] logs)
    {
        var total = new double[times.Length];
        for (var from = times[0]; from > end;)
        {
            var to = Math.Max(end, Math.Ceiling(from) - 1);
            var low = Math.Min((int)Math.Floor(to), logs.Length - 2);
            var slope = logs[low + 1] - logs[low];
            var part = LagrangeWeights.Over(times, from, to, t => slope * Math.Exp(logs[low] + ((t - low) * slope)));
            for (var j = 0; j < total.Length; j++)
            {
                total[j] += part[j];
            }

            from = to;
        }

        return total;
    }
}
