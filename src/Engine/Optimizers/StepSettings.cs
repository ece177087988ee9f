using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Runtime.CompilerServices;

namespace Ranking.Engine.Optimizers;

/// <summary>How the step size changes over the steps t = 0, 1, … of a run planned for T steps.</summary>
public enum StepSchedule
{
    /// <summary>η stays.</summary>
    Constant,

    /// <summary>η/√(t+1).</summary>
    InverseSqrt,

    /// <summary>η(1 - t/T).</summary>
    Linear,

    /// <summary>η times a schedule made from the gradient norms of an earlier run.</summary>
    Refined,
}

/// <summary>Step sizes on their schedule.</summary>
internal static class StepSchedules
{
    /// <summary>The context with the step size of its round, where its settings have one.</summary>
    public static Context<TSettings> Scheduled<TSettings>(this Context<TSettings> context) =>
        context.Settings is StepSettings steps ? context with { Settings = (TSettings)(object)steps.At(context.Round) } : context;
}

/// <summary>The settings of methods whose moves are proportional to a step size, which may follow a schedule.</summary>
public abstract record StepSettings : IValidatableObject
{
    // The parsed and refined norms of a text, kept while a run holds its settings.
    private static readonly ConditionalWeakTable<string, double[]> Refinements = [];

    /// <summary>η.</summary>
    [Range(1e-10, 100.0), LogScale, Display(Name = "Step size", Description = "The factor η on the direction that is followed.")]
    public virtual double StepSize { get; init; } = 0.02;

    /// <summary>The step size over the steps.</summary>
    [Advanced, Display(Name = "Step schedule", Description = "Whether the step size stays (constant), falls as 1/√t (inverseSqrt), falls linearly over the planned steps (linear), or follows the gradient norms of an earlier run (refined; without them it stays).")]
    public StepSchedule Decay { get; init; } = StepSchedule.Constant;

    /// <summary>T.</summary>
    [Range(1, 10_000_000), LogScale, Advanced, Display(Name = "Planned steps", Description = "Over how many steps T a linear or refined schedule runs; later steps keep the size of the last one.")]
    public int PlannedSteps { get; init; } = 200;

    /// <summary>The norms that a refined schedule is made of.</summary>
    [StringLength(1_000_000), Advanced, Display(Name = "Earlier gradient norms", Description = "For a refined schedule: the gradient norms of an earlier run, oldest first, separated by spaces.")]
    public string Norms { get; init; } = "";

    /// <summary>These settings with the step size of step <paramref name="step"/>.</summary>
    public StepSettings At(long step) => Decay == StepSchedule.Constant ? this : this with { StepSize = SizeAt(step) };

    /// <summary>The step size at step <paramref name="step"/>, counted from 0.</summary>
    public double SizeAt(long step)
    {
        var last = Math.Min(step, PlannedSteps - 1L);
        switch (Decay)
        {
            case StepSchedule.InverseSqrt:
                return StepSize / Math.Sqrt(step + 1);
            case StepSchedule.Linear:
                return StepSize * (1 - ((double)last / PlannedSteps));
            case StepSchedule.Refined:
                var factors = Refinements.GetValue(Norms, text => Refine(Parse(text) ?? []));
                return factors.Length == 0 ? StepSize : StepSize * factors[last * factors.Length / PlannedSteps];
            default:
                return StepSize;
        }
    }

    /// <inheritdoc/>
    public virtual IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Parse(Norms) is null)
        {
            yield return new ValidationResult("Earlier gradient norms must be positive numbers separated by spaces.", [nameof(Norms)]);
        }
    }

    /// <summary>
    /// The schedule that suits a run with these gradient norms: G smoothed by a running median, w = G⁻² and
    /// ηₜ = wₜ Σ w over the later steps, divided by its largest (Defazio, Cutkosky, Mehta, Mishchenko: When, Why and How
    /// Much?, arXiv 2310.07831, algorithm 1). The last step, which has none later, keeps the factor of the one before.
    /// </summary>
    /// <param name="norms">Gradient norms, all positive, oldest first.</param>
    /// <param name="smoothing">The width of the running median as a share of the run.</param>
    public static double[] Refine(ReadOnlySpan<double> norms, double smoothing = 0.1)
    {
        var (factors, half) = (new double[norms.Length], (int)(norms.Length * smoothing / 2));
        var window = new double[(2 * half) + 1];
        var (later, largest) = (0.0, 0.0);
        for (var t = norms.Length - 1; t >= 0; t--)
        {
            var median = Median(norms, t, half, window);
            var weight = 1 / (median * median);
            factors[t] = weight * later;
            later += weight;
            largest = Math.Max(largest, factors[t]);
        }

        for (var t = 0; t < factors.Length; t++)
        {
            factors[t] = largest > 0 && t < factors.Length - 1 ? factors[t] / largest : t > 0 ? factors[t - 1] : 1;
        }

        return factors;
    }

    // Beyond the ends the first and the last norm go on.
    private static double Median(ReadOnlySpan<double> norms, int centre, int half, double[] window)
    {
        for (var i = 0; i < window.Length; i++)
        {
            window[i] = norms[Math.Clamp(centre - half + i, 0, norms.Length - 1)];
        }

        Array.Sort(window);
        return window[half];
    }

    // Norms below the square root of the smallest number would have no finite weight.
    private static double[]? Parse(string text)
    {
        var words = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        var norms = new double[words.Length];
        for (var i = 0; i < words.Length; i++)
        {
            if (!double.TryParse(words[i], NumberStyles.Float, CultureInfo.InvariantCulture, out norms[i]) || norms[i] is not (>= 1e-70 and <= 1e70))
            {
                return null;
            }
        }

        return norms;
    }
}
