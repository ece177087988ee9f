using Ranking.Engine.Rendering;

namespace Ranking.Engine.Control;

/// <summary>
/// A pendulum whose motor is too weak to lift it at once: it is to swing up and stand. 200 steps of 0.05 s; the reward of
/// a step is -(angle² + 0.1 speed² + 0.001 torque²), the angle from upright in (-π, π].
/// </summary>
[Entry("pendulum", "Pendulum", Summary = "Swing a pendulum up with a weak motor and keep it there.",
    Source = "Doya: Reinforcement Learning in Continuous Time and Space, 2000")]
public sealed class Pendulum : ControlTask
{
    private const double Gravity = 10;
    private const double Torque = 2;
    private const double Seconds = 0.05;
    private const double Fastest = 8;

    /// <inheritdoc/>
    public override int StateSize => 2;

    /// <inheritdoc/>
    public override int ObservationSize => 3;

    /// <inheritdoc/>
    public override int Steps => 200;

    /// <inheritdoc/>
    public override void Begin(Noise noise, int episode, Span<double> state)
    {
        ArgumentNullException.ThrowIfNull(noise);
        state[0] = Math.PI + (0.4 * (noise.Uniform(episode, 0) - 0.5));
        state[1] = 0.4 * (noise.Uniform(episode, 1) - 0.5);
    }

    /// <inheritdoc/>
    public override void Observe(ReadOnlySpan<double> state, Span<double> observation)
    {
        (observation[1], observation[0]) = Math.SinCos(state[0]);
        observation[2] = state[1] / 4;
    }

    /// <inheritdoc/>
    public override (double Reward, bool GoesOn) Step(Span<double> state, ReadOnlySpan<double> action)
    {
        var torque = Torque * action[0];
        var angle = Math.IEEERemainder(state[0], 2 * Math.PI);
        var cost = (angle * angle) + (0.1 * state[1] * state[1]) + (0.001 * torque * torque);
        state[1] = Math.Clamp(state[1] + (Seconds * ((1.5 * Gravity * Math.Sin(state[0])) + (3 * torque))), -Fastest, Fastest);
        state[0] += Seconds * state[1];
        return (-cost, true);
    }

    /// <inheritdoc/>
    public override void Draw(ReadOnlySpan<double> state, Canvas canvas)
    {
        ArgumentNullException.ThrowIfNull(canvas);
        var (sin, cos) = Math.SinCos(state[0]);
        canvas.Line(0, 0, 0.7 * sin, 0.7 * cos, 0.14, Ink.Body);
        canvas.Disc(0.7 * sin, 0.7 * cos, 0.12, Ink.Tip);
        canvas.Disc(0, 0, 0.06, Ink.Ground);
    }
}
