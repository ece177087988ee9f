using Ranking.Engine.Rendering;

namespace Ranking.Engine.Control;

/// <summary>
/// A small physical system that a policy steers for an episode. Its return is what an optimiser of policies would have
/// to know; here it is known to oracles only, and people rank what they see.
/// </summary>
public abstract class ControlTask
{
    /// <summary>Numbers that describe the system.</summary>
    public abstract int StateSize { get; }

    /// <summary>Numbers that a policy sees.</summary>
    public abstract int ObservationSize { get; }

    /// <summary>Numbers that a policy gives, each in [-1, 1].</summary>
    public virtual int ActionSize => 1;

    /// <summary>Steps after which an episode ends at the latest.</summary>
    public abstract int Steps { get; }

    /// <summary>Writes the state in which an episode begins.</summary>
    /// <param name="noise">The chance of the episodes.</param>
    /// <param name="episode">The number of the episode: each begins differently.</param>
    /// <param name="state">Receives the state.</param>
    public abstract void Begin(Noise noise, int episode, Span<double> state);

    /// <summary>Writes what a policy sees of a state: numbers of the order of 1.</summary>
    public abstract void Observe(ReadOnlySpan<double> state, Span<double> observation);

    /// <summary>Moves on by one step in place.</summary>
    /// <param name="state">The state.</param>
    /// <param name="action">The policy's answer, each number in [-1, 1].</param>
    /// <returns>The reward of the step, and whether the episode goes on.</returns>
    public abstract (double Reward, bool GoesOn) Step(Span<double> state, ReadOnlySpan<double> action);

    /// <summary>Draws a state into a square canvas.</summary>
    public abstract void Draw(ReadOnlySpan<double> state, Canvas canvas);
}
