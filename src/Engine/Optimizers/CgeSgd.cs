using System.ComponentModel.DataAnnotations;

namespace Ranking.Engine.Optimizers;

/// <summary>
/// Gradient descent on coordinate-wise estimates: gᵢ = (f(x+μeᵢ) - f(x))/μ, or the central difference, for the active
/// coordinates and 0 for the others, from one batch of as many values; then a step with momentum. One value per
/// coordinate is dear but far more accurate than one along a random direction.
/// </summary>
[Entry("cge-sgd", "SGD on coordinate estimates (CGE)",
    Summary = "Measures the slope along each of a set of coordinates, from one value per coordinate, and follows it.",
    Source = "Chen et al.: DeepZero: Scaling up Zeroth-Order Optimization for Deep Model Training, ICLR 2024, arXiv 2310.02025")]
public sealed class CgeSgd : Optimizer<CgeSgd.Settings, CgeSgd.State>
{
    /// <summary>How the active coordinates are chosen anew.</summary>
    public enum Choice
    {
        /// <summary>At random.</summary>
        Random,

        /// <summary>In turn.</summary>
        Cyclic,

        /// <summary>
        /// Half of them those with the steepest slopes measured last, the others at random: a mask by the size of the
        /// slope, as pruning scores are.
        /// </summary>
        Steepest,
    }

    /// <summary>The settings of coordinate-wise descent.</summary>
    public sealed record Settings : StepSettings
    {
        /// <summary>η.</summary>
        [Range(1e-10, 100.0), LogScale, Display(Name = "Step size", Description = "The factor η on the velocity.")]
        public override double StepSize { get; init; } = 0.05;

        /// <summary>μ.</summary>
        [Range(1e-8, 100.0), LogScale, Display(Name = "Perturbation", Description = "How far μ a coordinate is moved to measure its slope.")]
        public double Smoothing { get; init; } = 0.01;

        /// <summary>Forward or central differences.</summary>
        [Display(Name = "Difference", Description = "Forward differences need one value a coordinate and one more, central ones two a coordinate, more accurately.")]
        public Difference Form { get; init; } = Difference.Forward;

        /// <summary>The size of the active set.</summary>
        [Range(1, 1024), LogScale, Display(Name = "Active coordinates", Description = "How many coordinates a round measures and moves, at most all there are.")]
        public int Active { get; init; } = 32;

        /// <summary>How the set is chosen.</summary>
        [Display(Name = "Choice", Description = "Which coordinates come next: random ones (random), the next ones in turn (cyclic), or half of them the steepest measured last (steepest).")]
        public Choice Selection { get; init; } = Choice.Random;

        /// <summary>How long a set stays.</summary>
        [Range(1, 1000), LogScale, Advanced, Display(Name = "Rounds per set", Description = "For how many rounds a set of coordinates stays.")]
        public int Redraw { get; init; } = 1;

        /// <summary>The share of the velocity that is kept.</summary>
        [Range(0.0, 0.9999), Display(Name = "Momentum", Description = "The share of the velocity that is kept; 0 is plain gradient descent.")]
        public double Momentum { get; init; } = 0.5;

        /// <summary>Nesterov's form of momentum.</summary>
        [Advanced, Display(Name = "Nesterov", Description = "Look ahead along the velocity, after Nesterov.")]
        public bool Nesterov { get; init; }

        /// <summary>λ.</summary>
        [Range(0.0, 10.0), Advanced, Display(Name = "Weight decay", Description = "Adds λx to the estimated gradient.")]
        public double WeightDecay { get; init; }
    }

    /// <summary>The state between two rounds.</summary>
    /// <param name="Centre">The point x.</param>
    /// <param name="Velocity">The velocity; null before the first step.</param>
    /// <param name="Slopes">The slope of each coordinate as it was measured last.</param>
    /// <param name="Active">The active coordinates, ascending.</param>
    public sealed record State(double[] Centre, double[]? Velocity, double[] Slopes, int[] Active);

    /// <inheritdoc/>
    public override JudgementKind Accepts => JudgementKind.Values;

    /// <inheritdoc/>
    protected override State Begin(Context<Settings> context)
    {
        var slopes = new double[context.Problem.Dimension];
        return new State(context.Problem.Origin(), null, slopes, Choose(context, 0, slopes));
    }

