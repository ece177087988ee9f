using Ranking.Engine.Rendering;

namespace Ranking.Engine.Control;

/// <summary>
/// Two hanging links with a motor at the elbow: the tip is to swing above a line one link higher than the shoulder.
/// Reward -1 for each of at most 300 steps of 0.2 s, and 200 in all for height: each new highest place of the tip earns
/// its share, so that two acrobots that stay below can be told apart.
/// </summary>
[Entry("acrobot", "Acrobot", Summary = "Swing two hanging links up with a motor at the elbow only.",
    Source = "Sutton: Generalization in Reinforcement Learning, 1996; Sutton, Barto: Reinforcement Learning, 2018, section 11.3")]
public sealed class Acrobot : ControlTask
{
    private const double Gravity = 9.8;
    private const double Seconds = 0.2;
    private const int Pieces = 4;
    private const double FastestShoulder = 4 * Math.PI;
    private const double FastestElbow = 9 * Math.PI;
    private const double Centre = 0.5;
    private const double HeightReward = 200;
    private const double Hanging = -2;
    private const double Goal = 1;

    /// <inheritdoc/>
    public override int StateSize => 5;

    /// <inheritdoc/>
    public override int ObservationSize => 6;

    /// <inheritdoc/>
    public override int Steps => 300;

    /// <inheritdoc/>
    public override void Begin(Noise noise, int episode, Span<double> state)
    {
        ArgumentNullException.ThrowIfNull(noise);
        for (var i = 0; i < 4; i++)
        {
            state[i] = 0.2 * (noise.Uniform(episode, i) - 0.5);
        }

        state[4] = Tip(state);
    }

    /// <inheritdoc/>
    public override void Observe(ReadOnlySpan<double> state, Span<double> observation)
    {
        (observation[1], observation[0]) = Math.SinCos(state[0]);
        (observation[3], observation[2]) = Math.SinCos(state[1]);
        observation[4] = state[2] / 4;
        observation[5] = state[3] / 4;
    }

    /// <inheritdoc/>
    public override (double Reward, bool GoesOn) Step(Span<double> state, ReadOnlySpan<double> action)
    {
        for (var piece = 0; piece < Pieces; piece++)
        {
            Turn(state[..4], action[0], Seconds / Pieces);
        }

        var highest = Math.Max(state[4], Tip(state));
        var climbed = HeightReward * (Math.Min(highest, Goal) - state[4]) / (Goal - Hanging);
        state[4] = Math.Min(highest, Goal);
        return (climbed - 1, highest < Goal);
    }

    /// <inheritdoc/>
    public override void Draw(ReadOnlySpan<double> state, Canvas canvas)
    {
        ArgumentNullException.ThrowIfNull(canvas);
        const double unit = 0.42;
        var (sin1, cos1) = Math.SinCos(state[0]);
        var (sin2, cos2) = Math.SinCos(state[0] + state[1]);
        var (elbowX, elbowY) = (unit * sin1, -unit * cos1);
        canvas.Line(-0.9, unit * Goal, 0.9, unit * Goal, 0.015, Ink.Ground);
        canvas.Line(-0.9, unit * state[4], -0.8, unit * state[4], 0.03, Ink.Tip);
        canvas.Line(0, 0, elbowX, elbowY, 0.09, Ink.Body);
        canvas.Line(elbowX, elbowY, elbowX + (unit * sin2), elbowY - (unit * cos2), 0.09, Ink.Body);
        canvas.Disc(elbowX + (unit * sin2), elbowY - (unit * cos2), 0.07, Ink.Tip);
        canvas.Disc(0, 0, 0.05, Ink.Ground);
    }

    private static double Tip(ReadOnlySpan<double> state) => -Math.Cos(state[0]) - Math.Cos(state[0] + state[1]);

    // One step of Heun's method.
    private static void Turn(Span<double> state, double torque, double seconds)
    {
        Span<double> first = stackalloc double[4];
        Span<double> ahead = stackalloc double[4];
        Span<double> second = stackalloc double[4];
        Rates(state, torque, first);
        for (var i = 0; i < 4; i++)
        {
            ahead[i] = state[i] + (seconds * first[i]);
        }

        Rates(ahead, torque, second);
        for (var i = 0; i < 4; i++)
        {
            state[i] += 0.5 * seconds * (first[i] + second[i]);
        }

        state[2] = Math.Clamp(state[2], -FastestShoulder, FastestShoulder);
        state[3] = Math.Clamp(state[3], -FastestElbow, FastestElbow);
    }

    // Masses, lengths and moments of inertia are 1; each link's centre lies in its middle.
    private static void Rates(ReadOnlySpan<double> state, double torque, Span<double> rates)
    {
        var (angle1, angle2, speed1, speed2) = (state[0], state[1], state[2], state[3]);
        var (sin2, cos2) = Math.SinCos(angle2);
        var d1 = (Centre * Centre) + 1 + (Centre * Centre) + (2 * Centre * cos2) + 2;
        var d2 = (Centre * Centre) + (Centre * cos2) + 1;
        var phi2 = Centre * Gravity * Math.Cos(angle1 + angle2 - (Math.PI / 2));
        var phi1 = (-Centre * speed2 * speed2 * sin2) - (2 * Centre * speed2 * speed1 * sin2)
            + ((Centre + 1) * Gravity * Math.Cos(angle1 - (Math.PI / 2))) + phi2;
        var elbow = (torque + (d2 / d1 * phi1) - (Centre * speed1 * speed1 * sin2) - phi2) / ((Centre * Centre) + 1 - (d2 * d2 / d1));
        rates[0] = speed1;
        rates[1] = speed2;
        rates[2] = -((d2 * elbow) + phi1) / d1;
        rates[3] = elbow;
    }
}
