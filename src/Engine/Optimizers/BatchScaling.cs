namespace Ranking.Engine.Optimizers;

/// <summary>How a step size follows the size of the batch that gradients are the mean of.</summary>
public enum BatchScaling
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>In proportion, as suits gradient descent while noise dominates.</summary>
    Linear,

    /// <summary>As the root, as suits methods that divide by the size of gradients.</summary>
    SquareRoot,
}

/// <summary>Step sizes for other batches (Granziol, Zohren, Roberts: Learning Rates as a Function of Batch Size, JMLR 2022).</summary>
public static class BatchScalings
{
    /// <summary>What a step size that suits batches of <paramref name="from"/> is multiplied by for batches of <paramref name="to"/>.</summary>
    public static double Factor(this BatchScaling rule, int from, int to) => rule switch
    {
        BatchScaling.Linear => (double)to / from,
        BatchScaling.SquareRoot => Math.Sqrt((double)to / from),
        _ => 1,
    };
}
