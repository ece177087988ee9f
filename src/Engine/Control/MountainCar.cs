using Ranking.Engine.Rendering;

namespace Ranking.Engine.Control;

/// <summary>
/// A car in a valley whose engine is too weak for the hill: it must swing back and forth to get out. Reward -1 for each
/// of at most 300 steps, and 200 in all for height: each new highest place on the right hill earns its share, so that
/// two cars that stay in the valley can be told apart.
/// </summary>
[Entry("mountain-car", "Mountain car", Summary = "Drive out of a valley with an engine that is too weak for the slope.",
    Source = "Moore: Efficient Memory-based Learning for Robot Control, 1990; Sutton, Barto: Reinforcement Learning, 2018, example 10.1")]
public sealed class MountainCar : ControlTask
{
    private const double Engine = 0.001;
    private const double Gravity = 0.0025;
    private const double Fastest = 0.07;
    private const double Wall = -1.2;
    private const double Goal = 0.5;
    private const double Bottom = -Math.PI / 6;
    private const double HeightReward = 200;

    /// <inheritdoc/>
    public override int StateSize => 3;

    /// <inheritdoc/>
    public override int ObservationSize => 2;

    /// <inheritdoc/>
    public override int Steps => 300;

    /// <inheritdoc/>
    public override void Begin(Noise noise, int episode, Span<double> state)
    {
        ArgumentNullException.ThrowIfNull(noise);
        state[0] = -0.6 + (0.2 * noise.Uniform(episode, 0));
        state[1] = 0;
        state[2] = Math.Max(state[0], Bottom);
    }

    /// <inheritdoc/>
    public override void Observe(ReadOnlySpan<double> state, Span<double> observation)
    {
        observation[0] = state[0] + 0.5;
        observation[1] = state[1] / Fastest;
    }

    /// <inheritdoc/>
    public override (double Reward, bool GoesOn) Step(Span<double> state, ReadOnlySpan<double> action)
    {
        var speed = Math.Clamp(state[1] + (Engine * action[0]) - (Gravity * Math.Cos(3 * state[0])), -Fastest, Fastest);
        var place = Math.Clamp(state[0] + speed, Wall, Goal);
        state[1] = place == Wall ? Math.Max(speed, 0) : speed;
        state[0] = place;
        var farthest = Math.Max(state[2], place);
        var climbed = HeightReward * (Height(farthest) - Height(state[2])) / (Height(Goal) - Height(Bottom));
        state[2] = farthest;
        return (climbed - 1, place < Goal);
    }

    /// <inheritdoc/>
    public override void Draw(ReadOnlySpan<double> state, Canvas canvas)
    {
        ArgumentNullException.ThrowIfNull(canvas);
        const int pieces = 40;
        for (var i = 0; i < pieces; i++)
        {
            var (from, to) = (Wall + ((Goal + 0.1 - Wall) * i / pieces), Wall + ((Goal + 0.1 - Wall) * (i + 1) / pieces));
            canvas.Line(Across(from), Up(from), Across(to), Up(to), 0.03, Ink.Ground);
        }

        canvas.Line(Across(Goal), Up(Goal), Across(Goal), Up(Goal) + 0.35, 0.02, Ink.Ground);
        canvas.Disc(Across(state[2]), Up(state[2]), 0.05, Ink.Ground);
        canvas.Disc(Across(state[0]), Up(state[0]) + 0.11, 0.11, Ink.Body);
    }

    private static double Height(double place) => Math.Sin(3 * place);

    private static double Across(double place) => (2 * 0.9 * (place - Wall) / (Goal + 0.1 - Wall)) - 0.9;

    private static double Up(double place) => (0.6 * Height(place)) - 0.15;
}
