namespace Ranking.Web.Rate;

/// <summary>What the ranking page shows.</summary>
public enum Phase
{
    /// <summary>Pictures to put in order.</summary>
    Ranking,

    /// <summary>A line to slide along.</summary>
    Line,

    /// <summary>Pictures are being made.</summary>
    Waiting,

    /// <summary>Pictures could not be made.</summary>
    Failed,

    /// <summary>This rater is done, others are not.</summary>
    Others,

    /// <summary>The researcher stopped the session for a while.</summary>
    Paused,

    /// <summary>The session is over.</summary>
    Finished,
}
