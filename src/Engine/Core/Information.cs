namespace Ranking.Engine;

/// <summary>
/// What an optimiser must be told, from little to much: its order of information. A method that needs little also works
/// where much is known, and pays for what it does not ask.
/// </summary>
public enum Information
{
    /// <summary>Which candidates are better: people can say this.</summary>
    Rankings,

    /// <summary>How good each candidate is: zeroth order.</summary>
    Values,

    /// <summary>Which way is down as well: first order.</summary>
    Gradients,

    /// <summary>How the way down changes from place to place: second order.</summary>
    Curvature,
}
