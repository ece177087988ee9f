using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Text.Json;
using Ranking.Engine.Diffusion;
using Ranking.Engine.Schedulers;
using Ranking.Engine.Sessions;

namespace Ranking.Engine.Spaces;

/// <summary>The initial noise of a diffusion model: every point is a picture, and near points are alike.</summary>
/// <param name="models">The models there are.</param>
/// <param name="pictures">The pictures that were sent to this server; null for none.</param>
[Entry("diffusion", "Diffusion model", Summary = "Pictures that a diffusion model makes from a latent point and a prompt.")]
public sealed class DiffusionSpace(Models models, IArtifactStore? pictures = null) : ISpace
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

        /// <summary>The picture at which sampling starts.</summary>
        [Picture, StringLength(64), Advanced, Display(Name = "Start from a picture", Description = "A picture that was sent to this server; points then change it as far as the strength below says.")]
        public string StartPicture { get; init; } = "";

        /// <summary>How much of that picture is made anew.</summary>
        [Range(0.02, 1.0), Advanced, Display(Name = "Strength", Description = "How much of that picture is made anew: the share of the steps that is taken; 1 leaves nothing of it.")]
        public double Strength { get; init; } = 0.6;

        /// <summary>Whether the initial noise is searched.</summary>
        [Advanced, Display(Name = "Search the noise", Description = "Whether points hold the initial noise; off leaves only the settings below to be searched.")]
        public bool SearchNoise { get; init; } = true;

        /// <summary>The seed of the noise where it is not searched.</summary>
        [Range(0, int.MaxValue), Advanced, Display(Name = "Seed of the noise", Description = "The noise that all pictures start from where the noise is not searched.")]
        public int NoiseSeed { get; init; }

        /// <summary>Whether the guidance scale is searched.</summary>
        [Advanced, Display(Name = "Search the guidance", Description = "One coordinate more: each 2 of it doubles the guidance.")]
        public bool SearchGuidance { get; init; }

        /// <summary>Whether the guidance rescale is searched.</summary>
        [Advanced, Display(Name = "Search the guidance rescale", Description = "One coordinate more: each 4 of it add 1 to the guidance rescale, from 0 to 1.")]
        public bool SearchRescale { get; init; }

        /// <summary>Whether the parallel weight is searched.</summary>
        [Advanced, Display(Name = "Search the parallel weight", Description = "One coordinate more with projected guidance: each 2 of it add 1 to the parallel weight, from -1 to 2.")]
        public bool SearchParallel { get; init; }

        /// <summary>Whether the momentum of the guidance is searched.</summary>
        [Advanced, Display(Name = "Search the guidance momentum", Description = "One coordinate more with projected guidance: each 4 of it add 1 to the momentum, from -1 to 1.")]
        public bool SearchMomentum { get; init; }

        /// <summary>Whether both ends of the guided interval are searched.</summary>
        [Advanced, Display(Name = "Search the guided interval", Description = "Two coordinates more with guidance in an interval: each 2 of them double the noise level where it ends and where it begins.")]
        public bool SearchInterval { get; init; }

        /// <summary>Prompts towards which the prompt is moved.</summary>
        [StringLength(2000), Advanced, Display(Name = "Search towards prompts", Description = "Other prompts with | between them: one coordinate more for each, which moves the prompt towards it.")]
        public string PromptTowards { get; init; } = "";

        /// <summary>Directions in which the prompt is moved.</summary>
        [Range(0, 256), Advanced, Display(Name = "Search around the prompt", Description = "So many coordinates more, each a direction of its own in what the text encoder makes of the prompt.")]
        public int PromptTurns { get; init; }

        /// <summary>How far a coordinate moves the prompt.</summary>
        [Range(0.01, 2.0), LogScale, Advanced, Display(Name = "Reach of the prompt", Description = "What a coordinate of 1 moves: the share of the way to another prompt, or of the prompt's own length.")]
        public double PromptReach { get; init; } = 0.3;

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
        { Schedule = chosen.ScheduleChoice(), Keep = Keep(chosen), From = await StartAsync(chosen, cancel) };
        var lease = await models.OpenAsync(folder, cancel);
        try
        {
            var plan = Check(() => lease.Pipeline.PlanOf(request), chosen.Timesteps.Length > 0 ? "timesteps" : chosen.Schedule != Spread.Own ? "schedule" : "steps");
            Check(() => lease.Pipeline.ClassesOf(request), "guidanceMethod");
            if (request.From is not null)
            {
                Check(() => lease.Pipeline.PictureEncoder, "startPicture");
            }

            return new Open(lease, request, new SamplingNotes(sampler, plan) { Cut = Cut(lease.Pipeline, request) }, DiffusionCoordinates.Of(chosen, folder));
        }
        catch
        {
            lease.Dispose();
            throw;
        }
    }

    private async Task<StartPicture?> StartAsync(Settings settings, CancellationToken cancel)
    {
        if (settings.StartPicture.Length == 0)
        {
            return null;
        }

        var file = pictures is null ? null : await pictures.GetAsync(settings.StartPicture, cancel);
        return file is { MediaType: "image/png" }
            ? new StartPicture(Check(() => Png.Decode(file.Bytes.Span), "startPicture"), settings.Strength)
            : throw Refusal("startPicture", "There is no picture of this name; send it first and give its hash.");
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

    private sealed class Open(ModelLease lease, PictureRequest request, SamplingNotes notes, DiffusionCoordinates coordinates) : IOpenSpace
    {
        public int Dimension => coordinates.Count;

        public Geometry Geometry => coordinates.Geometry;

        public bool Renders => true;

        public int Lanes => SharingSessions;

        public IReadOnlyList<string> Notes => notes.All();

        public void Start(Noise noise, Span<double> point) => coordinates.Start(noise, point);

        public Task RenderAsync(
            ReadOnlyMemory<double> points, int count, Action<int, Artifact> done, IProgress<double>? progress = null, CancellationToken cancel = default) =>
            DrawAsync(points, count, done, null, progress, cancel);

        public Task RenderWatchedAsync(
            ReadOnlyMemory<double> points, int count, Action<int, Artifact> done, Action<int, Artifact> glimpse,
            IProgress<double>? progress = null, CancellationToken cancel = default) => DrawAsync(points, count, done, glimpse, progress, cancel);

        private async Task DrawAsync(
            ReadOnlyMemory<double> points, int count, Action<int, Artifact> done, Action<int, Artifact>? glimpse, IProgress<double>? progress, CancellationToken cancel)
        {
            // Files are made while the network goes on with the next pictures, and handed over one after the other.
            var handedOver = Task.CompletedTask;
            NetworkCalls calls;
            try
            {
                calls = await lease.Pipeline.DrawAsync(
                    coordinates.Latents(points, count), coordinates.Requests(points, count, request),
                    (i, picture) => handedOver = HandOverAsync(handedOver, i, picture, done),
                    glimpse is null ? null : (i, picture) => handedOver = HandOverAsync(handedOver, i, picture, glimpse),
                    progress, cancel);
            }
            finally
            {
                await handedOver;
            }

            notes.Count(count, calls);

            static async Task HandOverAsync(Task before, int index, Picture picture, Action<int, Artifact> receiver)
            {
                var file = Task.Run(() => Png.Encode(picture), CancellationToken.None);
                await before;
                receiver(index, new Artifact(await file, "image/png"));
            }
        }

        public ValueTask DisposeAsync()
        {
            lease.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
