namespace Ranking.Engine.Bandits;

/// <summary>Which items' losses become known when an item is shown: its own always, and those of its neighbours.</summary>
public sealed class FeedbackGraph
{
    private readonly bool[] _reveals;

    private FeedbackGraph(int items, Func<int, int, bool> reveals)
    {
        Items = items;
        _reveals = new bool[items * items];
        for (var i = 0; i < items; i++)
        {
            for (var j = 0; j < items; j++)
            {
                _reveals[(i * items) + j] = i == j || reveals(i, j);
            }
        }
    }

    /// <summary>How many items there are.</summary>
    public int Items { get; }

    /// <summary>A graph by a rule; an item always reveals itself.</summary>
    public static FeedbackGraph Of(int items, Func<int, int, bool> reveals)
    {
        ArgumentNullException.ThrowIfNull(reveals);
        return new FeedbackGraph(items, reveals);
    }

    /// <summary>Points reveal each other up to a distance: what is said of one holds for those that look alike.</summary>
    public static FeedbackGraph Near(double[][] points, double distance)
    {
        ArgumentNullException.ThrowIfNull(points);
        return new FeedbackGraph(points.Length, (i, j) => Reduce.Distance(points[i], points[j]) <= distance);
    }

    /// <summary>Whether showing one item reveals another's loss.</summary>
    public bool Reveals(int shown, int item) => _reveals[(shown * Items) + item];
}
