using System.ComponentModel.DataAnnotations;

namespace Ranking.Engine.Optimizers;

/// <summary>
/// ZO-signSGD: x ← x - η sign(g), where g is the mean of the estimates along single directions, or the sum of their
/// signs: a majority vote in every coordinate. The sign of 0 is 0.
/// </summary>
[Entry("zo-sgd-sign", "ZO-signSGD",
    Summary = "Estimates the gradient from values nearby and goes the same distance in every coordinate.",
    Source = "Liu, Chen, Chen, Hong: signSGD via Zeroth-Order Oracle, ICLR 2019")]
public sealed class ZoSgdSign : ZerothOrderMethod<ZoSgdSign.Settings, ZoSgdSign.State>
{
    /// <summary>How the estimates along single directions become one sign.</summary>
    public enum Ballot
    {
        /// <summary>The sign of their mean.</summary>
        Mean,

        /// <summary>The sign that most of them have.</summary>
        Majority,
    }

    /// <summary>The settings of ZO-signSGD.</summary>
    public sealed record Settings : EstimateSettings
    {
        /// <summary>η.</summary>
        [Range(1e-10, 100.0), LogScale, Display(Name = "Step size", Description = "The length η of a step in each coordinate.")]
        public override double StepSize { get; init; } = 0.02;

        /// <summary>The authors draw unit directions.</summary>
        [Advanced, Display(Name = "Directions", Description = "Standard normal directions (gaussian) or unit ones times d (sphere).")]
        public override Distribution Directions { get; init; } = Distribution.Sphere;

        /// <summary>Mean or majority.</summary>
        [Display(Name = "Vote", Description = "Follow the sign of the mean estimate (mean) or the sign that most directions have (majority).")]
        public Ballot Vote { get; init; } = Ballot.Mean;
    }

    /// <summary>The state between two rounds.</summary>
    /// <param name="Centre">The point x.</param>
    public sealed record State(double[] Centre);

    /// <inheritdoc/>
    protected override State Begin(Context<Settings> context) => new(context.Problem.Origin());

    /// <inheritdoc/>
    protected override ReadOnlySpan<double> Best(State state) => state.Centre;

    /// <inheritdoc/>
    protected override void Estimate(Context<Settings> context, State state, ReadOnlyBatch batch, ReadOnlySpan<double> losses, Span<double> gradient)
    {
        if (context.Settings.Vote == Ballot.Mean)
        {
            base.Estimate(context, state, batch, losses, gradient);
            return;
        }

        for (var i = 0; i < DirectionalEstimate.Directions(context.Settings, batch.Count); i++)
        {
            var (ahead, behind) = DirectionalEstimate.Pair(context.Settings, 0, i);
            var sign = Math.Sign(losses[ahead] - losses[behind]);
            for (var j = 0; j < gradient.Length; j++)
            {
                gradient[j] += sign * Math.Sign(batch[ahead][j] - state.Centre[j]);
            }
        }
    }

    /// <inheritdoc/>
    protected override State Step(Context<Settings> context, State state, ReadOnlySpan<double> gradient)
    {
        var point = new double[gradient.Length];
        for (var i = 0; i < point.Length; i++)
        {
            point[i] = state.Centre[i] - (context.Settings.StepSize * Math.Sign(gradient[i]));
        }

        context.Problem.Geometry.Project(point);
        return new State(point);
    }
}
