using System.ComponentModel.DataAnnotations;
using System.Numerics.Tensors;

namespace Ranking.Engine.Optimizers;

/// <summary>
/// The separable natural evolution strategy: a normal distribution with one spread a coordinate follows the natural
/// gradient of the expected utility, in O(d) a sample.
/// </summary>
[Entry("snes", "SNES",
    Summary = "A normal distribution with a spread of its own in every coordinate climbs towards the better samples; cheap in any dimension.",
    Source = "Schaul, Glasmachers, Schmidhuber: High Dimensions and Heavy Tails for Natural Evolution Strategies, GECCO 2011; Wierstra et al.: Natural Evolution Strategies, JMLR 2014")]
public sealed class Snes : Optimizer<Snes.Settings, Snes.State>
{
    private const int Piece = 2048;

    /// <summary>The settings of SNES.</summary>
    public sealed record Settings
    {
        /// <summary>σ at the start.</summary>
        [Range(1e-6, 1000.0), LogScale, Display(Name = "First spread", Description = "Standard deviation σ of the first samples, in every coordinate.")]
        public double Sigma { get; init; } = 0.5;

        /// <summary>η of the mean.</summary>
        [Range(0.001, 10.0), LogScale, Advanced, Display(Name = "Mean rate", Description = "How far the mean follows the samples, η; 1 is the paper's.")]
        public double MeanRate { get; init; } = 1;

        /// <summary>η of the spreads.</summary>
        [Range(0.0, 10.0), Advanced, Display(Name = "Spread rate", Description = "How fast the spreads adapt, η; 0 takes the paper's (3 + ln d)/(5√d).")]
        public double SigmaRate { get; init; }
    }

    /// <summary>The state between two rounds.</summary>
    /// <param name="Mean">The mean.</param>
    /// <param name="Sigma">The standard deviation of each coordinate.</param>
    public sealed record State(double[] Mean, double[] Sigma);

    /// <inheritdoc/>
    public override JudgementKind Accepts => JudgementKind.Ranking;

    /// <inheritdoc/>
    protected override State Begin(Context<Settings> context)
    {
        var sigma = new double[context.Problem.Dimension];
        Array.Fill(sigma, context.Settings.Sigma);
        return new State(context.Problem.Origin(), sigma);
    }

    /// <inheritdoc/>
    protected override Query Plan(Context<Settings> context, State state) =>
        Query.Samples(Math.Max(2, context.Problem.Candidates), context.Problem.RankTop, JudgementKind.Ranking);

    /// <inheritdoc/>
    protected override void Ask(Context<Settings> context, State state, Batch batch)
    {
        for (var i = 0; i < batch.Count; i++)
        {
            context.Noise.Normal(i, batch[i]);
            TensorPrimitives.MultiplyAdd(batch[i], state.Sigma, state.Mean, batch[i]);
        }
    }

    /// <inheritdoc/>
    protected override State Tell(Context<Settings> context, State state, ReadOnlyBatch batch, Answer answer)
    {
        if (answer.Comparisons.Count == 0)
        {
            var factor = Widening.Of(answer.Verdict);
            return factor == 1 ? state : state with { Sigma = Scaled(context.Spare.TakeCopy(state.Sigma), factor) };
        }

        var (settings, d) = (context.Settings, batch.Dimension);
        var utilities = new double[batch.Count];
        answer.Comparisons.Spread(Utilities.Of(batch.Count), utilities);
        var rate = settings.SigmaRate > 0 ? settings.SigmaRate : (3 + NormalQuantile.Log(d)) / (5 * Math.Sqrt(d));
        var (mean, sigma) = (context.Spare.TakeZeros(d), context.Spare.TakeZeros(d));

        // Piece by piece, so that both sums stay in the processor's nearest memory while all samples are added.
        Span<double> inverse = stackalloc double[Math.Min(Piece, d)];
        Span<double> draw = stackalloc double[Math.Min(Piece, d)];
        for (var start = 0; start < d; start += Piece)
        {
            var length = Math.Min(Piece, d - start);
            var centre = state.Mean.AsSpan(start, length);
            var spread = state.Sigma.AsSpan(start, length);
            var shift = mean.AsSpan(start, length);
            var growth = sigma.AsSpan(start, length);
            var z = draw[..length];
            TensorPrimitives.Divide(1, spread, inverse[..length]);
            for (var i = 0; i < batch.Count; i++)
            {
                TensorPrimitives.Subtract(batch[i].Slice(start, length), centre, z);
                TensorPrimitives.Multiply(z, inverse[..length], z);
                TensorPrimitives.MultiplyAdd(z, utilities[i], shift, shift);
                TensorPrimitives.Multiply(z, z, z);
                TensorPrimitives.MultiplyAdd(z, utilities[i], growth, growth);
            }

            TensorPrimitives.Multiply(shift, settings.MeanRate, shift);
            TensorPrimitives.MultiplyAdd(shift, spread, centre, shift);
            TensorPrimitives.Multiply(growth, rate / 2, growth);
            Exponential.Of(growth, growth);
            TensorPrimitives.Multiply(growth, spread, growth);
        }

        context.Problem.Geometry.Project(mean);
        return new State(mean, Scaled(sigma, 1));
    }

    /// <inheritdoc/>
    protected override void Retire(State before, State after, SpareVectors spare)
    {
        spare.Give(before.Mean == after.Mean ? null : before.Mean);
        spare.Give(before.Sigma == after.Sigma ? null : before.Sigma);
    }

    /// <inheritdoc/>
    protected override ReadOnlySpan<double> Best(State state) => state.Mean;

    private static double[] Scaled(double[] sigma, double factor)
    {
        TensorPrimitives.Multiply(sigma, factor, sigma);
        TensorPrimitives.Clamp(sigma, Widening.Bounded(0), Widening.Bounded(double.MaxValue), sigma);
        return sigma;
    }
}
