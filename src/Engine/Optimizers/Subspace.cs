using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace Ranking.Engine.Optimizers;

/// <summary>
/// Search in a reduced space: any optimiser works on the coordinates z of x = x₀ + Bz with a fixed orthonormal basis B,
/// so that what it must learn is as large as z, not as x. The estimate of a gradient varies with the dimension of z.
/// </summary>
[Entry("subspace", "Search in a subspace",
    Summary = "Lets another optimiser move only along a few fixed directions: random ones, smooth ones, or your own.",
    Source = "Zhang et al.: How to Robustify Black-Box ML Models? A Zeroth-Order Optimization Perspective, ICLR 2022, arXiv 2203.14195")]
public sealed class Subspace : Optimizer<Subspace.Settings, Subspace.State>
{
    /// <summary>The settings of the search in a subspace.</summary>
    public sealed record Settings : IValidatableObject
    {
        /// <summary>The optimiser inside.</summary>
        [EntryKey(typeof(IOptimizer)), Display(Name = "Optimiser", Description = "The optimiser that works inside the subspace.")]
        public string Inner { get; init; } = "zo-rank-sgd";

        /// <summary>Its settings.</summary>
        [StringLength(100_000), Display(Name = "Its settings", Description = "The inner optimiser's settings as a JSON object; empty for its defaults.")]
        public string InnerSettings { get; init; } = "";

        /// <summary>Where the basis comes from.</summary>
        [Display(Name = "Basis", Description = "Random directions (random), the lowest frequencies of the cosine transform (lowFrequency), or directions that you give (given).")]
        public BasisKind Basis { get; init; } = BasisKind.Random;

        /// <summary>The dimension of z.</summary>
        [Range(1, 1024), LogScale, Display(Name = "Dimension", Description = "How many directions span the subspace, at most as many as the point has coordinates.")]
        public int Dimension { get; init; } = 16;

        /// <summary>Planes of the point.</summary>
        [Range(1, 1024), Advanced, Display(Name = "Channels", Description = "For low frequencies: how many planes a point consists of; a latent of Stable Diffusion has 4.")]
        public int Channels { get; init; } = 1;

        /// <summary>Rows of a plane.</summary>
        [Range(1, 4096), Advanced, Display(Name = "Rows", Description = "For low frequencies: how many rows a plane has; 1 takes the plane as a line.")]
        public int Rows { get; init; } = 1;

        /// <summary>The user's directions.</summary>
        [StringLength(10_000_000), Advanced, Display(Name = "Given directions", Description = "For a given basis: all coordinates of the first direction, then of the second and so on, separated by spaces; they are made orthonormal. None takes the first coordinates.")]
        public string Directions { get; init; } = "";

        /// <inheritdoc/>
        public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
        {
            if (InnerRun.Refusal(Inner, InnerSettings, nameof(InnerSettings)) is { } refusal)
            {
                yield return refusal;
            }

            if (ReducedBasis.Parse(Directions) is null)
            {
                yield return new ValidationResult("Given directions must be finite numbers separated by spaces.", [nameof(Directions)]);
            }
        }
    }

    /// <summary>The state between two rounds.</summary>
    /// <param name="Inner">The inner optimiser's state.</param>
    /// <param name="Seed">What a random basis is made from.</param>
    /// <param name="Centre">The best point, in the full space.</param>
    public sealed record State(InnerRun Inner, uint Seed, double[] Centre)
    {
        // A pure function of the settings and the seed, kept because it is dear to make.
        [JsonIgnore]
        internal ReducedBasis? Basis { get; set; }
    }

    /// <inheritdoc/>
    public override JudgementKind Accepts => JudgementKind.Ranking | JudgementKind.Values | JudgementKind.Gradients;

    /// <inheritdoc/>
    protected override State Begin(Context<Settings> context)
    {
        var (settings, start) = (context.Settings, context.Problem.Origin());
        var seed = (uint)(context.Noise.Uniform(1, 0) * uint.MaxValue);
        var basis = MakeBasis(context, seed);
        var inner = InnerRun.Begin(settings.Inner, InnerRun.Parse(settings.InnerSettings), Reduced(context, basis), context.Noise);
        return new State(inner, seed, start) { Basis = basis };
    }

    /// <inheritdoc/>
    protected override Query Plan(Context<Settings> context, State state) => Run(context, state).Query;

    /// <inheritdoc/>
    protected override void Ask(Context<Settings> context, State state, Batch batch)
    {
        var basis = BasisOf(context, state);
        var block = new double[batch.Count * basis.Size];
        var reduced = new Batch(block, batch.Count, basis.Size);
        Run(context, state).Ask(reduced);
        for (var i = 0; i < batch.Count; i++)
        {
            basis.Place(context.Problem.Start, reduced[i], batch[i]);
        }
    }

    /// <inheritdoc/>
    protected override State Tell(Context<Settings> context, State state, ReadOnlyBatch batch, Answer answer)
    {
        var basis = BasisOf(context, state);
        var gradients = new double[answer.Gradients.IsEmpty ? 0 : batch.Count * basis.Size];
        for (var i = 0; i < gradients.Length / basis.Size; i++)
        {
            basis.Reduce(answer.Gradients.Slice(i * batch.Dimension, batch.Dimension), gradients.AsSpan(i * basis.Size, basis.Size));
        }

        var (comparisons, verdict, losses, judges) = (answer.Comparisons, answer.Verdict, answer.Losses.ToArray(), answer.Judges.ToArray());
        return Next(context, state, run => run.Tell(new Answer(comparisons, verdict, losses, gradients, judges)));
    }

    /// <inheritdoc/>
    protected override State Skip(Context<Settings> context, State state) => Next(context, state, run => run.Skip());

    /// <inheritdoc/>
    protected override ReadOnlySpan<double> Best(State state) => state.Centre;

    private static State Next(Context<Settings> context, State state, Action<IRun> tell)
    {
        var (basis, centre) = (BasisOf(context, state), new double[context.Problem.Dimension]);
        var inner = state.Inner.Told(context.Settings.Inner, InnerRun.Parse(context.Settings.InnerSettings), Reduced(context, basis), tell);
        var next = state with { Inner = inner, Centre = centre };
        basis.Place(context.Problem.Start, Run(context, next).Best, centre);
        context.Problem.Geometry.Project(centre);
        return next;
    }

    private static IRun Run(Context<Settings> context, State state) =>
        state.Inner.Run(context.Settings.Inner, InnerRun.Parse(context.Settings.InnerSettings), Reduced(context, BasisOf(context, state)));

    private static Problem Reduced(Context<Settings> context, ReducedBasis basis) =>
        context.Problem with { Start = new double[basis.Size], Geometry = new Geometry.Flat() };

    private static ReducedBasis BasisOf(Context<Settings> context, State state) => state.Basis ??= MakeBasis(context, state.Seed);

    private static ReducedBasis MakeBasis(Context<Settings> context, uint seed)
    {
        var (settings, dimension) = (context.Settings, context.Problem.Dimension);
        var size = Math.Min(settings.Dimension, dimension);
        return settings.Basis switch
        {
            BasisKind.Random => ReducedBasis.Random(dimension, size, Noise.Philox(seed, Purpose.Begin, 0)),
            BasisKind.LowFrequency => ReducedBasis.LowFrequency(dimension, size, settings.Channels, settings.Rows),
            _ => ReducedBasis.Given(dimension, size, ReducedBasis.Parse(settings.Directions)!),
        };
    }
}
