using System.Numerics.Tensors;

namespace Ranking.Engine.Optimizers;

/// <summary>
/// What answers that are no longer kept one by one said about the ideal point x: the product exp(-xᵀΛx/2 + hᵀx) of their
/// last Gaussian factors.
/// </summary>
/// <param name="Precision">Λ, r × r.</param>
/// <param name="Shift">h, r; coordinates beyond r are not concerned.</param>
public sealed record AnswerSummary(double[] Precision, double[] Shift)
{
    /// <summary>Of no answers.</summary>
    public static AnswerSummary Empty { get; } = new([], []);

    /// <summary>This and one answer more.</summary>
    /// <param name="batch">The judged batch, with its factors.</param>
    public AnswerSummary With(JudgedBatch batch)
    {
        if (OrderFactor.Of(batch.Pairs, batch.Offsets.Length, batch.Noise) is not var (precision, pull))
        {
            return this;
        }

        // In v = o - δx the factor is exp(-vᵀΛv/2 + hᵀv): in x its precision is δᵀΛδ and its shift δᵀ(Λo - h).
        var (size, count) = (Math.Max(Shift.Length, batch.Centre.Length), batch.Offsets.Length);
        var (matrix, shift) = Grown(size);
        var weighted = new double[size];
        for (var i = 0; i < count; i++)
        {
            weighted.AsSpan().Clear();
            for (var j = 0; j < count; j++)
            {
                var deviation = batch.Deviations[j];
                TensorPrimitives.MultiplyAdd(deviation, precision[(i * count) + j], weighted.AsSpan(0, deviation.Length), weighted.AsSpan(0, deviation.Length));
            }

            var row = batch.Deviations[i];
            var along = Reduce.Dot(precision.AsSpan(i * count, count), batch.Offsets) - pull[i];
            TensorPrimitives.MultiplyAdd(row, along, shift.AsSpan(0, row.Length), shift.AsSpan(0, row.Length));
            for (var k = 0; k < row.Length; k++)
            {
                var target = matrix.AsSpan(k * size, size);
                TensorPrimitives.MultiplyAdd(weighted, row[k], target, target);
            }
        }

        return new AnswerSummary(matrix, shift);
    }

    /// <summary>The same, of which a share counts.</summary>
    public AnswerSummary Faded(double share)
    {
        var (precision, shift) = ((double[])Precision.Clone(), (double[])Shift.Clone());
        TensorPrimitives.Multiply(precision, share, precision);
        TensorPrimitives.Multiply(shift, share, shift);
        return new AnswerSummary(precision, shift);
    }

    /// <summary>The same in coordinates whose origin has moved.</summary>
    public AnswerSummary Moved(ReadOnlySpan<double> by)
    {
        var (moved, shift) = (new double[Shift.Length], (double[])Shift.Clone());
        SquareMatrices.Apply(Precision, by[..Shift.Length], moved);
        TensorPrimitives.Subtract(shift, moved, shift);
        return this with { Shift = shift };
    }

    /// <summary>The same once the first coordinates are taken for certain and left out.</summary>
    /// <param name="count">How many coordinates go.</param>
    /// <param name="values">Their values.</param>
    public AnswerSummary Without(int count, ReadOnlySpan<double> values)
    {
        var (before, size) = (Shift.Length, Shift.Length - count);
        if (size <= 0)
        {
            return Empty;
        }

        var (matrix, shift) = (new double[size * size], Shift[count..]);
        for (var i = 0; i < size; i++)
        {
            var row = Precision.AsSpan((count + i) * before, before);
            row[count..].CopyTo(matrix.AsSpan(i * size, size));
            shift[i] -= Reduce.Dot(row[..count], values[..count]);
        }

        return new AnswerSummary(matrix, shift);
    }

    private (double[] Precision, double[] Shift) Grown(int size)
    {
        var (matrix, shift) = (new double[size * size], new double[size]);
        Shift.CopyTo(shift, 0);
        for (var i = 0; i < Shift.Length; i++)
        {
            Precision.AsSpan(i * Shift.Length, Shift.Length).CopyTo(matrix.AsSpan(i * size, size));
        }

        return (matrix, shift);
    }
}
