using System.Net;
using Microsoft.Data.Sqlite;

namespace Ranking.Web.Tests.Api;

public sealed class HealthTests
{
    [Fact]
    public async Task A_server_that_is_well_says_so_without_a_key()
    {
        using var host = new ApiHost();
        using var stranger = host.Client();

        Assert.Equal("live", (await stranger.GetAsync("/health/live", HttpStatusCode.OK)).Text("status"));
        Assert.Equal("ready", (await stranger.GetAsync("/health/ready", HttpStatusCode.OK)).Text("status"));
    }

    [Fact]
    public async Task A_server_without_its_database_is_live_and_not_ready()
    {
        using var host = new ApiHost();
        using var stranger = host.Client();
        await stranger.GetAsync("/health/ready", HttpStatusCode.OK);

        SqliteConnection.ClearAllPools();
        foreach (var file in Directory.EnumerateFiles(host.Folder, "ranking.db*"))
        {
            File.WriteAllText(file, "This is no database at all, and it is long enough to be looked at as if it were one.");
        }

        await stranger.GetAsync("/health/live", HttpStatusCode.OK);
        await stranger.GetAsync("/health/ready", HttpStatusCode.ServiceUnavailable);
    }
}
