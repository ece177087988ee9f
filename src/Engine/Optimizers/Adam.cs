namespace Ranking.Engine.Optimizers;

/// <summary>
/// Adam: running means m of the gradient and v of its square, freed from their start at zero; x ← x - η m̂ / (√v̂ + ε).
/// </summary>
[Entry("adam", "Adam",
    Summary = "Steps of similar length in every coordinate, from running means of the gradient and its square.",
    Formula = "x ← x − η m̂/(√v̂ + ε)",
    Source = "Kingma, Ba: Adam: A Method for Stochastic Optimization, ICLR 2015, arXiv 1412.6980")]
public sealed class Adam : AdamMethod<Adam.Settings>
{
    /// <summary>The settings of Adam.</summary>
    public sealed record Settings : AdamSettings;

    /// <inheritdoc/>
    protected override void Move(Settings settings, AdamState state, AdamState next, ReadOnlySpan<double> gradient) =>
        Follow(settings, state, next, next.Square);
}
