namespace Ranking.Engine;

/// <summary>
/// Vectors of one run that no state holds any more. A method that writes its next state into them allocates none once
/// it is warm, which counts where a vector has as many numbers as a latent.
/// </summary>
public sealed class SpareVectors
{
    private readonly List<double[]> _spare = [];

    /// <summary>A vector with any content.</summary>
    public double[] Take(int length)
    {
        for (var i = _spare.Count - 1; i >= 0; i--)
        {
            if (_spare[i].Length == length)
            {
                var vector = _spare[i];
                _spare.RemoveAt(i);
                return vector;
            }
        }

        return new double[length];
    }

    /// <summary>A vector of zeros.</summary>
    public double[] TakeZeros(int length)
    {
        var vector = Take(length);
        vector.AsSpan().Clear();
        return vector;
    }

    /// <summary>A copy of some numbers.</summary>
    public double[] TakeCopy(ReadOnlySpan<double> numbers)
    {
        var vector = Take(numbers.Length);
        numbers.CopyTo(vector);
        return vector;
    }

    /// <summary>Gives a vector back, for good: nobody may read it again. Null and what was given already pass.</summary>
    public void Give(double[]? vector)
    {
        if (vector is { Length: > 0 } && !_spare.Exists(spare => ReferenceEquals(spare, vector)))
        {
            _spare.Add(vector);
        }
    }
}
