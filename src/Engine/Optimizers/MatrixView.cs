namespace Ranking.Engine.Optimizers;

/// <summary>A point read as a matrix, row after row, by methods for weight matrices.</summary>
internal static class MatrixView
{
    /// <summary>The description of the setting.</summary>
    public const string Help = "Rows of the point when it is read as a matrix; the largest divisor of its dimension up to this is taken.";

    /// <summary>The largest divisor of <paramref name="dimension"/> up to <paramref name="wanted"/>.</summary>
    public static int Rows(int dimension, int wanted)
    {
        var rows = Math.Min(wanted, dimension);
        while (dimension % rows != 0)
        {
            rows--;
        }

        return rows;
    }
}
