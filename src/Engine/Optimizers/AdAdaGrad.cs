using System.ComponentModel.DataAnnotations;
using System.Numerics.Tensors;

namespace Ranking.Engine.Optimizers;

/// <summary>
/// AdAdaGrad: AdaGrad whose batch grows by itself. A round asks for the gradient at one point b times; the mean g moves the
/// point, and where the noise of that mean, Var/b, exceeds θ²|g|² (the norm test), the next batch is ⌈Var/θ²|g|²⌉.
/// </summary>
[Entry("adadagrad", "AdAdaGrad",
    Summary = "AdaGrad for noisy gradients: asks for the same gradient several times, the more often the less it stands out from the noise.",
    Formula = "b ← ⌈Var(g)/θ²|g|²⌉ where Var(g)/b > θ²|g|²; x ← x − ηg/√Σ|g|²",
    Source = "Lau, Liu, Kolar: AdAdaGrad: Adaptive Batch Size Schemes for Adaptive Gradient Methods, 2024, arXiv 2402.11215")]
public sealed class AdAdaGrad : Optimizer<AdAdaGrad.Settings, AdAdaGrad.State>
{
    /// <summary>What gradients are divided by.</summary>
    public enum Division
    {
        /// <summary>The root of the sum of all squared lengths (AdAdaGradNorm).</summary>
        Norm,

        /// <summary>Each coordinate by its own root.</summary>
        Coordinate,
    }

    /// <summary>The settings of AdAdaGrad.</summary>
    public sealed record Settings : StepSettings
    {
        /// <summary>η.</summary>
        [Range(1e-8, 100.0), LogScale, Display(Name = "Step size", Description = "The length η of the first step.")]
        public override double StepSize { get; init; } = 1;

        /// <summary>What gradients are divided by.</summary>
        [Display(Name = "Division", Description = "Divide by the root of all squared gradient lengths (norm), or each coordinate by its own (coordinate).")]
        public Division Division { get; init; }

        /// <summary>θ.</summary>
        [Range(0.01, 10.0), LogScale, Display(Name = "Noise share", Description = "How large, θ, the noise of the mean may be as a share of the mean's length before the batch grows.")]
        public double NoiseShare { get; init; } = 0.5;

        /// <summary>b at the start.</summary>
        [Range(2, 4096), Display(Name = "First batch", Description = "How many gradients the first rounds ask for at their point; two at least, or their noise would not show.")]
        public int FirstBatch { get; init; } = 2;

        /// <summary>The largest b.</summary>
        [Range(2, 4096), Display(Name = "Largest batch", Description = "How many gradients a round asks for at most.")]
        public int LargestBatch { get; init; } = 64;

        /// <summary>How the step size follows the batch.</summary>
        [Advanced, Display(Name = "Rate by batch", Description = "Whether the step size grows with the batch: not at all (none), in proportion (linear), or as its root (squareRoot).")]
        public BatchScaling Scaling { get; init; }
    }

    /// <summary>The state between two rounds.</summary>
    /// <param name="Centre">The point x.</param>
    /// <param name="Sum">The sums of squares: one, or one a coordinate.</param>
    /// <param name="Batch">b.</param>
    public sealed record State(double[] Centre, double[] Sum, int Batch);

    /// <inheritdoc/>
    public override JudgementKind Accepts => JudgementKind.Gradients;

    /// <inheritdoc/>
    protected override State Begin(Context<Settings> context) => new(
        context.Problem.Origin(),
        new double[context.Settings.Division == Division.Norm ? 1 : context.Problem.Dimension],
        Math.Min(context.Settings.FirstBatch, context.Settings.LargestBatch));

    /// <inheritdoc/>
    protected override Query Plan(Context<Settings> context, State state) => new(
        state.Batch, 1, JudgementKind.Gradients, Stage.Explore, [.. Enumerable.Repeat(new Role(RoleKind.Incumbent, 0), state.Batch)]);

    /// <inheritdoc/>
    protected override void Ask(Context<Settings> context, State state, Batch batch)
    {
        for (var i = 0; i < batch.Count; i++)
        {
            state.Centre.CopyTo(batch[i]);
        }
    }

    /// <inheritdoc/>
    protected override State Tell(Context<Settings> context, State state, ReadOnlyBatch batch, Answer answer)
    {
        var (settings, count) = (context.Scheduled().Settings, batch.Count);
        var gradients = new ReadOnlyBatch(answer.Gradients, count, batch.Dimension);
        var mean = new double[batch.Dimension];
        for (var i = 0; i < count; i++)
        {
            TensorPrimitives.MultiplyAdd(gradients[i], 1.0 / count, mean, mean);
        }

        var variance = 0.0;
        for (var i = 0; i < count; i++)
        {
            var distance = Reduce.Distance(gradients[i], mean);
            variance += distance * distance / (count - 1);
        }

        var (point, sum) = (state.Centre.AsSpan().ToArray(), state.Sum.AsSpan().ToArray());
        var step = settings.StepSize * settings.Scaling.Factor(settings.FirstBatch, count);
        for (var i = 0; i < mean.Length; i++)
        {
            sum[i % sum.Length] += mean[i] * mean[i];
        }

        for (var i = 0; i < mean.Length; i++)
        {
            var root = Math.Sqrt(sum[i % sum.Length]);
            point[i] -= root > 0 ? step * mean[i] / root : 0;
        }

        context.Problem.Geometry.Project(point);
        return new State(point, sum, Grown(settings, count, variance, Reduce.SumOfSquares(mean)));
    }

    /// <inheritdoc/>
    protected override ReadOnlySpan<double> Best(State state) => state.Centre;

    private static int Grown(Settings settings, int batch, double variance, double square)
    {
        // Equal gradients differ from their mean by rounding.
        var allowed = Math.Max(settings.NoiseShare * settings.NoiseShare * square, 1e-300);
        return variance / batch > allowed && variance > 1e-24 * square
            ? (int)Math.Min(Math.Max(settings.LargestBatch, batch), Math.Ceiling(variance / allowed))
            : batch;
    }
}
