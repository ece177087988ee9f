using System.Numerics.Tensors;
using System.Text.Json;

namespace Ranking.Engine;

/// <summary>What is optimised, as far as an optimiser may know it. Everything is minimised.</summary>
/// <param name="Start">The starting point; its length is the dimension d.</param>
/// <param name="Candidates">How many candidates a round shows (m).</param>
/// <param name="RankTop">How many places are asked for (k ≤ m).</param>
/// <param name="Geometry">Where points may be.</param>
public sealed record Problem(double[] Start, int Candidates, int RankTop, Geometry Geometry)
{
    /// <summary>Numbers per point.</summary>
    public int Dimension => Start.Length;

    /// <summary>Says why no run can begin; null when one can.</summary>
    public string? Refusal() =>
        Dimension < 1 || !TensorPrimitives.IsFiniteAll<double>(Start) ? "Start needs at least one coordinate, all finite."
        : Candidates < 1 ? "Candidates must be at least 1."
        : RankTop < 1 ? "RankTop must be at least 1."
        : Geometry is Geometry.Box(var lower, var upper) && !(lower < upper && double.IsFinite(upper - lower)) ? "Geometry must be a box whose lower bound is below its upper one."
        : null;

    /// <summary>A copy of the starting point, brought into the geometry: where a method's first state begins.</summary>
    public double[] Origin()
    {
        var point = Start.AsSpan().ToArray();
        Geometry.Project(point);
        return point;
    }
}

/// <summary>What the judges of a round said, in the form an optimiser uses.</summary>
/// <param name="comparisons">The union of the rankings' edges; without edges when only an overall verdict was given.</param>
/// <param name="verdict">The verdict about the batch as a whole, if that was the answer.</param>
/// <param name="losses">One value per candidate, when the optimiser wants values or gradients and every judge gave them; else empty.</param>
/// <param name="gradients">One row per candidate, when the optimiser wants gradients; else empty.</param>
/// <param name="judges">Where several judges gave an order, the comparison graph of each; else empty.</param>
public readonly ref struct Answer(
    Comparisons comparisons, Verdict? verdict, ReadOnlySpan<double> losses, ReadOnlySpan<double> gradients, ReadOnlySpan<Comparisons> judges = default)
{
    /// <summary>The comparison graph.</summary>
    public Comparisons Comparisons { get; } = comparisons;

    /// <summary>The verdict about the batch as a whole.</summary>
    public Verdict? Verdict { get; } = verdict;

    /// <summary>One value per candidate.</summary>
    public ReadOnlySpan<double> Losses { get; } = losses;

    /// <summary>One gradient row per candidate.</summary>
    public ReadOnlySpan<double> Gradients { get; } = gradients;

    /// <summary>The comparison graph of each of several judges.</summary>
    public ReadOnlySpan<Comparisons> Judges { get; } = judges;
}

/// <summary>The state of a run between two rounds; everything else follows from settings and seed.</summary>
/// <param name="Round">The number of the next round, from 0.</param>
/// <param name="State">The optimiser's state as <see cref="StateJson"/> writes it, UTF-8.</param>
public sealed record RunSnapshot(uint Round, byte[] State);

/// <summary>One run of an optimiser on a problem.</summary>
public interface IRun
{
    /// <summary>The number of the present round, from 0.</summary>
    uint Round { get; }

    /// <summary>What is asked in the present round.</summary>
    Query Query { get; }

    /// <summary>The best point so far, as the optimiser sees it.</summary>
    ReadOnlySpan<double> Best { get; }

    /// <summary>Writes the candidates of the present round. Repeatable: it changes nothing.</summary>
    void Ask(Batch batch);

    /// <summary>Learns what one or several judges said of the present round and moves on to the next.</summary>
    /// <exception cref="ArgumentException">A judgement does not fit; nothing has changed.</exception>
    void Tell(params ReadOnlySpan<Judgement> judgements);

    /// <summary>Learns an answer that has been made of judgements already, as an optimiser inside another one does.</summary>
    void Tell(Answer answer);

