using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using Ranking.Engine.Diffusion;
using Ranking.Engine.Guidances;
using Ranking.Engine.Schedulers;

namespace Ranking.Engine.Spaces;

/// <summary>
/// Initial noise that becomes a sample of a mixture of Gaussians, whose score is known exactly: all samplers and guidances of diffusion
/// models without any network. A picture shows the mixture and the way of the sample; the known truth is minus the logarithm of the
/// sample's density.
/// </summary>
[Entry("mixture", "Gaussian mixture", Summary = "Samples of a mixture whose exact score takes a diffusion model's place, shown as a scatter plot.",
    Source = "Cole, Lu: Score-based generative models break the curse of dimensionality in learning a family of sub-Gaussian probability distributions, 2024")]
public sealed class MixtureSpace : ISpace
{
    private static readonly Catalog<Scheduler> Schedulers = new();
    private static readonly Catalog<Guidance> Guidances = new();

    /// <summary>The settings of a mixture space.</summary>
    public sealed record Settings : SamplingSettings
    {
        /// <summary>Components.</summary>
        [Range(1, 12), Display(Name = "Components", Description = "Gaussians of the mixture, on a circle in the plane of the first two coordinates.")]
        public int Components { get; init; } = 5;

        /// <summary>Numbers per point.</summary>
        [Range(2, 64), Display(Name = "Dimension", Description = "Numbers per point; the picture shows the first two.")]
        public int Dimension { get; init; } = 2;

        /// <summary>Their standard deviation.</summary>
        [Range(0.02, 2.0), LogScale, Display(Name = "Spread", Description = "Standard deviation of each component; their circle has the radius 1.5.")]
        public double Spread { get; init; } = 0.25;

        /// <summary>The component that is wanted.</summary>
        [Range(0, 12), Display(Name = "Wanted component", Description = "What guidance aims at, counted from 1; 0 for any.")]
        public int Wanted { get; init; }

        /// <summary>The sampler.</summary>
        [EntryKey(typeof(Scheduler)), Display(Name = "Sampler", Description = "The way from noise to sample; with samplers that draw fresh noise samples follow their points less closely.")]
        public string Sampler { get; init; } = "dpm-solver-multistep";

        /// <summary>Steps per sample.</summary>
        [Range(1, 250), Display(Name = "Steps", Description = "Steps from noise to sample.")]
        public int Steps { get; init; } = 20;

        /// <summary>How strictly the wanted component is aimed at.</summary>
        [Range(0.0, 30.0), Display(Name = "Guidance", Description = "How far to go past the wanted component's own score, away from the mixture's; 1 for not at all.")]
        public double Guidance { get; init; } = 1;

        /// <summary>How noise grows with time.</summary>
        [Advanced, Display(Name = "Noising", Description = "How the noise grows over the thousand timesteps.")]
        public BetaSchedule Noising { get; init; }
    }

    /// <inheritdoc/>
    public SettingsSchema Schema => SettingsSchema.Of(typeof(Settings));

    /// <inheritdoc/>
    public Task<IOpenSpace> OpenAsync(JsonElement settings, CancellationToken cancel = default)
    {
        var chosen = (Settings)Schema.Read(settings);
        if (chosen.Wanted > chosen.Components)
        {
            throw Refusal("wanted", $"There are {chosen.Components} components.");
        }

        if (chosen.Wanted == 0 && Guidances[chosen.GuidanceMethod].NeedsClassifier)
        {
            throw Refusal("wanted", "This kind of guidance needs a wanted component.");
        }

        try
        {
            return Task.FromResult<IOpenSpace>(new Open(chosen, PlanOf(chosen)));
        }
        catch (InvalidDataException error)
        {
            throw Refusal(chosen.Timesteps.Length > 0 ? "timesteps" : chosen.Schedule != Spread.Own ? "schedule" : "steps", error.Message);
        }
    }

    private static SettingsException Refusal(string member, string why) => new(new Dictionary<string, string[]> { [member] = [why] });

    private static SamplingPlan PlanOf(Settings settings)
    {
        var (start, end) = settings.Noising == BetaSchedule.ScaledLinear ? (0.00085, 0.012) : (0.0001, 0.02);
        var config = JsonSerializer.SerializeToElement(new Dictionary<string, object>
        {
            ["beta_schedule"] = JsonNamingPolicy.SnakeCaseLower.ConvertName(settings.Noising.ToString()),
            ["beta_start"] = start,
            ["beta_end"] = end,
            ["clip_sample"] = false,
        });
        var scheduler = Schedulers[settings.Sampler];
        return scheduler.Plan(settings.ScheduleChoice().Over(config, scheduler), settings.Steps);
    }

