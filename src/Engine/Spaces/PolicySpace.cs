using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using Ranking.Engine.Control;
using Ranking.Engine.Diffusion;
using Ranking.Engine.Rendering;

namespace Ranking.Engine.Spaces;

/// <summary>Policies of a control task: a point is the policy's parameters, and a picture shows how its first episode goes.</summary>
[Entry("policy", "Control task", Summary = "Behaviours of a small physical system, shown as a strip of moments.",
    Source = "Such et al.: Deep Neuroevolution, 2017; Wong et al.: Solving Deep Reinforcement Learning Benchmarks with Linear Policy Networks, 2024")]
public sealed class PolicySpace : ISpace
{
    // Nine moments, three to a row, each drawn in a square.
    private const int Rows = 3;
    private const int Cell = 128;

    // Episodes begin alike in every session, so that policies of different sessions can be compared.
    private const ulong EpisodeSeed = 1983;

    private readonly Catalog<ControlTask> _tasks = new();

    /// <summary>The settings of a policy space.</summary>
    public sealed record Settings
    {
        /// <summary>The task's key.</summary>
        [StringLength(40, MinimumLength = 1), Display(Name = "Task", Description = "The key of a control task: acrobot, cart-pole, mountain-car, pendulum or swimmer.")]
        public string Task { get; init; } = "cart-pole";

        /// <summary>Hidden units.</summary>
        [Range(0, 64), Display(Name = "Hidden units", Description = "Units of the policy's hidden layer; 0 for a linear policy.")]
        public int Hidden { get; init; }

        /// <summary>Episodes that the known return is the mean of.</summary>
        [Range(1, 100), Advanced, Display(Name = "Episodes", Description = "How many episodes the known return is the mean of; the picture shows the first.")]
        public int Episodes { get; init; } = 5;
    }

    /// <inheritdoc/>
    public SettingsSchema Schema => SettingsSchema.Of(typeof(Settings));

    /// <inheritdoc/>
    public Task<IOpenSpace> OpenAsync(JsonElement settings, CancellationToken cancel = default)
    {
        var chosen = (Settings)Schema.Read(settings);
        return _tasks.Contains(chosen.Task)
            ? Task.FromResult<IOpenSpace>(new Open(_tasks[chosen.Task], chosen))
            : throw new SettingsException(new Dictionary<string, string[]>
            {
                ["task"] = [$"There is no task {chosen.Task}; known are {string.Join(", ", _tasks.Entries.Select(e => e.Key))}."],
            });
    }

    private sealed class Open(ControlTask task, Settings settings) : IOpenSpace
    {
        private static readonly Colour Gap = new(0xDD, 0xE3, 0xE5);

        public int Dimension { get; } = Policy.Count(task.ObservationSize, settings.Hidden, task.ActionSize);

        public Geometry Geometry { get; } = new Geometry.Flat();

        public bool Renders => true;

        // A linear policy that does nothing is a fair start; hidden units need different weights to be told apart.
        public void Start(Noise noise, Span<double> point)
        {
            point.Clear();
            if (settings.Hidden > 0)
            {
                noise.Normal(0, point);
            }
        }

        public double? Value(ReadOnlySpan<double> point)
        {
            var policy = NewPolicy();
            var sum = 0.0;
            for (var episode = 0; episode < settings.Episodes; episode++)
            {
                sum += Rollout.Return(task, policy, point, Episodes(), episode);
            }

            return -sum / settings.Episodes;
        }

        public Task RenderAsync(ReadOnlyMemory<double> points, int count, Action<int, Artifact> done, IProgress<double>? progress = null, CancellationToken cancel = default) =>
            Task.Run(
                () =>
                {
                    for (var i = 0; i < count; i++)
                    {
                        cancel.ThrowIfCancellationRequested();
                        done(i, new Artifact(Png.Encode(Strip(points.Span.Slice(i * Dimension, Dimension))), "image/png"));
                        progress?.Report((i + 1.0) / count);
                    }
                },
                cancel);

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;

        private static Noise Episodes() => Noise.Philox(EpisodeSeed, Purpose.Oracle, 0);

        private Policy NewPolicy() => new(task.ObservationSize, settings.Hidden, task.ActionSize);

        // Moments lie evenly over the policy's own episode, so that its end is always seen. The bar below a moment says
        // how much of the longest episode is over by then.
        private Picture Strip(ReadOnlySpan<double> point)
        {
            var states = new List<double[]>();
            Rollout.Return(task, NewPolicy(), point, Episodes(), 0, state => states.Add(state.ToArray()));
            var sheet = new Canvas(Rows * Cell, Gap);
            for (var moment = 0; moment < Rows * Rows; moment++)
            {
                var step = (states.Count - 1) * moment / ((Rows * Rows) - 1);
                var canvas = new Canvas(Cell - 2, Ink.Paper);
                task.Draw(states[step], canvas);
                canvas.Box(-1, -1, 1, -0.94, Gap);
                canvas.Box(-1, -1, (2.0 * step / task.Steps) - 1, -0.94, Ink.Body);
                sheet.Place(canvas, (moment % Rows * Cell) + 1, (moment / Rows * Cell) + 1);
            }

            return sheet.ToPicture();
        }
    }
}
