using Ranking.Engine.Schedulers;

namespace Ranking.Engine.Guidances;

/// <summary>One question to a model: which sample, and what it is asked for.</summary>
/// <param name="Sample">The index of the sample.</param>
/// <param name="Prompt">One of <see cref="Guidances.Prompt"/>.</param>
public readonly record struct Question(int Sample, int Prompt);

/// <summary>Answers questions, all in one call.</summary>
/// <param name="step">The step, with the time that the model is told.</param>
/// <param name="questions">What is asked.</param>
/// <param name="samples">All samples, one after the other.</param>
/// <param name="answers">Receives the answers in the order of the questions.</param>
public delegate void Answerer(SamplingStep step, IReadOnlyList<Question> questions, ReadOnlySpan<double> samples, Span<double> answers);

/// <summary>Takes samples from noise to pictures: a sampler's plan, a guidance, and whatever answers.</summary>
public static class GuidedSampling
{
    /// <summary>Runs all calls of a plan.</summary>
    /// <param name="plan">The sampler's calls.</param>
    /// <param name="guide">The guidance of this run.</param>
    /// <param name="samples">Initial noise; clean samples afterwards.</param>
    /// <param name="count">How many samples.</param>
    /// <param name="answer">The model.</param>
    /// <param name="after">Told the index of each call after it.</param>
    /// <param name="kept">What stays as it is in all samples; null for nothing.</param>
    /// <returns>For every sample how many answers it took.</returns>
    public static int[] Run(SamplingPlan plan, Guide guide, Span<double> samples, int count, Answerer answer, Action<int>? after = null, KeptRegion? kept = null)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(guide);
        ArgumentNullException.ThrowIfNull(answer);
        var dimension = samples.Length / count;
        var (calls, questions) = (new int[count], new List<Question>());
        var (memory, answers, guided) = (new double[plan.Memory * samples.Length], new double[2 * samples.Length], new double[samples.Length]);
        var draw = new double[plan.IsDeterministic ? 0 : samples.Length];
        for (var i = 0; i < samples.Length; i++)
        {
            samples[i] *= plan.Start;
        }

        for (var call = 0; call < plan.Steps.Length; call++)
        {
            questions.Clear();
            for (var sample = 0; sample < count; sample++)
            {
                if (guide.Reference(call, sample) is var prompt and not Prompt.None)
                {
                    questions.Add(new(sample, prompt));
                }
            }

            var references = questions.Count;
            questions.AddRange(Enumerable.Range(0, count).Select(sample => new Question(sample, Prompt.Wanted)));
            answer(plan.Steps[call], questions, samples, answers.AsSpan(0, questions.Count * dimension));
            for (var (sample, asked) = (0, 0); sample < count; sample++)
            {
                var hasReference = asked < references && questions[asked].Sample == sample;
                var reference = hasReference ? answers.AsSpan(asked++ * dimension, dimension) : [];
                var wanted = answers.AsSpan((references + sample) * dimension, dimension);
                guide.Combine(call, sample, samples.Slice(sample * dimension, dimension), reference, wanted, guided.AsSpan(sample * dimension, dimension));
                kept?.Constrain(plan.Steps[call], samples.Slice(sample * dimension, dimension), guided.AsSpan(sample * dimension, dimension));
                calls[sample] += hasReference ? 2 : 1;
            }

            Draw(call, draw, dimension);
            plan.Step(call, samples, guided, memory, draw);
            after?.Invoke(call);
        }

        for (var sample = 0; sample < count; sample++)
        {
            kept?.Restore(samples.Slice(sample * dimension, dimension));
        }

        return calls;
    }

    // A stochastic sampler draws the same for every candidate: a picture depends on its latent and the request alone.
    private static void Draw(int call, Span<double> draw, int dimension)
    {
        for (var at = 0; at < draw.Length; at += dimension)
        {
            Noise.Philox(0, Purpose.Scheduler, (uint)call).Normal(0, draw.Slice(at, dimension));
        }
    }
}
