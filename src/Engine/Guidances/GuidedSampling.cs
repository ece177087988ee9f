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

/// <summary>Takes samples from noise to pictures with whatever answers, without stopping on the way.</summary>
public static class GuidedSampling
{
    /// <summary>Runs all calls of a plan.</summary>
    /// <param name="plan">The sampler's calls.</param>
    /// <param name="guide">The guidance of this run.</param>
    /// <param name="samples">Initial noise; clean samples afterwards.</param>
    /// <param name="count">How many samples.</param>
    /// <param name="answer">The model.</param>
    /// <param name="after">Told the index of each call after it.</param>
    /// <returns>For every sample how many answers it took.</returns>
    public static int[] Run(SamplingPlan plan, Guide guide, double[] samples, int count, Answerer answer, Action<int>? after = null)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(samples);
        ArgumentNullException.ThrowIfNull(answer);
        System.Numerics.Tensors.TensorPrimitives.Multiply(samples, plan.Start, samples);
        var run = new SamplingRun(plan, guide, samples, count);
        var (dimension, answers) = (samples.Length / count, new double[2 * samples.Length]);
        while (!run.IsFinished)
        {
            var block = answers.AsSpan(0, run.Questions.Count * dimension);
            answer(run.Step, run.Questions, samples, block);
            run.Answer(block);
            after?.Invoke(run.Call - 1);
        }

        return [.. run.Calls];
    }
}
