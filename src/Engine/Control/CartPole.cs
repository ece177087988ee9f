using Ranking.Engine.Rendering;

namespace Ranking.Engine.Control;

/// <summary>
/// A pole on a cart that is pushed left or right with 10 N: it is to stand for 200 steps of 0.02 s. Reward 1 for each
/// step that begins upright (within 12 degrees) and on the track (2.4 m to each side).
/// </summary>
[Entry("cart-pole", "Cart-pole", Summary = "Keep a pole upright by pushing the cart below it.",
    Source = "Barto, Sutton, Anderson: Neuronlike Adaptive Elements That Can Solve Difficult Learning Control Problems, 1983")]
public sealed class CartPole : ControlTask
{
    private const double Gravity = 9.8;
    private const double CartMass = 1;
    private const double PoleMass = 0.1;
    private const double HalfLength = 0.5;
    private const double Force = 10;
    private const double Seconds = 0.02;
    private const double Track = 2.4;
    private const double Fallen = 12 * Math.PI / 180;

    /// <inheritdoc/>
    public override int StateSize => 4;

    /// <inheritdoc/>
    public override int ObservationSize => 4;

    /// <inheritdoc/>
    public override int Steps => 200;

    /// <inheritdoc/>
    public override void Begin(Noise noise, int episode, Span<double> state)
    {
        ArgumentNullException.ThrowIfNull(noise);
        for (var i = 0; i < state.Length; i++)
        {
            state[i] = 0.1 * (noise.Uniform(episode, i) - 0.5);
        }
    }

    /// <inheritdoc/>
    public override void Observe(ReadOnlySpan<double> state, Span<double> observation) => state.CopyTo(observation);

    /// <inheritdoc/>
    public override (double Reward, bool GoesOn) Step(Span<double> state, ReadOnlySpan<double> action)
    {
        var (x, speed, angle, turning) = (state[0], state[1], state[2], state[3]);
        var (sin, cos) = Math.SinCos(angle);
        var push = ((action[0] > 0 ? Force : -Force) + (PoleMass * HalfLength * turning * turning * sin)) / (CartMass + PoleMass);
        var turn = ((Gravity * sin) - (cos * push)) / (HalfLength * ((4.0 / 3) - (PoleMass * cos * cos / (CartMass + PoleMass))));
        state[0] = x + (Seconds * speed);
        state[1] = speed + (Seconds * (push - (PoleMass * HalfLength * turn * cos / (CartMass + PoleMass))));
        state[2] = angle + (Seconds * turning);
        state[3] = turning + (Seconds * turn);
        return (1, Math.Abs(state[0]) <= Track && Math.Abs(state[2]) <= Fallen);
    }

    /// <inheritdoc/>
    public override void Draw(ReadOnlySpan<double> state, Canvas canvas)
    {
        ArgumentNullException.ThrowIfNull(canvas);
        var x = Math.Clamp(0.8 * state[0] / Track, -1, 1);
        var (sin, cos) = Math.SinCos(state[2]);
        canvas.Line(-0.9, -0.55, 0.9, -0.55, 0.02, Ink.Ground);
        canvas.Box(x - 0.16, -0.55, x + 0.16, -0.38, Ink.Body);
        canvas.Line(x, -0.38, x + (1.1 * sin), -0.38 + (1.1 * cos), 0.07, Ink.Tip);
    }
}
