namespace Ranking.Engine.Control;

/// <summary>Plays episodes of a control task.</summary>
public static class Rollout
{
    /// <summary>The sum of the rewards of one episode.</summary>
    /// <param name="task">The task.</param>
    /// <param name="policy">The policy's shape.</param>
    /// <param name="parameters">The policy's parameters.</param>
    /// <param name="noise">The chance of the episodes.</param>
    /// <param name="episode">The number of the episode.</param>
    /// <param name="seen">Called with the state before each step and after the last one.</param>
    public static double Return(
        ControlTask task, Policy policy, ReadOnlySpan<double> parameters, Noise noise, int episode, Action<ReadOnlySpan<double>>? seen = null)
    {
        ArgumentNullException.ThrowIfNull(task);
        ArgumentNullException.ThrowIfNull(policy);
        Span<double> state = stackalloc double[task.StateSize];
        Span<double> observation = stackalloc double[task.ObservationSize];
        Span<double> action = stackalloc double[task.ActionSize];
        task.Begin(noise, episode, state);
        var sum = 0.0;
        var goesOn = true;
        for (var step = 0; goesOn && step < task.Steps; step++)
        {
            seen?.Invoke(state);
            task.Observe(state, observation);
            policy.Act(parameters, observation, action);
            (var reward, goesOn) = task.Step(state, action);
            sum += reward;
        }

        seen?.Invoke(state);
        return sum;
    }
}
