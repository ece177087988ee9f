using Ranking.Engine.Guidances;
using Ranking.Engine.Schedulers;

namespace Ranking.Engine.Diffusion;

/// <summary>
/// A Gaussian mixture in the place of a network: asked for what is wanted it answers with one component alone (or all of them), asked
/// for what is not wanted with the whole mixture, and asked for a class with the component of that number. It answers with the noise,
/// or for flow matching with the velocity noise - clean, and it is its own classifier.
/// </summary>
/// <param name="mixture">The mixture.</param>
/// <param name="wanted">The wanted component; null for all.</param>
/// <param name="isFlow">Whether the answers are velocities of flow matching.</param>
public sealed class MixtureModel(GaussianMixture mixture, int? wanted, bool isFlow = false) : IClassifier
{
    private readonly GaussianMixture[] _components = [.. Enumerable.Range(0, mixture.Count).Select(mixture.Only)];
    private readonly double[] _clean = new double[mixture.Dimension];

    /// <inheritdoc/>
    public int Count => mixture.Count;

    /// <inheritdoc/>
    public void Classify(ReadOnlySpan<double> clean, Span<double> shares) => mixture.Posterior(clean, new NoiseLevel(1, 0), shares);

    /// <summary>An <see cref="Answerer"/>. Not for several threads at once.</summary>
    public void Answer(SamplingStep step, IReadOnlyList<Question> questions, ReadOnlySpan<double> samples, Span<double> answers)
    {
        ArgumentNullException.ThrowIfNull(step);
        ArgumentNullException.ThrowIfNull(questions);
        for (var i = 0; i < questions.Count; i++)
        {
            var x = samples.Slice(questions[i].Sample * mixture.Dimension, mixture.Dimension);
            var answer = answers.Slice(i * mixture.Dimension, mixture.Dimension);
            var asked = questions[i].Prompt switch
            {
                Prompt.Negative => mixture,
                Prompt.Wanted => wanted is { } component ? _components[component] : mixture,
                var prompt => _components[prompt - Prompt.FirstClass],
            };
            asked.Noise(x, step.From, answer);
            if (isFlow)
            {
                asked.Clean(x, step.From, _clean);
                System.Numerics.Tensors.TensorPrimitives.Subtract(answer, _clean, answer);
            }
        }
    }
}
