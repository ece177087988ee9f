using System.ComponentModel.DataAnnotations;
using System.Numerics.Tensors;

namespace Ranking.Engine.Optimizers;

/// <summary>
/// The simplex method of Nelder and Mead, which only ever asks which of two points is better. A new vertex is shown
/// beside some of the old ones, and its place among them decides the move; a large simplex takes more than one batch to
/// find the place.
/// </summary>
[Entry("nelder-mead", "Nelder-Mead",
    Summary = "Moves the worst corner of a simplex to better ground by asking where it ranks; for few dimensions and judges who do not err.",
    Source = "Nelder, Mead: A Simplex Method for Function Minimization, 1965; order and acceptance by Lagarias, Reeds, Wright, Wright, SIAM J. Optimization 1998")]
public sealed class NelderMead : Optimizer<NelderMead.Settings, NelderMead.State>
{
    private const int MostDimensions = 1000;

    // How far a skipped point moves away, as a share of its distance from the best one.
    private const double Sidestep = 0.2;

    /// <summary>What the point that is being placed would be.</summary>
    public enum Move
    {
        /// <summary>A corner of the first simplex.</summary>
        Corner,

        /// <summary>The worst vertex mirrored at the others' centroid.</summary>
        Reflection,

        /// <summary>A point beyond a reflection that is the best of all.</summary>
        Expansion,

        /// <summary>A point between the centroid and a reflection that beats the worst vertex only.</summary>
        OutsideContraction,

        /// <summary>A point between the centroid and the worst vertex.</summary>
        InsideContraction,

        /// <summary>A vertex drawn towards the best one.</summary>
        Shrinkage,
    }

    /// <summary>The settings of the simplex method.</summary>
    public sealed record Settings
    {
        /// <summary>The edge of the first simplex.</summary>
        [Range(1e-6, 1000.0), LogScale, Display(Name = "First size", Description = "How far the first corners lie from the start, one along each coordinate.")]
        public double Size { get; init; } = 0.5;

        /// <summary>Whether the coefficients follow the dimension.</summary>
        [Advanced, Display(Name = "Adaptive coefficients", Description = "Expand and contract less in many dimensions (Gao, Han, 2012) instead of by 2 and 1/2.")]
        public bool Adaptive { get; init; }
    }

    /// <summary>The state between two questions.</summary>
    /// <param name="Vertices">Those whose order is known, best first.</param>
    /// <param name="Waiting">Corners or shrunk vertices that have no place yet.</param>
    /// <param name="Pending">The point whose place is being found.</param>
    /// <param name="Kind">What it would be.</param>
    /// <param name="Low">Its place is at least this.</param>
    /// <param name="High">And at most this.</param>
    /// <param name="Moves">Finished moves of the simplex.</param>
    public sealed record State(double[][] Vertices, double[][] Waiting, double[] Pending, Move Kind, int Low, int High, int Moves);

    /// <inheritdoc/>
    public override JudgementKind Accepts => JudgementKind.Ranking;

    /// <summary>The state in which the corners of a given simplex, of d + 1 points, wait for their places.</summary>
    public static State Around(params double[][] simplex) => new([simplex[0]], simplex[2..], simplex[1], Move.Corner, 0, 1, 0);

    /// <inheritdoc/>
    protected override State Begin(Context<Settings> context)
    {
        var d = context.Problem.Dimension;
        if (d > MostDimensions)
        {
            throw new SettingsException(new Dictionary<string, string[]>
            {
                ["dimension"] = [$"Nelder-Mead keeps a simplex of d + 1 points and takes at most {MostDimensions} dimensions, not {d}."],
            });
        }

        var simplex = new double[d + 1][];
        for (var i = 0; i <= d; i++)
        {
            simplex[i] = context.Problem.Origin();
            if (i > 0)
            {
                simplex[i][i - 1] += context.Settings.Size;
                context.Problem.Geometry.Project(simplex[i]);
            }
        }

        return Around(simplex);
    }

    /// <inheritdoc/>
    protected override Query Plan(Context<Settings> context, State state)
    {
        var pivots = Pivots(context, state);
        var roles = new Role[pivots.Length + 1];
        for (var i = 0; i < pivots.Length; i++)
        {
            roles[i + 1] = new Role(pivots[i] == 0 ? RoleKind.Incumbent : RoleKind.Sample, 0);
        }

        return new Query(roles.Length, roles.Length, JudgementKind.Ranking, Stage.Explore, [.. roles]);
    }

    /// <inheritdoc/>
    protected override void Ask(Context<Settings> context, State state, Batch batch)
    {
        var pivots = Pivots(context, state);
        state.Pending.CopyTo(batch[0]);
        for (var i = 0; i < pivots.Length; i++)
        {
            state.Vertices[pivots[i]].CopyTo(batch[i + 1]);
        }
    }

    /// <inheritdoc/>
    protected override State Tell(Context<Settings> context, State state, ReadOnlyBatch batch, Answer answer)
    {
        // A tie is no improvement, except that an outside contraction need only be as good as its reflection.
        var tieWins = state.Kind == Move.OutsideContraction && answer.Verdict is null;
        var (low, high) = (state.Low, state.High);
        foreach (var (pivot, candidate) in Pivots(context, state).Select((pivot, i) => (pivot, i + 1)))
        {
            var lead = answer.Comparisons.NetWins(0) - answer.Comparisons.NetWins(candidate);
            if (lead > 0 || (lead == 0 && tieWins))
            {
                high = pivot;
                break;
            }

            low = pivot + 1;
        }

        state = state with { Pending = batch[0].ToArray(), Low = low, High = high };
        return low < high ? state : Placed(context, state, low);
    }

