using System.ComponentModel.DataAnnotations;
using System.Numerics.Tensors;

namespace Ranking.Engine.Optimizers;

/// <summary>
/// Consensus-based optimisation: particles drift to a consensus point v and spread the more, the farther they are from
/// it: X ← X - λ(X - v)dt + σ√dt D n with D = |X - v| (isotropic) or each coordinate's distance (anisotropic). From
/// values v is the mean with weights exp(-α(f - min f)); from an order it is the best particle, the limit of large α, or
/// a mean with weights by rank.
/// </summary>
[Entry("cbo", "Consensus (CBO)",
    Summary = "A swarm drifts to a consensus of its better members and explores more the farther it is from it.",
    Source = "Pinnau, Totzeck, Tse, Martin: A consensus-based model for global optimization, 2017; Carrillo, Jin, Li, Zhu 2021; Riedl, Klock, Geldhauser, Fornasier: Gradient is All You Need?, arXiv 2306.09778")]
public sealed class Cbo : Optimizer<Cbo.Settings, Cbo.State>
{
    // A swarm that explores more than it drifts would leave the numbers.
    private const double Farthest = 1e100;

    /// <summary>How far particles spread.</summary>
    public enum Diffusion
    {
        /// <summary>By their distance from the consensus, alike in all coordinates.</summary>
        Isotropic,

        /// <summary>By their distance in each coordinate; better in many dimensions.</summary>
        Anisotropic,
    }

    /// <summary>What the consensus is when only an order is known.</summary>
    public enum RankWeights
    {
        /// <summary>The best particle.</summary>
        Best,

        /// <summary>The mean of the better half with weights ln(m/2 + ½) - ln r at rank r.</summary>
        Weighted,
    }

    /// <summary>The settings of consensus-based optimisation.</summary>
    public sealed record Settings
    {
        /// <summary>How wide the swarm starts.</summary>
        [Range(1e-6, 1000.0), LogScale, Display(Name = "First spread", Description = "How far the first particles lie from the start: their standard deviation, or half the width of a uniform start.")]
        public double Spread { get; init; } = 1;

        /// <summary>Whether the swarm starts uniform in a cube.</summary>
        [Advanced, Display(Name = "Uniform start", Description = "Start uniformly in a cube around the start instead of normally.")]
        public bool UniformStart { get; init; }

        /// <summary>How many particles.</summary>
        [Range(0, 1000), Display(Name = "Particles", Description = "How many particles the swarm has and a round shows; 0 takes the study's batch size.")]
        public int Particles { get; init; }

        /// <summary>λ.</summary>
        [Range(0.01, 100.0), LogScale, Display(Name = "Drift", Description = "How fast λ particles move to the consensus.")]
        public double Drift { get; init; } = 1;

        /// <summary>σ.</summary>
        [Range(0.0, 10.0), Display(Name = "Exploration", Description = "How strongly σ particles spread. A small swarm needs much, or it settles too early; a large one comes closer with σ² below 2λ (anisotropic) or 2λ/d (isotropic).")]
        public double Exploration { get; init; } = 1.8;

        /// <summary>Isotropic or anisotropic.</summary>
        [Display(Name = "Spread by", Description = "The distance from the consensus (isotropic) or the distance in each coordinate (anisotropic).")]
        public Diffusion Noise { get; init; } = Diffusion.Anisotropic;

        /// <summary>α.</summary>
        [Range(0.01, 1e6), LogScale, Display(Name = "Selectivity", Description = "From values: how much α the consensus favours the best particles.")]
        public double Selectivity { get; init; } = 30;

        /// <summary>What the consensus is from an order.</summary>
        [Display(Name = "Consensus of a ranking", Description = "From rankings: the best particle (best) or a mean weighted by rank (weighted).")]
        public RankWeights Ranked { get; init; } = RankWeights.Weighted;

        /// <summary>dt.</summary>
        [Range(0.001, 1.0), LogScale, Advanced, Display(Name = "Time step", Description = "How far dt the swarm moves each round.")]
        public double TimeStep { get; init; } = 0.4;
    }

    /// <summary>The state between two rounds.</summary>
    /// <param name="Particles">All particles, one after the other.</param>
    /// <param name="Consensus">v of the round before; the start in the first round.</param>
    public sealed record State(double[] Particles, double[] Consensus);

    /// <inheritdoc/>
    public override JudgementKind Accepts => JudgementKind.Ranking | JudgementKind.Values;