    /// <summary>Moves on to other candidates without learning anything.</summary>
    void Skip();

    /// <summary>The state, from which <see cref="IOptimizer.Restore"/> goes on bit for bit.</summary>
    RunSnapshot Save();
}

/// <summary>An ask/tell optimiser, as the catalogue, sessions and pages see it.</summary>
public interface IOptimizer : IConfigurable
{
    /// <summary>The kinds of feedback it can learn from.</summary>
    JudgementKind Accepts { get; }

    /// <summary>The least information it can work with.</summary>
    Information Needs { get; }

    /// <summary>Starts a run whose random numbers are keyed by <paramref name="seed"/>.</summary>
    /// <exception cref="SettingsException">The settings are refused.</exception>
    IRun Start(Problem problem, JsonElement settings, ulong seed);

    /// <summary>Goes on where <see cref="IRun.Save"/> was called.</summary>
    IRun Restore(Problem problem, JsonElement settings, ulong seed, RunSnapshot snapshot);
}

/// <summary>What an algorithm's four functions may use besides its state.</summary>
/// <param name="Problem">The problem.</param>
/// <param name="Settings">The settings.</param>
/// <param name="Noise">The random numbers of this call.</param>
/// <param name="Round">The number of the round.</param>
/// <param name="Asked">The random numbers that the candidates of a round were drawn from, of this round or an earlier one.</param>
/// <param name="Spare">Vectors that may be written, for the next state.</param>
/// <typeparam name="TSettings">The settings record.</typeparam>
public readonly record struct Context<TSettings>(
    Problem Problem, TSettings Settings, Noise Noise, uint Round, Func<uint, Noise> Asked, SpareVectors Spare);

