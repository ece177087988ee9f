using System.ComponentModel.DataAnnotations;
using System.Numerics.Tensors;

namespace Ranking.Engine.Optimizers;

/// <summary>
/// Simultaneous perturbation: all coordinates move by ±cₖ at once, gᵢ = (f(x+cₖΔ) - f(x-cₖΔ))/(2cₖΔᵢ) averaged over the
/// pairs of a round, x ← x - aₖg with aₖ = a/(A+k+1)^α and cₖ = c/(k+1)^γ. Where only an order is known, the difference of
/// a pair counts by its sign, and aₖ is the length of a step in each coordinate.
/// </summary>
[Entry("spsa", "SPSA",
    Summary = "Moves all coordinates up or down at once, compares opposite points and follows the difference, ever more finely.",
    Source = "Spall: Multivariate Stochastic Approximation Using a Simultaneous Perturbation Gradient Approximation, IEEE TAC 1992; gains of Spall 1998")]
public sealed class Spsa : Optimizer<Spsa.Settings, Spsa.State>
{
    /// <summary>The settings of SPSA.</summary>
    public sealed record Settings
    {
        /// <summary>a.</summary>
        [Range(1e-10, 1000.0), LogScale, Display(Name = "Step size", Description = "The gain a of steps: step k is a/(A+k+1)^α times the estimated gradient.")]
        public double StepSize { get; init; } = 0.3;

        /// <summary>c.</summary>
        [Range(1e-8, 100.0), LogScale, Display(Name = "Perturbation", Description = "The gain c of perturbations: in round k each coordinate moves by c/(k+1)^γ.")]
        public double Smoothing { get; init; } = 0.1;

        /// <summary>A.</summary>
        [Range(0.0, 100000.0), Advanced, Display(Name = "Stability", Description = "How many steps A damp the first ones; about a tenth of the planned steps.")]
        public double Stability { get; init; } = 10;

        /// <summary>α.</summary>
        [Range(0.0, 1.0), Advanced, Display(Name = "Step decay", Description = "The exponent α by which steps fall.")]
        public double StepDecay { get; init; } = 0.602;

        /// <summary>γ.</summary>
        [Range(0.0, 1.0), Advanced, Display(Name = "Perturbation decay", Description = "The exponent γ by which perturbations fall.")]
        public double SmoothingDecay { get; init; } = 0.101;
    }

    /// <summary>The state between two rounds.</summary>
    /// <param name="Centre">The point x.</param>
    /// <param name="Steps">k.</param>
    public sealed record State(double[] Centre, int Steps);

    /// <inheritdoc/>
    public override JudgementKind Accepts => JudgementKind.Ranking | JudgementKind.Values;

    /// <inheritdoc/>
    protected override State Begin(Context<Settings> context) => new(context.Problem.Origin(), 0);

    /// <inheritdoc/>
    protected override Query Plan(Context<Settings> context, State state) =>
        Query.Samples(Math.Max(2, context.Problem.Candidates / 2 * 2), context.Problem.RankTop, Accepts);

    /// <inheritdoc/>
    protected override void Ask(Context<Settings> context, State state, Batch batch)
    {
        var perturbation = Perturbation(context.Settings, state);
        for (var i = 0; i < batch.Count; i += 2)
        {
            var ahead = batch[i];
            var behind = batch[i + 1];
            context.Noise.Normal(i / 2, ahead);
            for (var j = 0; j < ahead.Length; j++)
            {
                var move = ahead[j] < 0 ? -perturbation : perturbation;
                (ahead[j], behind[j]) = (state.Centre[j] + move, state.Centre[j] - move);
            }
        }
    }

    /// <inheritdoc/>
    protected override State Tell(Context<Settings> context, State state, ReadOnlyBatch batch, Answer answer)
    {
        if (answer.Losses.IsEmpty && answer.Comparisons.Count == 0)
        {
            return state;
        }

        // Since every Δᵢ is 1 or -1, dividing by it is multiplying by it.
        var (settings, pairs) = (context.Settings, batch.Count / 2);
        var perturbation = Perturbation(settings, state);
        var step = settings.StepSize / Power(settings.Stability + state.Steps + 1, settings.StepDecay);
        var (point, direction) = (state.Centre.AsSpan().ToArray(), new double[batch.Dimension]);
        for (var i = 0; i < batch.Count; i += 2)
        {
            var slope = answer.Losses.IsEmpty
                ? Math.Sign(answer.Comparisons.NetWins(i + 1) - answer.Comparisons.NetWins(i))
                : (answer.Losses[i] - answer.Losses[i + 1]) / (2 * perturbation);
            TensorPrimitives.Subtract(batch[i], state.Centre, direction);
            TensorPrimitives.MultiplyAdd(direction, -step * slope / (pairs * perturbation), point, point);
        }

        context.Problem.Geometry.Project(point);
        return new State(point, state.Steps + 1);
    }

    /// <inheritdoc/>
    protected override ReadOnlySpan<double> Best(State state) => state.Centre;

    private static double Perturbation(Settings settings, State state) =>
        settings.Smoothing / Power(state.Steps + 1, settings.SmoothingDecay);

    private static double Power(double x, double exponent) => Exponential.Of(exponent * NormalQuantile.Log(x));
}
