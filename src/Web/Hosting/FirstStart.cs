using Ranking.Engine;
using Ranking.Engine.Sessions;
using Ranking.Web.Auth;

namespace Ranking.Web.Hosting;

/// <summary>What the first start does besides making the database: the admin's key, and a sample study to rank at once.</summary>
/// <param name="keys">The keys.</param>
/// <param name="studies">The studies.</param>
/// <param name="configuration">The configuration: <c>Ranking:Sample</c> set to false leaves the sample out.</param>
/// <param name="log">Where it is noted when the sample cannot be made.</param>
internal sealed class FirstStart(ApiKeys keys, Studies studies, IConfiguration configuration, ILogger<FirstStart> log)
{
    /// <summary>Makes what is missing.</summary>
    public async Task RunAsync()
    {
        if (await keys.EnsureAdminAsync() is { } secret)
        {
            Console.WriteLine($"The admin key for programs is {secret} (it is shown this once; use it as a bearer key)");
        }

        if (configuration.GetValue("Ranking:Sample", true) && (await studies.ListAsync(1)).Items.Count == 0)
        {
            await MakeSampleAsync();
        }
    }

    private async Task MakeSampleAsync()
    {
        try
        {
            var study = await studies.CreateAsync(StudyDraft.Sample);
            await studies.StartSessionAsync(study.Id);
        }
        catch (Exception e) when (e is SettingsException or StorageException)
        {
            log.LogWarning("The sample study could not be made. {Reason}", e.Message);
        }
    }
}
