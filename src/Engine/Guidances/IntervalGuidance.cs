using Ranking.Engine.Schedulers;

namespace Ranking.Engine.Guidances;

/// <summary>
/// Classifier-free guidance in a limited interval of noise levels (arXiv:2404.07724): at high noise it costs variety, at low
/// noise it does nothing but cost calls.
/// </summary>
[Entry("interval", "Limited interval", Summary = "Classifier-free guidance between two noise levels only; the other steps cost one call.", Source = "arXiv:2404.07724")]
public sealed class IntervalGuidance : Guidance
{
    /// <inheritdoc/>
    public override Guide Begin(GuidanceRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        return new Interval(run.Settings, run.Plan);
    }

    private sealed class Interval(GuidanceSettings settings, SamplingPlan plan) : Guide
    {
        public override int Reference(int call, int sample)
        {
            var sigma = plan.Steps[call].From.Sigma;
            return settings.Scale != 1 && sigma > settings.SigmaLow && sigma <= settings.SigmaHigh ? Prompt.Negative : Prompt.None;
        }

        public override void Combine(int call, int sample, ReadOnlySpan<double> x, ReadOnlySpan<double> reference, ReadOnlySpan<double> wanted, Span<double> guided)
        {
            if (reference.IsEmpty)
            {
                wanted.CopyTo(guided);
                return;
            }

            ClassifierFree.Combine(reference, wanted, settings.Scale, settings.Rescale, guided);
        }
    }
}
