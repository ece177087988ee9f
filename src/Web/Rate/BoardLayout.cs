namespace Ranking.Web.Rate;

/// <summary>How the pictures of a batch are laid out.</summary>
public static class BoardLayout
{
    /// <summary>The number of columns that gives the largest pictures on a wide screen.</summary>
    /// <param name="count">Pictures in the batch.</param>
    public static int Columns(int count) => count switch
    {
        <= 3 => count,
        4 => 2,
        <= 6 => 3,
        <= 8 => 4,
        9 => 3,
        <= 12 => 4,
        _ => 6,
    };

    /// <summary>The rows that follow from it.</summary>
    /// <param name="count">Pictures in the batch.</param>
    public static int Rows(int count) => (count + Columns(count) - 1) / Columns(count);
}
