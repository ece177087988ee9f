using Microsoft.AspNetCore.DataProtection;

namespace Ranking.Web.Hosting;

/// <summary>How the server listens, logs and finds its files.</summary>
internal static class RankingHost
{
    private const string DefaultAddress = "http://127.0.0.1:5080";

    /// <summary>Sets the default address, the web root of a build, and a quiet log.</summary>
    public static void UseRankingHost(this WebApplicationBuilder builder)
    {
        if (!Directory.Exists(Path.Combine(AppContext.BaseDirectory, "wwwroot")))
        {
            // A build, not a publish: the manifest beside the program points at the top-level wwwroot.
            builder.WebHost.UseStaticWebAssets();
        }

        var configuration = builder.Configuration;
        if (configuration["urls"] is null && configuration["http_ports"] is null && configuration["https_ports"] is null
            && !configuration.GetSection("Kestrel:Endpoints").Exists())
        {
            builder.WebHost.UseUrls(DefaultAddress);
        }

        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        builder.Logging.AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Error);
        builder.Logging.AddFilter("Ranking.Web.Auth", LogLevel.Warning);
        builder.Logging.AddFilter("Microsoft.EntityFrameworkCore", LogLevel.Warning);
        builder.Logging.AddFilter("Microsoft.Hosting.Lifetime", LogLevel.Warning);
        var paths = new Paths(configuration);
        builder.Services.AddSingleton(paths);
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddDataProtection()
            .SetApplicationName("Ranking")
            .PersistKeysToFileSystem(new DirectoryInfo(Path.Combine(paths.Data, "keys")));
    }
}