    private sealed class Open : IOpenSpace
    {
        private readonly Settings _settings;
        private readonly SamplingPlan _plan;
        private readonly GaussianMixture _mixture;
        private readonly GaussianMixture _wanted;
        private readonly SamplingNotes _notes;
        private readonly MixturePlot _plot;
        private readonly Guide? _rehearsed;

        public Open(Settings settings, SamplingPlan plan)
        {
            (_settings, _plan) = (settings, plan);
            _mixture = OnACircle(settings);
            _wanted = settings.Wanted > 0 ? _mixture.Only(settings.Wanted - 1) : _mixture;
            _notes = new SamplingNotes(settings.Sampler, plan);
            _plot = new MixturePlot(_mixture, _wanted);
            _rehearsed = Rehearse();
        }

        public int Dimension => _settings.Dimension;

        public Geometry Geometry { get; } = new Geometry.Flat();

        public bool Renders => true;

        public IReadOnlyList<string> Notes => _notes.All();

        public void Start(Noise noise, Span<double> point) => noise.Normal(0, point);

        public double? Value(ReadOnlySpan<double> point)
        {
            var sample = point.ToArray();
            Sample(sample, 1, null);
            return -_wanted.LogDensity(sample, new NoiseLevel(1, 0));
        }

        public Task RenderAsync(ReadOnlyMemory<double> points, int count, Action<int, Artifact> done, IProgress<double>? progress = null, CancellationToken cancel = default) =>
            Task.Run(
                () =>
                {
                    var samples = points.ToArray();
                    var ways = new List<double[]> { points.ToArray() };
                    var calls = Sample(samples, count, call =>
                    {
                        cancel.ThrowIfCancellationRequested();
                        ways.Add([.. samples]);
                        progress?.Report((call + 1.0) / (_plan.Steps.Length + 1));
                    });
                    _notes.Count(count, new NetworkCalls(calls.Sum(), _settings.Guidance == 1 ? 0 : calls.Sum(made => (2 * _plan.Steps.Length) - made)));
                    for (var i = 0; i < count; i++)
                    {
                        var way = ways.Select(all => (all[i * Dimension], all[(i * Dimension) + 1])).ToArray();
                        done(i, new Artifact(Png.Encode(_plot.Draw(way)), "image/png"));
                    }

                    progress?.Report(1);
                },
                cancel);

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;

        private static GaussianMixture OnACircle(Settings settings)
        {
            const double Radius = 1.5;
            var (count, dimension) = (settings.Components, settings.Dimension);
            var covariance = new double[dimension * dimension];
            for (var i = 0; i < dimension; i++)
            {
                covariance[(i * dimension) + i] = settings.Spread * settings.Spread;
            }

            var means = Enumerable.Range(0, count).Select(k =>
            {
                var mean = new double[dimension];
                (mean[0], mean[1]) = count == 1 ? (0, 0) : (Radius * Math.Sin(2 * Math.PI * k / count), Radius * Math.Cos(2 * Math.PI * k / count));
                return mean;
            });
            return new GaussianMixture([.. Enumerable.Repeat(1.0, count)], [.. means], [.. Enumerable.Repeat(covariance, count)]);
        }

        private int[] Sample(double[] samples, int count, Action<int>? after)
        {
            var (run, model) = Begin(count);
            return GuidedSampling.Run(_plan, Guidances[_settings.GuidanceMethod].Begin(run with { Rehearsed = _rehearsed }), samples, count, model.Answer, after);
        }

        private Guide? Rehearse()
        {
            const int count = 16;
            var (run, model) = Begin(count);
            if (Guidances[_settings.GuidanceMethod].Rehearse(run) is not { } rehearsal)
            {
                return null;
            }

            var samples = new double[count * Dimension];
            Noise.Philox(0, Purpose.Begin, 0).Normal(0, samples);
            GuidedSampling.Run(_plan, rehearsal, samples, count, model.Answer);
            return rehearsal;
        }

        private (GuidanceRun Run, MixtureModel Model) Begin(int count)
        {
            var model = new MixtureModel(_mixture, _settings.Wanted > 0 ? _settings.Wanted - 1 : null, Schedulers[_settings.Sampler].IsFlow);
            var run = new GuidanceRun(_settings.GuidanceSettings(_settings.Guidance), _plan, count, Dimension) { Classifier = model, Wanted = Math.Max(0, _settings.Wanted - 1) };
            return (run, model);
        }
    }
}
