using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Text.Json;
using Ranking.Engine.Diffusion;
using Ranking.Engine.Schedulers;

namespace Ranking.Engine.Spaces;

/// <summary>The initial noise of a diffusion model: every point is a picture, and near points are alike.</summary>
/// <param name="models">The models there are.</param>
[Entry("diffusion", "Diffusion model", Summary = "Pictures that a diffusion model makes from a latent point and a prompt.")]
public sealed class DiffusionSpace(Models models) : ISpace
{
    // More would share each call too, and each wait the longer for it.
    private const int SharingSessions = 4;

    /// <summary>The settings of a diffusion space.</summary>
    public sealed record Settings : SamplingSettings
    {
        /// <summary>The model's name.</summary>
        [StringLength(200, MinimumLength = 1), Display(Name = "Model", Description = "The name of a model on the server.")]
        public string Model { get; init; } = "demo";

        /// <summary>What the pictures should show.</summary>
        [StringLength(2000), Display(Name = "Prompt", Description = "What the pictures should show; empty takes the model's own.")]
        public string Prompt { get; init; } = "";

        /// <summary>What they should not show.</summary>
        [StringLength(2000), Display(Name = "Negative prompt", Description = "What they should not show; empty takes the model's own.")]
        public string NegativePrompt { get; init; } = "";

        /// <summary>Network calls per picture.</summary>
        [Range(0, 250), Display(Name = "Steps", Description = "Network calls per picture; 0 takes the model's own number.")]
        public int Steps { get; init; }

        /// <summary>How strictly the prompt is obeyed.</summary>
        [Range(0.0, 30.0), Display(Name = "Guidance", Description = "How strictly the prompt is obeyed, 1 for not at all more than trained; 0 takes the model's own.")]
        public double Guidance { get; init; }

        /// <summary>The sampler.</summary>
        [EntryKey(typeof(Scheduler), "auto"), Advanced, Display(Name = "Sampler", Description = "The way from noise to picture; auto takes the model's own. With samplers that draw fresh noise pictures follow their points less closely.")]
        public string Sampler { get; init; } = "auto";

        /// <summary>What is kept of another picture.</summary>
        [StringLength(100), Advanced, Display(Name = "Keep this region", Description = "Left, top, right and bottom edge in percent of the picture, such as 0, 0, 50, 100 for the left half; what lies inside stays as in the first picture of the seed below.")]
        public string KeepRegion { get; init; } = "";

        /// <summary>The seed of the picture that a region is kept of.</summary>
        [Range(0, int.MaxValue), Advanced, Display(Name = "Keep it from seed", Description = "The seed of the session whose first centre shows the region that is kept.")]
        public int KeepSeed { get; init; }

        /// <summary>Whether latents stay where the model expects them.</summary>
        [Advanced, Display(Name = "Stay on the shell", Description = "Keeps latents on the sphere of radius √d; away from it pictures dissolve.")]
        public bool Shell { get; init; } = true;
    }

    /// <inheritdoc/>
    public SettingsSchema Schema { get; } = SettingsSchema.Of(typeof(Settings));

