namespace Ranking.Engine.Optimizers;

/// <summary>AdaMax: Adam with u = max(β₂u, |g| + ε) in place of the root of v; x ← x - η m̂ / u.</summary>
[Entry("adamax", "AdaMax",
    Summary = "Adam that divides by a slowly forgotten largest gradient instead of a mean square.",
    Formula = "x ← x − η m̂/u, u = max(β₂u, |g| + ε)",
    Source = "Kingma, Ba: Adam: A Method for Stochastic Optimization, ICLR 2015, section 7.1, arXiv 1412.6980")]
public sealed class AdaMax : AdamMethod<AdaMax.Settings>
{
    /// <summary>The settings of AdaMax.</summary>
    public sealed record Settings : AdamSettings;

    /// <inheritdoc/>
    protected override void Average(Settings settings, AdamState state, AdamState next, ReadOnlySpan<double> gradient)
    {
        base.Average(settings, state, next, gradient);
        for (var i = 0; i < gradient.Length; i++)
        {
            next.Square[i] = Math.Max(settings.Beta2 * state.Square[i], Math.Abs(gradient[i]) + settings.Epsilon);
        }
    }

    /// <inheritdoc/>
    protected override void Move(Settings settings, AdamState state, AdamState next, ReadOnlySpan<double> gradient)
    {
        var stepSize = settings.StepSize / (1 - next.Power1);
        for (var i = 0; i < gradient.Length; i++)
        {
            next.Centre[i] = state.Centre[i] - (stepSize * next.Mean[i] / next.Square[i]);
        }
    }
}
