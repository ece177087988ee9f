namespace Ranking.Engine.Guidances;

/// <summary>
/// Gradient-free classifier guidance (arXiv:2411.15393): a classifier looks at the clean estimate after each call, and the next
/// call leads away from the class that it takes the sample for. The reference is the likeliest class other than the wanted one,
/// and the scale grows from 1 to the one that is set with the probability that the classifier gives to all other classes; samples
/// that it recognises cost one call.
/// </summary>
[Entry("classifier", "Classifier without gradients", Summary = "A classifier finds out what a sample is mistaken for, and guidance leads away from that.", Source = "arXiv:2411.15393")]
public sealed class GradientFreeClassifier : Guidance
{
    /// <inheritdoc/>
    public override bool NeedsClassifier => true;

    /// <inheritdoc/>
    public override Guide Begin(GuidanceRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        return new Classified(run, run.Classifier ?? throw new ArgumentException("This guidance needs a classifier.", nameof(run)));
    }

    private sealed class Classified : Guide
    {
        // Below this there is no confusion worth a call.
        private const double LeastConfusion = 1e-3;

        private readonly GuidanceRun _run;
        private readonly IClassifier _classifier;
        private readonly int[] _references;
        private readonly double[] _scales;
        private readonly double[] _clean;
        private readonly double[] _shares;

        // Before the first look nothing is known: the first call is the wanted answer alone.
        public Classified(GuidanceRun run, IClassifier classifier)
        {
            (_run, _classifier) = (run, classifier);
            (_references, _scales) = (new int[run.Count], new double[run.Count]);
            (_clean, _shares) = (new double[run.Dimension], new double[classifier.Count]);
            Array.Fill(_references, Prompt.None);
        }

        public override int Reference(int call, int sample) => _references[sample];

        public override void Combine(int call, int sample, ReadOnlySpan<double> x, ReadOnlySpan<double> reference, ReadOnlySpan<double> wanted, Span<double> guided)
        {
            if (reference.IsEmpty)
            {
                wanted.CopyTo(guided);
            }
            else
            {
                ClassifierFree.Combine(reference, wanted, _scales[sample], _run.Settings.Rescale, guided);
            }

            var step = _run.Plan.Steps[call];
            for (var i = 0; i < _clean.Length; i++)
            {
                _clean[i] = (step.CleanSample * x[i]) + (step.CleanOutput * guided[i]);
            }

            _classifier.Classify(_clean, _shares);
            var confusion = 1 - _shares[_run.Wanted];
            _shares[_run.Wanted] = double.NegativeInfinity;
            var other = 0;
            for (var k = 1; k < _shares.Length; k++)
            {
                other = _shares[k] > _shares[other] ? k : other;
            }

            var isConfused = confusion > LeastConfusion && _run.Settings.Scale != 1 && other != _run.Wanted;
            _references[sample] = isConfused ? Prompt.FirstClass + other : Prompt.None;
            _scales[sample] = 1 + (confusion * (_run.Settings.Scale - 1));
        }
    }
}