    /// <inheritdoc/>
    protected override State Begin(Context<Settings> context)
    {
        var (settings, start) = (context.Settings, context.Problem.Origin());
        var count = settings.Particles > 0 ? settings.Particles : context.Problem.Candidates;
        var particles = new double[Math.Max(2, count) * start.Length];
        for (var i = 0; i < particles.Length / start.Length; i++)
        {
            var particle = particles.AsSpan(i * start.Length, start.Length);
            if (settings.UniformStart)
            {
                for (var j = 0; j < particle.Length; j++)
                {
                    particle[j] = (2 * context.Noise.Uniform(i, j)) - 1;
                }
            }
            else
            {
                context.Noise.Normal(i, particle);
            }

            TensorPrimitives.MultiplyAdd(particle, settings.Spread, start, particle);
            context.Problem.Geometry.Project(particle);
        }

        return new State(particles, start);
    }

    /// <inheritdoc/>
    protected override Query Plan(Context<Settings> context, State state) =>
        Query.Samples(state.Particles.Length / state.Consensus.Length, context.Problem.RankTop, Accepts);

    /// <inheritdoc/>
    protected override void Ask(Context<Settings> context, State state, Batch batch) =>
        new Batch(state.Particles, batch.Count, batch.Dimension).CopyTo(batch);

    /// <inheritdoc/>
    protected override State Tell(Context<Settings> context, State state, ReadOnlyBatch batch, Answer answer)
    {
        var weights = new double[batch.Count];
        if (!answer.Losses.IsEmpty)
        {
            Weigh(answer.Losses, context.Settings.Selectivity, weights);
        }
        else if (answer.Comparisons.Count > 0)
        {
            Weigh(answer.Comparisons, context.Settings.Ranked, weights);
        }
        else
        {
            return Moved(context, batch, state.Consensus);
        }

        var consensus = new double[batch.Dimension];
        for (var i = 0; i < batch.Count; i++)
        {
            TensorPrimitives.MultiplyAdd(batch[i], weights[i], consensus, consensus);
        }

        context.Problem.Geometry.Project(consensus);
        return Moved(context, batch, consensus);
    }

    /// <inheritdoc/>
    protected override State Skip(Context<Settings> context, State state) =>
        Moved(context, new ReadOnlyBatch(state.Particles, state.Particles.Length / state.Consensus.Length, state.Consensus.Length), state.Consensus);

    /// <inheritdoc/>
    protected override ReadOnlySpan<double> Best(State state) => state.Consensus;

    private static State Moved(Context<Settings> context, ReadOnlyBatch batch, double[] consensus)
    {
        var (settings, particles) = (context.Settings, new double[batch.Count * batch.Dimension]);
        var (offset, draw) = (new double[batch.Dimension], new double[batch.Dimension]);
        var exploration = settings.Exploration * Math.Sqrt(settings.TimeStep);
        for (var i = 0; i < batch.Count; i++)
        {
            var particle = particles.AsSpan(i * batch.Dimension, batch.Dimension);
            TensorPrimitives.Subtract(batch[i], consensus, offset);
            context.Noise.Normal(i, draw);
            if (settings.Noise == Diffusion.Anisotropic)
            {
                TensorPrimitives.Multiply(draw, offset, draw);
            }
            else
            {
                TensorPrimitives.Multiply(draw, Reduce.Norm(offset), draw);
            }

            TensorPrimitives.MultiplyAdd(offset, -settings.Drift * settings.TimeStep, batch[i], particle);
            TensorPrimitives.MultiplyAdd(draw, exploration, particle, particle);
            TensorPrimitives.Clamp(particle, -Farthest, Farthest, particle);
            context.Problem.Geometry.Project(particle);
        }

        return new State(particles, consensus);
    }

    private static void Weigh(ReadOnlySpan<double> losses, double selectivity, double[] weights)
    {
        var (best, sum) = (double.PositiveInfinity, 0.0);
        foreach (var loss in losses)
        {
            best = Math.Min(best, loss);
        }

        for (var i = 0; i < weights.Length; i++)
        {
            weights[i] = Exponential.Of(-selectivity * (losses[i] - best));
            sum += weights[i];
        }

        TensorPrimitives.Divide(weights, sum, weights);
    }

    private static void Weigh(Comparisons comparisons, RankWeights form, double[] weights)
    {
        var byRank = new double[weights.Length];
        var sum = 0.0;
        for (var rank = 0; rank < byRank.Length; rank++)
        {
            byRank[rank] = form == RankWeights.Best
                ? (rank == 0 ? 1 : 0)
                : Math.Max(0, NormalQuantile.Log((byRank.Length + 1) / 2.0) - NormalQuantile.Log(rank + 1));
            sum += byRank[rank];
        }

        TensorPrimitives.Divide(byRank, sum, byRank);
        comparisons.Spread(byRank, weights);
    }
}
