using System.Collections.Immutable;
using Ranking.Engine.Functions;
using Ranking.Engine.Oracles;

namespace Ranking.Engine.Playground;

/// <summary>Lets optimisers run from one start on one test function in the plane: a pure function of the set-up.</summary>
public sealed class Race(Catalog<TestFunction> functions, Catalog<IOptimizer> optimizers, Catalog<IOracle> oracles)
{
    /// <summary>A run has reached the goal when its value is this near to the lowest one.</summary>
    public const double Precision = 1e-3;

    // Beyond this many widths of the map from its middle a run is stopped: it does not come back.
    private const double Far = 100;

    private readonly Catalog<TestFunction> _functions = functions;
    private readonly Catalog<IOptimizer> _optimizers = optimizers;
    private readonly Catalog<IOracle> _oracles = oracles;

    /// <summary>Runs the race; the trajectories come in the order of the optimisers.</summary>
    /// <param name="setup">What is raced.</param>
    /// <param name="progress">Told the share of evaluations that is done, 0 to 1.</param>
    /// <param name="cancel">Ends the race early by an exception.</param>
    /// <exception cref="SettingsException">Settings are refused.</exception>
    /// <exception cref="KeyNotFoundException">A key is in no catalogue.</exception>
    /// <exception cref="ArgumentException">An oracle gives another kind of judgement than it is there for.</exception>
    public ImmutableArray<Trajectory> Run(RaceSetup setup, IProgress<double>? progress = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(setup);
        var trajectories = ImmutableArray.CreateBuilder<Trajectory>(setup.Optimizers.Length);
        foreach (var optimizer in setup.Optimizers)
        {
            void Report(double share) => progress?.Report((trajectories.Count + share) / setup.Optimizers.Length);
            trajectories.Add(new Lane(this, setup, optimizer).Run(Report, cancel));
        }

        return trajectories.MoveToImmutable();
    }

    private IOracle Oracle(Pick pick, JudgementKind gives) => _oracles[pick.Key] is { } oracle && oracle.Gives == gives
        ? oracle
        : throw new ArgumentException($"{pick.Key} gives no {gives.ToString().ToLowerInvariant()}.");

    // One optimiser on its way.
    private sealed class Lane
    {
        private readonly RaceSetup _setup;
        private readonly Pick _optimizer;
        private readonly TestFunction _function;
        private readonly IOracle _rankings;
        private readonly IOracle _values;
        private readonly IRun _run;
        private readonly double _lowest;
        private readonly ImmutableArray<double>.Builder _x = ImmutableArray.CreateBuilder<double>();
        private readonly ImmutableArray<double>.Builder _y = ImmutableArray.CreateBuilder<double>();
        private readonly ImmutableArray<double>.Builder _gaps = ImmutableArray.CreateBuilder<double>();
        private readonly ImmutableArray<int>.Builder _evaluations = ImmutableArray.CreateBuilder<int>();
        private readonly ImmutableArray<double>.Builder _candidates = ImmutableArray.CreateBuilder<double>();

        public Lane(Race race, RaceSetup setup, Pick optimizer)
        {
            (_setup, _optimizer) = (setup, optimizer);
            _function = race._functions[setup.Function];
            (_rankings, _values) = (race.Oracle(setup.Rankings, JudgementKind.Ranking), race.Oracle(setup.Values, JudgementKind.Values));
            _lowest = _function.Value(_function.Minimum(2));
            var rules = setup.Rules;
            var problem = new Problem([setup.StartX, setup.StartY], rules.Candidates, Math.Min(rules.RankTop, rules.Candidates), new Geometry.Flat());
            _run = race._optimizers[optimizer.Key].Start(problem, optimizer.Settings, (ulong)rules.Seed);
        }

        public Trajectory Run(Action<double> report, CancellationToken cancel)
        {
            Add([_setup.StartX, _setup.StartY], 0);
            var spent = 0;
            while (true)
            {
                cancel.ThrowIfCancellationRequested();
                try
                {
                    var count = _run.Query.Count;
                    if (spent + count > _setup.Rules.Budget)
                    {
                        return Finished();
                    }

                    if (!Round(count))
                    {
                        return Ended(Outcome.Diverged);
                    }

                    spent += count;
                    if (!Add(_run.Best, spent))
                    {
                        return Ended(Outcome.Diverged);
                    }
                }
                catch (Exception e) when (e is ArithmeticException or ArgumentException or InvalidOperationException)
                {
                    return Ended(Outcome.Failed, e.Message);
                }

                report((double)spent / _setup.Rules.Budget);
            }
        }

