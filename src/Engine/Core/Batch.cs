using System.Collections.Immutable;
using System.Numerics.Tensors;

namespace Ranking.Engine;

/// <summary>Points as rows of one block of doubles: <c>batch[i]</c> is candidate i.</summary>
/// <param name="block">Row-major, count × dimension.</param>
/// <param name="count">How many candidates.</param>
/// <param name="dimension">Numbers per candidate.</param>
public readonly ref struct Batch(Span<double> block, int count, int dimension)
{
    private readonly Span<double> _block = block[..(count * dimension)];

    /// <summary>How many candidates.</summary>
    public int Count { get; } = count;

    /// <summary>Numbers per candidate.</summary>
    public int Dimension { get; } = dimension;

    /// <summary>Candidate <paramref name="i"/>.</summary>
    public Span<double> this[int i] => _block.Slice(i * Dimension, Dimension);

    /// <summary>Copies all candidates to a batch of the same shape.</summary>
    public void CopyTo(Batch destination) => _block.CopyTo(destination._block);

    /// <summary>The same batch, for reading.</summary>
    public static implicit operator ReadOnlyBatch(Batch batch) => batch.ToReadOnlyBatch();

    /// <summary>The same batch, for reading.</summary>
    public ReadOnlyBatch ToReadOnlyBatch() => new(_block, Count, Dimension);
}

/// <summary>A batch that can only be read.</summary>
/// <param name="block">Row-major, count × dimension.</param>
/// <param name="count">How many candidates.</param>
/// <param name="dimension">Numbers per candidate.</param>
public readonly ref struct ReadOnlyBatch(ReadOnlySpan<double> block, int count, int dimension)
{
    private const int Piece = 2048;

    private readonly ReadOnlySpan<double> _block = block[..(count * dimension)];

    /// <summary>How many candidates.</summary>
    public int Count { get; } = count;

    /// <summary>Numbers per candidate.</summary>
    public int Dimension { get; } = dimension;

    /// <summary>Candidate <paramref name="i"/>.</summary>
    public ReadOnlySpan<double> this[int i] => _block.Slice(i * Dimension, Dimension);

    /// <summary>sum ← sum + Σ wᵢxᵢ, candidate after candidate in every coordinate; candidates of weight 0 are passed over.</summary>
    /// <param name="weights">One weight a candidate.</param>
    /// <param name="sum">A vector of the batch's dimension.</param>
    public void AddWeighted(ReadOnlySpan<double> weights, Span<double> sum)
    {
        // Piece by piece, so that the sum stays in the processor's nearest memory while all candidates are added.
        for (var start = 0; start < Dimension; start += Piece)
        {
            var part = sum.Slice(start, Math.Min(Piece, Dimension - start));
            for (var i = 0; i < Count; i++)
            {
                if (weights[i] != 0)
                {
                    TensorPrimitives.MultiplyAdd(this[i].Slice(start, part.Length), weights[i], part, part);
                }
            }
        }
    }
}

/// <summary>What a round is for, in the words of the REST contract.</summary>
public enum Stage
{
    /// <summary>Perturbations around the incumbent, to find a direction; also any population of samples.</summary>
    Explore,

    /// <summary>Points along one direction, to find how far to go.</summary>
    LineSearch,
}

/// <summary>What a candidate is in its batch.</summary>
public enum RoleKind
{
    /// <summary>A perturbation or a sample.</summary>
    Sample,

    /// <summary>A point along the search direction.</summary>
    Step,

    /// <summary>The best explored point of the round before.</summary>
    BestExplored,

    /// <summary>The incumbent itself.</summary>
    Incumbent,
}

/// <summary>A candidate's part in its batch.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Step">For <see cref="RoleKind.Step"/> the length along the direction, as a multiple of it; else 0.</param>
public readonly record struct Role(RoleKind Kind, double Step);

/// <summary>What the optimiser asks next.</summary>
/// <param name="Count">How many candidates it shows.</param>
/// <param name="RankTop">How many places it wants to know: k of the (m,k) ranking oracle.</param>
/// <param name="Wants">The kind of feedback it can use.</param>
/// <param name="Stage">What the round is for.</param>
/// <param name="Roles">One role for each candidate.</param>
public sealed record Query(int Count, int RankTop, JudgementKind Wants, Stage Stage, ImmutableArray<Role> Roles)
{
    /// <summary>A query for <paramref name="count"/> samples of which the best <paramref name="rankTop"/> are wanted in order.</summary>
    public static Query Samples(int count, int rankTop, JudgementKind wants) =>
        new(count, Math.Min(rankTop, count), wants, Stage.Explore, [.. Enumerable.Repeat(new Role(RoleKind.Sample, 0), count)]);
}
