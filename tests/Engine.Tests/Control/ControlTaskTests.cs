using Ranking.Engine.Control;
using Ranking.Engine.Rendering;

namespace Ranking.Engine.Tests.Control;

public sealed class ControlTaskTests
{
    private static readonly Catalog<ControlTask> Tasks = new();

    public static TheoryData<string> Keys => new(Tasks.Entries.Select(entry => entry.Key));

    [Theory]
    [MemberData(nameof(Keys))]
    public void Episodes_of_random_policies_stay_finite_repeat_and_end(string key)
    {
        var task = Tasks[key];
        foreach (var hidden in new[] { 0, 5 })
        {
            var policy = new Policy(task.ObservationSize, hidden, task.ActionSize);
            for (var n = 0; n < 20; n++)
            {
                var parameters = Parameters(policy, n, 3);
                var states = new List<double[]>();
                var sum = Rollout.Return(task, policy, parameters, Episodes, n, state => states.Add(state.ToArray()));
                Assert.True(double.IsFinite(sum));
                Assert.InRange(states.Count, 2, task.Steps + 1);
                Assert.All(states, state => Assert.All(state, number => Assert.True(double.IsFinite(number))));
                Assert.Equal(sum, Rollout.Return(task, policy, parameters, Episodes, n));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void Observations_of_any_state_on_the_way_are_of_the_order_of_one(string key)
    {
        var task = Tasks[key];
        var policy = new Policy(task.ObservationSize, 0, task.ActionSize);
        for (var n = 0; n < 20; n++)
        {
            var observation = new double[task.ObservationSize];
            Rollout.Return(task, policy, Parameters(policy, n, 3), Episodes, n, state =>
            {
                task.Observe(state, observation);
                Assert.All(observation, number => Assert.InRange(number, -10, 10));
            });
        }
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void Different_states_look_different(string key)
    {
        var task = Tasks[key];
        var policy = new Policy(task.ObservationSize, 0, task.ActionSize);
        var pictures = new HashSet<string>();
        Rollout.Return(task, policy, Parameters(policy, 1, 3), Episodes, 0, state =>
        {
            var canvas = new Canvas(96, new Colour(255, 255, 255));
            task.Draw(state, canvas);
            pictures.Add(Convert.ToHexString(canvas.ToPicture().Rgb));
        });
        Assert.True(pictures.Count > 5, $"{pictures.Count} pictures");
    }

    [Fact]
    public void A_pole_falls_by_itself_and_stands_with_a_policy_that_follows_it()
    {
        Assert.InRange(Cart(0, 0, 0, 0), 5, 60);
        Assert.Equal(200, Cart(0.3, 0.5, 4, 3));

        static double Cart(double place, double speed, double angle, double turning) =>
            Rollout.Return(new CartPole(), new Policy(4, 0, 1), [place, speed, angle, turning, 0], Episodes, 0);
    }

    [Fact]
    public void A_car_leaves_the_valley_by_driving_where_it_is_going_and_not_by_full_speed_ahead()
    {
        var ahead = Car(0, 0, 5);
        var swinging = Car(0, 50, 0);
        Assert.True(ahead < 0, $"{ahead}");
        Assert.True(swinging > 20, $"{swinging}");

        static double Car(double place, double speed, double bias) =>
            Rollout.Return(new MountainCar(), new Policy(2, 0, 1), [place, speed, bias], Episodes, 0);
    }

    [Fact]
    public void An_acrobot_that_pushes_where_it_swings_climbs_higher_than_one_that_rests()
    {
        var rests = Swing(0);
        var pushes = Swing(8);
        Assert.True(pushes > rests + 60, $"{pushes} against {rests}");

        static double Swing(double push) =>
            Rollout.Return(new Acrobot(), new Policy(6, 0, 1), [0, 0, 0, 0, 0, push, 0], Episodes, 0);
    }

    [Fact]
    public void A_pendulum_without_a_motor_keeps_its_energy_and_costs_most()
    {
        var task = new Pendulum();
        Span<double> state = [Math.PI - 1, 0];
        var highest = 0.0;
        for (var step = 0; step < 400; step++)
        {
            task.Step(state, [0]);
            highest = Math.Max(highest, Math.Abs(Math.IEEERemainder(state[0] - Math.PI, 2 * Math.PI)));
        }

        Assert.Equal(1, highest, 0.05);
        var hanging = Rollout.Return(task, new Policy(3, 0, 1), new double[4], Episodes, 0);
        Assert.InRange(hanging, -200 * (Math.PI * Math.PI + 1), -200 * 7.0);
    }

    [Fact]
    public void A_stroke_and_the_same_stroke_backwards_take_a_swimmer_nowhere()
    {
        var there = Swim(step => step % 20 < 10 ? (0.4, 0) : (-0.4, 0), 200);
        Assert.Equal(0, there, 0.01);
    }

    [Fact]
    public void A_cyclic_gait_swims_and_the_reversed_gait_swims_back_as_far()
    {
        var forth = Swim(step => Gait(step, 1), 200);
        var back = Swim(step => Gait(step, -1), 200);
        Assert.True(Math.Abs(forth) > 0.2, $"{forth}");
        Assert.Equal(-forth, back, 0.1 * Math.Abs(forth));

        // The corners of a square in the space of the two joints, one way round or the other.
        static (double, double) Gait(int step, int way) => ((step / 10) % 4) switch
        {
            0 => way > 0 ? (0.5, 0) : (0, 0.5),
            1 => way > 0 ? (0, 0.5) : (0.5, 0),
            2 => way > 0 ? (-0.5, 0) : (0, -0.5),
            _ => way > 0 ? (0, -0.5) : (-0.5, 0),
        };
    }

    private static Noise Episodes => Noise.Philox(1, Purpose.Oracle, 0);

    private static double Swim(Func<int, (double, double)> turns, int steps)
    {
        var task = new Swimmer();
        Span<double> state = [0, 0, 0, -0.5, -0.5];
        for (var step = 0; step < steps; step++)
        {
            var (first, second) = turns(step);
            task.Step(state, [first, second]);
        }

        return state[0];
    }

    private static double[] Parameters(Policy policy, int n, double scale)
    {
        var parameters = new double[policy.Parameters];
        Noise.Philox(2, Purpose.Ask, 0).Normal(n, parameters);
        return [.. parameters.Select(p => scale * p)];
    }
}