    /// <inheritdoc/>
    protected override Query Plan(Context<Settings> context, State state)
    {
        var central = context.Settings.Form == Difference.Central;
        var roles = new Role[central ? 2 * state.Active.Length : state.Active.Length + 1];
        roles[0] = new Role(central ? RoleKind.Sample : RoleKind.Incumbent, 0);
        return new Query(roles.Length, Math.Min(context.Problem.RankTop, roles.Length), JudgementKind.Values, Stage.Explore, [.. roles]);
    }

    /// <inheritdoc/>
    protected override void Ask(Context<Settings> context, State state, Batch batch)
    {
        var settings = context.Settings;
        for (var i = 0; i < batch.Count; i++)
        {
            state.Centre.CopyTo(batch[i]);
        }

        for (var i = 0; i < state.Active.Length; i++)
        {
            var (ahead, behind) = Pair(settings, i);
            batch[ahead][state.Active[i]] += settings.Smoothing;
            batch[behind][state.Active[i]] -= settings.Form == Difference.Central ? settings.Smoothing : 0;
        }
    }

    /// <inheritdoc/>
    protected override State Tell(Context<Settings> context, State state, ReadOnlyBatch batch, Answer answer)
    {
        var settings = context.Scheduled().Settings;
        var slopes = state.Slopes.AsSpan().ToArray();
        var gradient = new double[batch.Dimension];
        for (var i = 0; i < state.Active.Length; i++)
        {
            var (ahead, behind) = Pair(settings, i);
            var coordinate = state.Active[i];
            var slope = (answer.Losses[ahead] - answer.Losses[behind]) / ((settings.Form == Difference.Central ? 2 : 1) * settings.Smoothing);
            gradient[coordinate] = slope;
            slopes[coordinate] = slope;
        }

        var (point, velocity) = (gradient, new double[gradient.Length]);
        for (var i = 0; i < point.Length; i++)
        {
            var h = gradient[i] + (settings.WeightDecay * state.Centre[i]);
            velocity[i] = state.Velocity is { } b ? (settings.Momentum * b[i]) + h : h;
            point[i] = state.Centre[i] - (settings.StepSize * (settings.Nesterov ? h + (settings.Momentum * velocity[i]) : velocity[i]));
        }

        context.Problem.Geometry.Project(point);
        var next = context.Round + 1;
        return new State(point, velocity, slopes, next % settings.Redraw == 0 ? Choose(context, next / (uint)settings.Redraw, slopes) : state.Active);
    }

    /// <inheritdoc/>
    protected override ReadOnlySpan<double> Best(State state) => state.Centre;

    private static (int Ahead, int Behind) Pair(Settings settings, int index) =>
        settings.Form == Difference.Central ? (2 * index, (2 * index) + 1) : (index + 1, 0);

    // The set number `turn`, ascending.
    private static int[] Choose(Context<Settings> context, uint turn, double[] slopes)
    {
        var (settings, dimension) = (context.Settings, slopes.Length);
        var count = Math.Min(settings.Active, dimension);
        var active = new int[count];
        if (count == dimension || settings.Selection == Choice.Cyclic)
        {
            var start = count == dimension ? 0 : (long)turn * count % dimension;
            for (var i = 0; i < count; i++)
            {
                active[i] = (int)((start + i) % dimension);
            }
        }
        else
        {
            // Sizes of slopes are in favour of the coordinates that have not been measured yet.
            var keys = new double[dimension];
            for (var i = 0; i < dimension; i++)
            {
                keys[i] = slopes[i] == 0 ? double.NegativeInfinity : -Math.Abs(slopes[i]);
            }

            var steepest = settings.Selection == Choice.Steepest ? count / 2 : 0;
            var order = context.Noise.Permutation(0, dimension);
            Array.Sort(order, (a, b) => keys[a].CompareTo(keys[b]));
            order.AsSpan(0, steepest).CopyTo(active);
            FillFrom(context.Noise.Permutation(1, dimension), active, steepest);
        }

        Array.Sort(active);
        return active;
    }

    // The first coordinates of a random order that are not active yet.
    private static void FillFrom(int[] order, int[] active, int filled)
    {
        var taken = new bool[order.Length];
        foreach (var coordinate in active.AsSpan(0, filled))
        {
            taken[coordinate] = true;
        }

        for (var i = 0; filled < active.Length; i++)
        {
            if (!taken[order[i]])
            {
                active[filled++] = order[i];
            }
        }
    }
}