        // Asks, judges and tells; false where a candidate has no value that could be told.
        private bool Round(int count)
        {
            var block = new double[2 * count];
            _run.Ask(new Batch(block, count, 2));
            var losses = new double[count];
            for (var i = 0; i < count; i++)
            {
                losses[i] = IsNear(block.AsSpan(2 * i, 2), Far * Far) ? _function.Value(block.AsSpan(2 * i, 2)) : double.NaN;
            }

            if (!losses.All(double.IsFinite) || Judge(block, losses) is not { } judgement)
            {
                return false;
            }

            _candidates.AddRange(block);
            _run.Tell(judgement);
            return true;
        }

        // Null where a gradient is not finite.
        private Judgement? Judge(double[] block, double[] losses)
        {
            var (query, noise) = (_run.Query, Noise.Philox((ulong)_setup.Rules.Seed, Purpose.Oracle, _run.Round));
            if (query.Wants == JudgementKind.Ranking)
            {
                return _rankings.Judge(losses, query.RankTop, noise, _setup.Rankings.Settings);
            }

            var values = _values.Judge(losses, query.RankTop, noise, _setup.Values.Settings);
            if (query.Wants != JudgementKind.Gradients)
            {
                return values;
            }

            var rows = new double[block.Length];
            Span<double> error = stackalloc double[2];
            for (var i = 0; i < losses.Length; i++)
            {
                // The oracle draws for candidates 0 … m - 1; the errors of the gradients take the numbers after these.
                noise.Normal(losses.Length + i, error);
                var row = rows.AsSpan(2 * i, 2);
                _function.Gradient(block.AsSpan(2 * i, 2), row);
                row[0] += _setup.Rules.GradientNoise * error[0];
                row[1] += _setup.Rules.GradientNoise * error[1];
            }

            return rows.All(double.IsFinite) ? new Judgement.Gradients(((Judgement.Values)values).Losses, [.. rows]) : null;
        }

        // Notes where the optimiser is, if that has a value; false where it is too far away to go on.
        private bool Add(ReadOnlySpan<double> point, int spent)
        {
            if (!double.IsFinite(point[0]) || !double.IsFinite(point[1]) || _function.Value(point) is var value && !double.IsFinite(value - _lowest))
            {
                return false;
            }

            _x.Add(point[0]);
            _y.Add(point[1]);
            _gaps.Add(Math.Max(0, value - _lowest));
            _evaluations.Add(spent);
            return IsNear(point, Far);
        }

        private Trajectory Finished()
        {
            var reached = Enumerable.Range(0, _x.Count).FirstOrDefault(i => _gaps[i] <= Precision, -1);
            var outside = Enumerable.Range(0, _x.Count).Reverse().TakeWhile(i => !IsNear([_x[i], _y[i]], 0.5)).LastOrDefault(-1);
            return reached >= 0 ? Ended(Outcome.Reached, at: reached)
                : outside >= 0 ? Ended(Outcome.LeftMap, at: outside)
                : Ended(Outcome.NotReached);
        }

        private Trajectory Ended(Outcome outcome, string? why = null, int? at = null)
        {
            // A round whose answer led nowhere has candidates but no point after it.
            _candidates.Count = 2 * _evaluations[^1];
            return new(
                _optimizer, _x.ToImmutable(), _y.ToImmutable(), _gaps.ToImmutable(), _evaluations.ToImmutable(), _candidates.ToImmutable(), outcome, at ?? _x.Count - 1, why);
        }

        // Whether a point lies within so many widths of the map from its middle, in each coordinate.
        private bool IsNear(ReadOnlySpan<double> point, double widths)
        {
            var (lower, upper) = _function.Domain;
            var (middle, reach) = ((lower + upper) / 2, widths * (upper - lower));
            return Math.Abs(point[0] - middle) <= reach && Math.Abs(point[1] - middle) <= reach;
        }
    }
}