/// <summary>
/// An algorithm as pure functions over an explicit state: asking changes nothing, telling returns the next state. This
/// base class owns rounds, seeds, validation, projection into the geometry, and snapshots.
/// </summary>
/// <typeparam name="TSettings">A record that declares the settings.</typeparam>
/// <typeparam name="TState">A record that <see cref="StateJson"/> can write; never changed in place.</typeparam>
public abstract class Optimizer<TSettings, TState> : IOptimizer
    where TSettings : class, new()
    where TState : class
{
    /// <inheritdoc/>
    public abstract JudgementKind Accepts { get; }

    /// <inheritdoc/>
    public virtual Information Needs =>
        Accepts.HasFlag(JudgementKind.Ranking) ? Information.Rankings
        : Accepts.HasFlag(JudgementKind.Values) ? Information.Values
        : Information.Gradients;

    /// <inheritdoc/>
    public SettingsSchema Schema => SettingsSchema.Of(typeof(TSettings));

    /// <inheritdoc/>
    public IRun Start(Problem problem, JsonElement settings, ulong seed) =>
        Start(problem, (TSettings)Schema.Read(settings), (purpose, round) => Noise.Philox(seed, purpose, round));

    /// <inheritdoc/>
    public IRun Restore(Problem problem, JsonElement settings, ulong seed, RunSnapshot snapshot)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        var state = JsonSerializer.Deserialize<TState>(snapshot.State, StateJson.Options)
            ?? throw new ArgumentException("The snapshot holds no state.", nameof(snapshot));
        var run = new Run(this, problem, (TSettings)Schema.Read(settings), (purpose, round) => Noise.Philox(seed, purpose, round), state, snapshot.Round);
        return run.Best.Length == problem.Dimension
            ? run
            : throw new ArgumentException($"The snapshot is of {run.Best.Length} numbers a point, the problem of {problem.Dimension}.", nameof(snapshot));
    }

    /// <summary>Starts a run with settings and random numbers of the caller's own, as tests do with recorded draws.</summary>
    public IRun Start(Problem problem, TSettings settings, Func<Purpose, uint, Noise> noise)
    {
        ArgumentNullException.ThrowIfNull(problem);
        ArgumentNullException.ThrowIfNull(noise);
        if (problem.Refusal() is { } refusal)
        {
            throw new ArgumentException(refusal, nameof(problem));
        }

        var context = new Context<TSettings>(problem, settings, noise(Purpose.Begin, 0), 0, round => noise(Purpose.Ask, round), new SpareVectors());
        return new Run(this, problem, settings, noise, Begin(context), 0);
    }

    /// <summary>The first state.</summary>
    protected abstract TState Begin(Context<TSettings> context);

    /// <summary>What the next round asks.</summary>
    protected abstract Query Plan(Context<TSettings> context, TState state);

    /// <summary>Writes the candidates. They are projected into the geometry afterwards.</summary>
    protected abstract void Ask(Context<TSettings> context, TState state, Batch batch);

    /// <summary>The state after the answer. <paramref name="batch"/> holds the projected candidates.</summary>
    protected abstract TState Tell(Context<TSettings> context, TState state, ReadOnlyBatch batch, Answer answer);

    /// <summary>
    /// The state after a skipped round. Methods that draw their candidates anew each round keep it as it is; a method
    /// whose candidates follow from its state alone must change it, or the same batch would be shown again.
    /// </summary>
    protected virtual TState Skip(Context<TSettings> context, TState state) => state;

    /// <summary>Gives back the vectors of a state that its successor does not hold.</summary>
    protected virtual void Retire(TState before, TState after, SpareVectors spare)
    {
    }

    /// <summary>The best point so far.</summary>
    protected abstract ReadOnlySpan<double> Best(TState state);

    private sealed class Run(
        Optimizer<TSettings, TState> optimizer, Problem problem, TSettings settings, Func<Purpose, uint, Noise> noise, TState state, uint round) : IRun
    {
        private readonly Func<uint, Noise> _asked = asked => noise(Purpose.Ask, asked);
        private readonly SpareVectors _spare = new();
        private double[] _block = [];
        private uint? _drawn;
        private Query? _query;

        public uint Round { get; private set; } = round;

        public Query Query => _query ??= optimizer.Plan(In(Purpose.Ask), state);

        public ReadOnlySpan<double> Best => optimizer.Best(state);

        public void Ask(Batch batch)
        {
            if (batch.Count != Query.Count || batch.Dimension != problem.Dimension)
            {
                throw new ArgumentException($"A batch of {Query.Count} × {problem.Dimension} is needed, not {batch.Count} × {batch.Dimension}.", nameof(batch));
            }

            Candidates().CopyTo(batch);
        }

        public void Tell(params ReadOnlySpan<Judgement> judgements)
        {
            if (judgements.IsEmpty)
            {
                throw new ArgumentException("At least one judgement is needed.", nameof(judgements));
            }

            Tell(Answers.Merge(judgements, Query, problem.Dimension));
        }

        public void Tell(Answer answer)
        {
            var before = state;
            state = optimizer.Tell(In(Purpose.Tell), before, Candidates(), answer);
            optimizer.Retire(before, state, _spare);
            MoveOn();
        }

        public void Skip()
        {
            state = optimizer.Skip(In(Purpose.Tell), state);
            MoveOn();
        }

        public RunSnapshot Save() => new(Round, JsonSerializer.SerializeToUtf8Bytes(state, StateJson.Options));

        private Context<TSettings> In(Purpose purpose) => new(problem, settings, noise(purpose, Round), Round, _asked, _spare);

        private void MoveOn()
        {
            Round++;
            _query = null;
        }

        // The candidates are drawn once a round and kept: telling needs them again.
        private Batch Candidates()
        {
            var count = Query.Count;
            if (_block.Length < count * problem.Dimension)
            {
                _block = new double[count * problem.Dimension];
                _drawn = null;
            }

            var batch = new Batch(_block, count, problem.Dimension);
            if (_drawn != Round)
            {
                optimizer.Ask(In(Purpose.Ask), state, batch);
                for (var i = 0; i < count; i++)
                {
                    problem.Geometry.Project(batch[i]);
                }

                _drawn = Round;
            }

            return batch;
        }
    }
}
