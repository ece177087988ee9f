using System.ComponentModel.DataAnnotations;

namespace Ranking.Engine.Optimizers;

/// <summary>
/// AdamP: Adam without the part of the step that only makes the weights longer, where their length does not matter (see
/// <see cref="RadialProjection"/>); weight decay shrinks the point, by less where the step was projected.
/// </summary>
[Entry("adamp", "AdamP",
    Summary = "Adam that does not grow weights whose length does not matter.",
    Formula = "x ← x − η P(m̂/(√v̂ + ε)), P: without the part along x",
    Source = "Heo et al.: AdamP: Slowing Down the Slowdown for Momentum Optimizers on Scale-invariant Weights, ICLR 2021, arXiv 2006.08217")]
public sealed class AdamP : AdamMethod<AdamP.Settings>
{
    /// <summary>The settings of AdamP.</summary>
    public sealed record Settings : AdamSettings
    {
        /// <summary>Whether the gradient is looked ahead.</summary>
        [Advanced, Display(Name = "Nesterov", Description = "Mix the present gradient into the mean, as Nesterov's momentum does.")]
        public bool Nesterov { get; init; }

        /// <summary>How x is read.</summary>
        [Display(Name = "Weights are", Description = "How the point is read when the radial part of a step is looked for.")]
        public WeightView View { get; init; }

        /// <summary>Rows of x as a matrix.</summary>
        [Range(1, 4096), Advanced, Display(Name = "Rows", Description = MatrixView.Help)]
        public int Rows { get; init; } = 1;

        /// <summary>δ.</summary>
        [Range(0.0, 10.0), Advanced, Display(Name = "Nearly orthogonal", Description = "Steps are projected where the cosine of gradient and weights is below δ/√d.")]
        public double Delta { get; init; } = 0.1;

        /// <summary>How much of the weight decay remains.</summary>
        [Range(0.0, 1.0), Advanced, Display(Name = "Decay ratio", Description = "The share of weight decay that is left where the step was projected.")]
        public double DecayRatio { get; init; } = 0.1;
    }

    /// <inheritdoc/>
    protected override void Shape(Settings settings, AdamState state, Span<double> gradient)
    {
    }

    /// <inheritdoc/>
    protected override void Move(Settings settings, AdamState state, AdamState next, ReadOnlySpan<double> gradient)
    {
        var root = Math.Sqrt(1 - next.Power2);
        var step = new double[gradient.Length];
        for (var i = 0; i < step.Length; i++)
        {
            var mean = settings.Nesterov ? (settings.Beta1 * next.Mean[i]) + ((1 - settings.Beta1) * gradient[i]) : next.Mean[i];
            step[i] = mean / ((Math.Sqrt(next.Square[i]) / root) + settings.Epsilon);
        }

        var rows = MatrixView.Rows(step.Length, settings.Rows);
        var isProjected = RadialProjection.Apply(state.Centre, gradient, step, settings.View, rows, settings.Delta, settings.Epsilon);
        var keep = 1 - (settings.StepSize * settings.WeightDecay * (isProjected ? settings.DecayRatio : 1));
        var stepSize = settings.StepSize / (1 - next.Power1);
        for (var i = 0; i < step.Length; i++)
        {
            next.Centre[i] = (keep * state.Centre[i]) - (stepSize * step[i]);
        }
    }
}
