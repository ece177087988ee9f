using Ranking.Engine.Rendering;

namespace Ranking.Engine.Control;

/// <summary>
/// Three links in a fluid so thick that only drag counts: a policy turns the two joints, and the body moves so that no
/// force and no torque is left. It is to swim to the right; the return is the distance in links. A stroke and the same
/// stroke backwards cancel exactly, so that only a cyclic gait gets anywhere.
/// </summary>
[Entry("swimmer", "Planar swimmer", Summary = "Swim through a thick fluid with three links and two joints.",
    Source = "Purcell: Life at Low Reynolds Number, 1977; Becker, Koehler, Stone: On Self-propulsion of Micro-machines at Low Reynolds Number, 2003")]
public sealed class Swimmer : ControlTask
{
    private const double Along = 1;
    private const double Across = 2;
    private const double Fastest = 2;
    private const double Bend = 1.3;
    private const double Seconds = 0.1;

    /// <inheritdoc/>
    /// <remarks>Middle of the body x, y; its direction; the two joints; the distance so far.</remarks>
    public override int StateSize => 5;

    /// <inheritdoc/>
    public override int ObservationSize => 4;

    /// <inheritdoc/>
    public override int ActionSize => 2;

    /// <inheritdoc/>
    public override int Steps => 300;

    /// <inheritdoc/>
    public override void Begin(Noise noise, int episode, Span<double> state)
    {
        ArgumentNullException.ThrowIfNull(noise);
        state.Clear();
        state[3] = 0.4 * (noise.Uniform(episode, 0) - 0.5);
        state[4] = 0.4 * (noise.Uniform(episode, 1) - 0.5);
    }

    /// <inheritdoc/>
    public override void Observe(ReadOnlySpan<double> state, Span<double> observation)
    {
        (observation[1], observation[0]) = Math.SinCos(state[2]);
        observation[2] = state[3];
        observation[3] = state[4];
    }

    /// <inheritdoc/>
    public override (double Reward, bool GoesOn) Step(Span<double> state, ReadOnlySpan<double> action)
    {
        // A joint at its stop does not turn further.
        var turn1 = (Math.Clamp(state[3] + (Seconds * Fastest * action[0]), -Bend, Bend) - state[3]) / Seconds;
        var turn2 = (Math.Clamp(state[4] + (Seconds * Fastest * action[1]), -Bend, Bend) - state[4]) / Seconds;
        var before = state[0];

        // The midpoint rule: drag at the shape in the middle of the step moves the body over the whole of it.
        Span<double> half = stackalloc double[5];
        state.CopyTo(half);
        Move(half, Motion(state, turn1, turn2), turn1, turn2, Seconds / 2);
        Move(state, Motion(half, turn1, turn2), turn1, turn2, Seconds);
        return (state[0] - before, true);
    }

    /// <inheritdoc/>
    public override void Draw(ReadOnlySpan<double> state, Canvas canvas)
    {
        ArgumentNullException.ThrowIfNull(canvas);
        const double unit = 0.22;
        for (var mark = -4; mark <= 4; mark++)
        {
            canvas.Line(unit * mark, -0.95, unit * mark, mark == 0 ? -0.8 : -0.88, 0.02, Ink.Ground);
        }

        var (x, y) = (Math.Clamp(unit * state[0], -0.9, 0.9), Math.Clamp(unit * state[1], -0.7, 0.9));
        var (sin, cos) = Math.SinCos(state[2]);
        var (sin1, cos1) = Math.SinCos(state[2] + state[3]);
        var (sin2, cos2) = Math.SinCos(state[2] + state[4]);
        var (leftX, leftY, rightX, rightY) = (x - (unit / 2 * cos), y - (unit / 2 * sin), x + (unit / 2 * cos), y + (unit / 2 * sin));
        canvas.Line(leftX, leftY, leftX - (unit * cos1), leftY - (unit * sin1), 0.06, Ink.Body);
        canvas.Line(leftX, leftY, rightX, rightY, 0.06, Ink.Body);
        canvas.Line(rightX, rightY, rightX + (unit * cos2), rightY + (unit * sin2), 0.06, Ink.Body);
        canvas.Disc(rightX + (unit * cos2), rightY + (unit * sin2), 0.05, Ink.Tip);
    }

    private static void Move(Span<double> state, (double X, double Y, double Turn) motion, double turn1, double turn2, double seconds)
    {
        state[0] += seconds * motion.X;
        state[1] += seconds * motion.Y;
        state[2] += seconds * motion.Turn;
        state[3] += seconds * turn1;
        state[4] += seconds * turn2;
    }

    // Force and torque are linear in the body's motion: three unit motions give the matrix, Cramer's rule the motion.
    private static (double X, double Y, double Turn) Motion(ReadOnlySpan<double> state, double turn1, double turn2)
    {
        var rest = Drag(state, 0, 0, 0, turn1, turn2);
        var a = Drag(state, 1, 0, 0, 0, 0);
        var b = Drag(state, 0, 1, 0, 0, 0);
        var c = Drag(state, 0, 0, 1, 0, 0);
        var whole = Determinant(a, b, c);
        return (-Determinant(rest, b, c) / whole, -Determinant(a, rest, c) / whole, -Determinant(a, b, rest) / whole);
    }

    private static double Determinant((double X, double Y, double T) a, (double X, double Y, double T) b, (double X, double Y, double T) c) =>
        (a.X * ((b.Y * c.T) - (c.Y * b.T))) - (b.X * ((a.Y * c.T) - (c.Y * a.T))) + (c.X * ((a.Y * b.T) - (b.Y * a.T)));

    // The drag on all links, and its torque about the body's middle; a link has length 1.
    private static (double X, double Y, double Torque) Drag(ReadOnlySpan<double> state, double vx, double vy, double turn, double turn1, double turn2)
    {
        var (sin, cos) = Math.SinCos(state[2]);
        var (sin1, cos1) = Math.SinCos(state[2] + state[3]);
        var (sin2, cos2) = Math.SinCos(state[2] + state[4]);
        var middle = Link(cos, sin, 0, 0, vx, vy, turn);
        var left = Link(
            cos1, sin1, -0.5 * (cos + cos1), -0.5 * (sin + sin1),
            vx + (0.5 * ((turn * sin) + ((turn + turn1) * sin1))), vy - (0.5 * ((turn * cos) + ((turn + turn1) * cos1))), turn + turn1);
        var right = Link(
            cos2, sin2, 0.5 * (cos + cos2), 0.5 * (sin + sin2),
            vx - (0.5 * ((turn * sin) + ((turn + turn2) * sin2))), vy + (0.5 * ((turn * cos) + ((turn + turn2) * cos2))), turn + turn2);
        return (middle.X + left.X + right.X, middle.Y + left.Y + right.Y, middle.Torque + left.Torque + right.Torque);
    }

    private static (double X, double Y, double Torque) Link(double cos, double sin, double x, double y, double vx, double vy, double turn)
    {
        var (along, across) = ((vx * cos) + (vy * sin), (vy * cos) - (vx * sin));
        var (fx, fy) = (-(Along * along * cos) + (Across * across * sin), -(Along * along * sin) - (Across * across * cos));
        return (fx, fy, (x * fy) - (y * fx) - (Across * turn / 12));
    }
}
