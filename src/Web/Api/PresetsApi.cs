using System.ComponentModel;
using System.Text.RegularExpressions;
using Ranking.Engine.Diffusion;
using Ranking.Web.Auth;
using Ranking.Web.Hosting;

namespace Ranking.Web.Api;

/// <summary>What is sent to search timesteps for a model.</summary>
internal sealed record NewPreset
{
    /// <summary>The model.</summary>
    [Description("The name of a model, as in /models.")]
    public required string Model { get; init; }

    /// <summary>The preset's name.</summary>
    [Description("What the preset will be called: letters, digits, dots, hyphens and underscores.")]
    public required string Name { get; init; }

    /// <summary>The sampler.</summary>
    [Description("A sampler that fits the model; default auto, its own.")]
    public string? Sampler { get; init; }

    /// <summary>Timesteps.</summary>
    [Description("Timesteps of the preset, 1 to 50; default 4.")]
    public int? Steps { get; init; }

    /// <summary>Generations.</summary>
    [Description("How long is searched, 1 to 200 generations of 12; default 10.")]
    public int? Generations { get; init; }

    /// <summary>What is scored.</summary>
    [Description("What is to be low: `fidelity`, the difference to the pictures of many steps, or `distribution`, the distance to a set of such pictures; default fidelity.")]
    public PresetMeasure? Measure { get; init; }

    /// <summary>The seed.</summary>
    [Description("The seed of the search; default 0.")]
    public ulong? Seed { get; init; }
}

/// <summary>A preset: set a diffusion space's timesteps to it.</summary>
internal sealed record PresetResource(string Name, string Sampler, string Timesteps, PresetMeasure Measure, double Score, double UniformScore)
{
    /// <summary>The resource of a preset.</summary>
    public static PresetResource Of(SamplerPreset preset) => new(preset.Name, preset.Sampler, preset.Setting, preset.Measure, preset.Score, preset.UniformScore);
}

/// <summary>The presets of a model, and how the last search for one stands.</summary>
internal sealed record PresetsResource(bool Running, string? Problem, IReadOnlyList<PresetResource> Items);

/// <summary>Timesteps that are searched for a model.</summary>
internal static partial class PresetsApi
{
    /// <summary>Maps the presets.</summary>
    public static void MapPresets(this RouteGroupBuilder api)
    {
        var presets = api.MapGroup("/presets").WithTags("Catalogue");
        presets.MapGet("", Get).WithName("listPresets").WithSummary("Lists the timesteps that were searched for a model, and says whether a search is running.")
            .RequireAuthorization(Scopes.Read).Refuses(422);
        presets.MapPost("", StartAsync).Idempotent().WithName("searchPreset").WithSummary("Starts a search for good timesteps in the background.")
            .Produces<PresetsResource>(202).Refuses(400, 409, 413, 415, 422).RequireAuthorization(Scopes.Admin);
    }

    private static PresetsResource Get([Description("The name of a model.")] string model, Models models, PresetJobs jobs)
    {
        var (folder, state) = (models.Find(model), jobs.StateOf(model));
        return new(state?.IsRunning ?? false, state?.Problem, [.. folder.Presets.Select(PresetResource.Of)]);
    }

    private static async Task<IResult> StartAsync(RequestBody<NewPreset> body, Models models, PresetJobs jobs)
    {
        var asked = body.Value;
        var job = new PresetJob(asked.Model, asked.Name, asked.Sampler ?? "auto", asked.Steps ?? 4, asked.Generations ?? 10, asked.Measure ?? PresetMeasure.Fidelity, asked.Seed ?? 0);
        if (!FileName().IsMatch(job.Name))
        {
            throw RefusalException.Impossible("name", "A preset's name has 1 to 100 letters, digits, dots, hyphens and underscores, and begins with a letter or digit.");
        }

        Check("steps", job.Steps, 50);
        Check("generations", job.Generations, 200);
        return await jobs.StartAsync(job)
            ? Results.Accepted($"/api/v1/presets?model={Uri.EscapeDataString(job.Model)}", Get(job.Model, models, jobs))
            : throw RefusalException.Conflict("A search for this model is running.");
    }

    private static void Check(string member, int number, int largest)
    {
        if (number < 1 || number > largest)
        {
            throw RefusalException.Impossible(member, $"{member} is from 1 to {largest}.");
        }
    }

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9._-]{0,99}\z")]
    private static partial Regex FileName();
}
