namespace Ranking.Engine.Guidances;

/// <summary>
/// Adaptive guidance (arXiv:2312.12487, section 5.1): classifier-free guidance until both answers point the same way, and from then on
/// the wanted answer alone. Every sample is judged on its own.
/// </summary>
[Entry("adaptive", "Adaptive", Summary = "Classifier-free guidance until both answers agree; then one network call per step.", Source = "arXiv:2312.12487")]
public sealed class AdaptiveGuidance : Guidance
{
    /// <inheritdoc/>
    public override Guide Begin(GuidanceRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        return new Adaptive(run.Settings, run.Count);
    }

    private sealed class Adaptive(GuidanceSettings settings, int count) : Guide
    {
        private readonly bool[] _agrees = new bool[count];

        public override int Reference(int call, int sample) => _agrees[sample] || settings.Scale == 1 ? Prompt.None : Prompt.Negative;

        public override void Combine(int call, int sample, ReadOnlySpan<double> x, ReadOnlySpan<double> reference, ReadOnlySpan<double> wanted, Span<double> guided)
        {
            if (reference.IsEmpty)
            {
                wanted.CopyTo(guided);
                return;
            }

            ClassifierFree.Combine(reference, wanted, settings.Scale, settings.Rescale, guided);
            var lengths = Math.Sqrt(Reduce.SumOfSquares(reference) * Reduce.SumOfSquares(wanted));
            _agrees[sample] = Reduce.Dot(reference, wanted) >= settings.Threshold * lengths;
        }
    }
}