    /// <inheritdoc/>
    protected override State Skip(Context<Settings> context, State state)
    {
        var beside = new double[state.Pending.Length];
        context.Noise.Direction(0, beside);
        TensorPrimitives.MultiplyAdd(beside, Sidestep * Reduce.Distance(state.Pending, state.Vertices[0]), state.Pending, beside);
        return state with { Pending = beside };
    }

    /// <inheritdoc/>
    protected override ReadOnlySpan<double> Best(State state) => state.Vertices[0];

    // The vertices to show: all that the place may lie between, or as many of them as the batch holds, evenly spaced.
    private static int[] Pivots(Context<Settings> context, State state)
    {
        var (open, most) = (state.High - state.Low, Math.Max(1, context.Problem.Candidates - 1));
        var pivots = new int[Math.Min(open, most)];
        for (var i = 0; i < pivots.Length; i++)
        {
            pivots[i] = state.Low + ((((2 * i) + 1) * open) / (2 * pivots.Length));
        }

        return pivots;
    }

    private static State Placed(Context<Settings> context, State state, int place)
    {
        var (vertices, d) = (state.Vertices, state.Pending.Length);
        switch (state.Kind)
        {
            case Move.Corner or Move.Shrinkage:
                var grown = With(vertices, state.Pending, place, vertices.Length);
                return state.Waiting.Length == 0
                    ? Reflected(context, grown, state.Kind == Move.Corner ? 0 : state.Moves + 1)
                    : Asked(context, state with { Vertices = grown, Waiting = state.Waiting[1..] }, state.Waiting[0], state.Kind, 0, grown.Length);
            case Move.Reflection when place == 0:
                // The reflection takes the first place, and the expansion has to beat it.
                return Asked(
                    context, state with { Vertices = With(vertices, state.Pending, 0, d) }, Along(context, vertices, Coefficients(context).Expand), Move.Expansion, 0, 1);
            case Move.Reflection when place == d:
                // The contraction has to beat the reflection; the worst vertex waits, for it moves too if all shrink.
                return Asked(
                    context,
                    state with { Vertices = With(vertices, state.Pending, d, d), Waiting = [vertices[d]] },
                    Along(context, vertices, Coefficients(context).Contract),
                    Move.OutsideContraction,
                    0,
                    d + 1);
            case Move.Reflection when place == d + 1:
                return Asked(context, state, Along(context, vertices, -Coefficients(context).Contract), Move.InsideContraction, 0, d + 1);
            case Move.Expansion when place == 0:
                return Reflected(context, [state.Pending, .. vertices[1..]], state.Moves + 1);
            case Move.Expansion:
                return Reflected(context, vertices, state.Moves + 1);
            case Move.OutsideContraction or Move.InsideContraction when place == d + 1:
                return Shrunk(context, state);
            default:
                return Reflected(context, With(vertices, state.Pending, place, d), state.Moves + 1);
        }
    }

    private static State Reflected(Context<Settings> context, double[][] vertices, int moves) =>
        Asked(context, new State(vertices, [], [], Move.Reflection, 0, 0, moves), Along(context, vertices, 1), Move.Reflection, 0, vertices.Length);

    private static State Shrunk(Context<Settings> context, State state)
    {
        var (best, shrink) = (state.Vertices[0], Coefficients(context).Shrink);
        var worst = state.Kind == Move.OutsideContraction ? state.Waiting[0] : state.Vertices[^1];
        var shrunk = state.Vertices[1..^1].Append(worst).Select(vertex =>
        {
            var moved = new double[vertex.Length];
            TensorPrimitives.Subtract(vertex, best, moved);
            TensorPrimitives.MultiplyAdd(moved, shrink, best, moved);
            return moved;
        }).ToArray();
        return Asked(context, state with { Vertices = [best], Waiting = shrunk[1..] }, shrunk[0], Move.Shrinkage, 0, 1);
    }

    private static State Asked(Context<Settings> context, State state, double[] pending, Move kind, int low, int high)
    {
        context.Problem.Geometry.Project(pending);
        return state with { Pending = pending, Kind = kind, Low = low, High = high };
    }

    // c + t (c - worst) with the centroid c of all vertices but the worst.
    private static double[] Along(Context<Settings> context, double[][] vertices, double t)
    {
        var (centroid, point) = (new double[context.Problem.Dimension], new double[context.Problem.Dimension]);
        foreach (var vertex in vertices[..^1])
        {
            TensorPrimitives.Add(vertex, centroid, centroid);
        }

        TensorPrimitives.Divide(centroid, vertices.Length - 1, centroid);
        TensorPrimitives.Subtract(centroid, vertices[^1], point);
        TensorPrimitives.MultiplyAdd(point, t, centroid, point);
        return point;
    }

    // The first vertices with one more among them.
    private static double[][] With(double[][] vertices, double[] point, int place, int kept) =>
        [.. vertices[..place], point, .. vertices[place..kept]];

    private static (double Expand, double Contract, double Shrink) Coefficients(Context<Settings> context)
    {
        // In one dimension the adaptive shrinkage would be 0.
        double d = Math.Max(2, context.Problem.Dimension);
        return context.Settings.Adaptive ? (1 + (2 / d), 0.75 - (1 / (2 * d)), 1 - (1 / d)) : (2, 0.5, 0.5);
    }
}
