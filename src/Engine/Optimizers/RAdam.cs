namespace Ranking.Engine.Optimizers;

/// <summary>
/// RAdam: Adam whose first steps are those of momentum alone, until v has seen enough gradients for its variance to be
/// told, and are shortened by r after that.
/// </summary>
[Entry("radam", "RAdam",
    Summary = "Adam that does not trust its first few squared gradients.",
    Formula = "x ← x − η r m̂/(√v̂ + ε)",
    Source = "Liu et al.: On the Variance of the Adaptive Learning Rate and Beyond, ICLR 2020, arXiv 1908.03265")]
public sealed class RAdam : AdamMethod<RAdam.Settings>
{
    /// <summary>The settings of RAdam.</summary>
    public sealed record Settings : AdamSettings
    {
        /// <summary>A step that the first rounds, which are not divided by v, survive.</summary>
        public Settings() => StepSize = 0.01;
    }

    /// <inheritdoc/>
    protected override void Move(Settings settings, AdamState state, AdamState next, ReadOnlySpan<double> gradient)
    {
        var (stepSize, rectified) = (settings.StepSize / (1 - next.Power1), Rectified(settings, next, 5));
        for (var i = 0; i < gradient.Length; i++)
        {
            var scale = rectified is { } factor ? factor / (Math.Sqrt(next.Square[i]) + settings.Epsilon) : 1;
            next.Centre[i] = state.Centre[i] - (stepSize * scale * next.Mean[i]);
        }
    }
}
