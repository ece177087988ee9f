using System.Collections.Concurrent;
using Ranking.Engine;
using Ranking.Engine.Diffusion;
using Ranking.Engine.Guidances;

namespace Ranking.Web.Hosting;

/// <summary>A search for timesteps.</summary>
/// <param name="Model">The name of the model.</param>
/// <param name="Name">What the preset will be called.</param>
/// <param name="Sampler">The key of a sampler that fits the model; <c>auto</c> for its own.</param>
/// <param name="Steps">Timesteps of the preset.</param>
/// <param name="Generations">How long is searched.</param>
/// <param name="Measure">What is scored.</param>
/// <param name="Seed">Of the search.</param>
public sealed record PresetJob(string Model, string Name, string Sampler, int Steps, int Generations, PresetMeasure Measure, ulong Seed);

/// <summary>How a search stands.</summary>
/// <param name="IsRunning">Whether it goes on.</param>
/// <param name="Problem">Why it failed; null where it did not.</param>
/// <param name="Preset">What it found and saved; null before.</param>
public sealed record PresetState(bool IsRunning, string? Problem = null, SamplerPreset? Preset = null);

/// <summary>Searches for timesteps in the background, one at a time for each model; pictures of raters take turns with theirs.</summary>
/// <param name="models">The models.</param>
public sealed class PresetJobs(Models models) : IDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentDictionary<string, PresetState> _states = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Task> _searches = new(StringComparer.Ordinal);
    private readonly Lock _starting = new();

    /// <summary>How the last search for a model stands; null where there was none.</summary>
    public PresetState? StateOf(string model) => _states.GetValueOrDefault(model);

    /// <summary>Ends with the last search for a model.</summary>
    public Task WhenDoneAsync(string model) => _searches.GetValueOrDefault(model, Task.CompletedTask);

    /// <summary>Starts a search.</summary>
    /// <returns>False where one is running for this model.</returns>
    /// <exception cref="SettingsException">There is no such model, the sampler does not fit it, or it refuses the steps.</exception>
    public async Task<bool> StartAsync(PresetJob job)
    {
        ArgumentNullException.ThrowIfNull(job);
        var folder = models.Find(job.Model);
        var sampler = job.Sampler == "auto" ? folder.Sampler : job.Sampler;
        if (!folder.Samplers.Contains(sampler))
        {
            throw Refusal("sampler", $"The sampler {sampler} does not fit the model {folder.Name}; these do: auto, {string.Join(", ", folder.Samplers)}.");
        }

        var lease = await models.OpenAsync(folder);
        var request = new PictureRequest(folder.Prompt, folder.NegativePrompt, sampler, job.Steps, new GuidanceSettings { Scale = folder.Guidance });
        var starts = false;
        try
        {
            lease.Pipeline.PlanOf(request);
            starts = TryBegin(job.Model);
        }
        catch (InvalidDataException error)
        {
            throw Refusal("steps", error.Message);
        }
        finally
        {
            if (!starts)
            {
                lease.Dispose();
            }
        }

        if (starts)
        {
            _searches[job.Model] = Task.Run(() => SearchAsync(job, lease, request));
        }

        return starts;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _stopping.Cancel();
        _stopping.Dispose();
    }

    private static SettingsException Refusal(string member, string why) => new(new Dictionary<string, string[]> { [member] = [why] });

    private bool TryBegin(string model)
    {
        lock (_starting)
        {
            if (_states.TryGetValue(model, out var state) && state.IsRunning)
            {
                return false;
            }

            _states[model] = new(IsRunning: true);
            return true;
        }
    }

    private async Task SearchAsync(PresetJob job, ModelLease lease, PictureRequest request)
    {
        using var used = lease;
        try
        {
            var preset = await new PresetSearch(lease.Pipeline, request, job.Measure).RunAsync(job.Name, job.Steps, job.Generations, job.Seed, _stopping.Token);
            preset.Save(lease.Pipeline.Folder);
            _states[job.Model] = new(IsRunning: false, Preset: preset);
        }
        catch (Exception error)
        {
            // Nobody waits for it: whatever went wrong is told to who asks.
            _states[job.Model] = new(IsRunning: false, Problem: error.Message);
        }
    }
}