    /// <inheritdoc/>
    public async Task<IOpenSpace> OpenAsync(JsonElement settings, CancellationToken cancel = default)
    {
        var chosen = (Settings)Schema.Read(settings);
        var folder = models.Find(chosen.Model);
        var sampler = chosen.Sampler is "auto" ? folder.Sampler : chosen.Sampler;
        if (!folder.Samplers.Contains(sampler))
        {
            throw Refusal("sampler", $"The sampler {sampler} does not fit the model {folder.Name}; these do: auto, {string.Join(", ", folder.Samplers)}.");
        }

        var request = new PictureRequest(
            chosen.Prompt.Length > 0 ? chosen.Prompt : folder.Prompt,
            chosen.NegativePrompt.Length > 0 ? chosen.NegativePrompt : folder.NegativePrompt,
            sampler,
            chosen.Steps > 0 ? chosen.Steps : folder.Steps,
            chosen.GuidanceSettings(chosen.Guidance > 0 ? chosen.Guidance : folder.Guidance))
        { Schedule = chosen.ScheduleChoice(), Keep = Keep(chosen) };
        var lease = await models.OpenAsync(folder, cancel);
        try
        {
            var plan = Check(() => lease.Pipeline.PlanOf(request), chosen.Timesteps.Length > 0 ? "timesteps" : chosen.Schedule != Spread.Own ? "schedule" : "steps");
            Check(() => lease.Pipeline.ClassesOf(request), "guidanceMethod");
            return new Open(lease, request, new SamplingNotes(sampler, plan) { Cut = Cut(lease.Pipeline, request) }, chosen.Shell ? new Geometry.Shell() : new Geometry.Flat());
        }
        catch
        {
            lease.Dispose();
            throw;
        }
    }

    private static KeepChoice? Keep(Settings settings)
    {
        if (string.IsNullOrWhiteSpace(settings.KeepRegion))
        {
            return null;
        }

        var shares = settings.KeepRegion.Split(',')
            .Select(text => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var percent) ? percent / 100 : double.NaN).ToArray();
        return shares is [>= 0 and var left, >= 0 and var top, <= 1 and var right, <= 1 and var bottom] && left < right && top < bottom
            ? new KeepChoice(left, top, right, bottom, (ulong)settings.KeepSeed, settings.Shell)
            : throw Refusal("keepRegion", "A region is four numbers from 0 to 100 with commas between them: left, top, right, bottom.");
    }

    // A negative prompt counts only where there is guidance.
    private static IReadOnlyList<string> Cut(DiffusionPipeline pipeline, PictureRequest request) =>
    [
        .. new[] { ("prompt", request.Prompt), ("negative prompt", request.Guidance.Scale == 1 ? "" : request.NegativePrompt) }
            .Select(said => (Name: said.Item1, Tokens: pipeline.TokensOf(said.Item2)))
            .Where(said => said.Tokens.Read < said.Tokens.Given)
            .Select(said => $"The {said.Name} is too long: the model reads the first {said.Tokens.Read} of its {said.Tokens.Given} tokens and leaves out the rest."),
    ];

    private static T Check<T>(Func<T> make, string member)
    {
        try
        {
            return make();
        }
        catch (InvalidDataException error)
        {
            throw Refusal(member, error.Message);
        }
    }

    private static SettingsException Refusal(string member, string why) => new(new Dictionary<string, string[]> { [member] = [why] });

    private sealed class Open(ModelLease lease, PictureRequest request, SamplingNotes notes, Geometry geometry) : IOpenSpace
    {
        public int Dimension => lease.Pipeline.Folder.Dimension;

        public Geometry Geometry => geometry;

        public bool Renders => true;

        public int Lanes => SharingSessions;

        public IReadOnlyList<string> Notes => notes.All();

        public void Start(Noise noise, Span<double> point)
        {
            noise.Normal(0, point);
            geometry.Project(point);
        }

        public async Task RenderAsync(
            ReadOnlyMemory<double> points, int count, Action<int, Artifact> done, IProgress<double>? progress = null, CancellationToken cancel = default)
        {
            // Files are made while the network goes on with the next pictures, and handed over one after the other.
            var handedOver = Task.CompletedTask;
            NetworkCalls calls;
            try
            {
                calls = await lease.Pipeline.DrawAsync(points, count, request, (i, picture) => handedOver = HandOverAsync(handedOver, i, picture), progress, cancel);
            }
            finally
            {
                await handedOver;
            }

            notes.Count(count, calls);

            async Task HandOverAsync(Task before, int index, Picture picture)
            {
                var file = Task.Run(() => Png.Encode(picture), CancellationToken.None);
                await before;
                done(index, new Artifact(await file, "image/png"));
            }
        }

        public ValueTask DisposeAsync()
        {
            lease.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
