using Ranking.Engine.Schedulers;

namespace Ranking.Engine.Guidances;

/// <summary>
/// A way to make samples obey: a catalogue entry that combines a model's answer for what is wanted with its answer for
/// something else, the reference.
/// </summary>
public abstract class Guidance
{
    /// <summary>
    /// A guide for a first run over other noise, from which this guidance learns; null where there is nothing to learn.
    /// What it has learned comes back as <see cref="GuidanceRun.Rehearsed"/>.
    /// </summary>
    public virtual Guide? Rehearse(GuidanceRun run) => null;

    /// <summary>Whether a classifier is needed.</summary>
    public virtual bool NeedsClassifier => false;

    /// <summary>The guide of one run.</summary>
    public abstract Guide Begin(GuidanceRun run);
}

/// <summary>What a guidance is set to; each reads what it needs.</summary>
public sealed record GuidanceSettings
{
    /// <summary>The key of the guidance.</summary>
    public string Method { get; init; } = "classifier-free";

    /// <summary>w: 1 is the wanted answer alone, 0 the reference alone; usual are 3 to 8.</summary>
    public double Scale { get; init; } = 1;

    /// <summary>φ: the share, 0 to 1, by which the spread is brought back to that of the wanted answer.</summary>
    public double Rescale { get; init; }

    /// <summary>η: the weight of the part of the difference that is parallel to the clean estimate.</summary>
    public double ParallelWeight { get; init; }

    /// <summary>β: how much of the last difference is added to the next; negative values push away from it.</summary>
    public double Momentum { get; init; } = -0.5;

    /// <summary>r: the longest difference; 0 for no limit.</summary>
    public double NormLimit { get; init; }

    /// <summary>γ̄: the cosine of both answers at which guidance ends.</summary>
    public double Threshold { get; init; } = 0.991;

    /// <summary>Guidance acts where the noise level σ is above this …</summary>
    public double SigmaLow { get; init; } = 0.28;

    /// <summary>… and not above this.</summary>
    public double SigmaHigh { get; init; } = 5.42;
}

/// <summary>One run of a sampler.</summary>
/// <param name="Settings">What the guidance is set to.</param>
/// <param name="Plan">The sampler's calls.</param>
/// <param name="Count">Samples.</param>
/// <param name="Dimension">Numbers per sample.</param>
public sealed record GuidanceRun(GuidanceSettings Settings, SamplingPlan Plan, int Count, int Dimension)
{
    /// <summary>The guide of the rehearsal, after it; null where there was none.</summary>
    public Guide? Rehearsed { get; init; }

    /// <summary>Tells classes apart; null where there is none.</summary>
    public IClassifier? Classifier { get; init; }

    /// <summary>The class that is wanted.</summary>
    public int Wanted { get; init; }
}

/// <summary>Tells classes of clean samples apart; no gradient is asked of it.</summary>
public interface IClassifier
{
    /// <summary>How many classes it knows.</summary>
    int Count { get; }

    /// <summary>The probability of each class.</summary>
    void Classify(ReadOnlySpan<double> clean, Span<double> shares);
}

/// <summary>What a model is asked for.</summary>
public static class Prompt
{
    /// <summary>Nothing.</summary>
    public const int None = -1;

    /// <summary>What is not wanted, or anything at all.</summary>
    public const int Negative = 0;

    /// <summary>What is wanted.</summary>
    public const int Wanted = 1;

    /// <summary>Class 0 of a classifier; further classes follow.</summary>
    public const int FirstClass = 2;
}

/// <summary>The guidance of one run: what it remembers of the samples is in here.</summary>
public abstract class Guide
{
    /// <summary>What a sample's model is asked besides what is wanted; <see cref="Prompt.None"/> saves the call.</summary>
    /// <param name="call">The index of the step in the plan.</param>
    /// <param name="sample">The index of the sample.</param>
    public abstract int Reference(int call, int sample);

    /// <summary>Combines the answers of one sample. Called once for each call and sample, in order of the calls.</summary>
    /// <param name="call">The index of the step in the plan.</param>
    /// <param name="sample">The index of the sample.</param>
    /// <param name="x">The sample.</param>
    /// <param name="reference">The answer for the reference; empty where none was asked for.</param>
    /// <param name="wanted">The answer for what is wanted.</param>
    /// <param name="guided">Receives the guided answer; none of the inputs.</param>
    public abstract void Combine(int call, int sample, ReadOnlySpan<double> x, ReadOnlySpan<double> reference, ReadOnlySpan<double> wanted, Span<double> guided);
}
