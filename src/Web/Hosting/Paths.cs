namespace Ranking.Web.Hosting;

/// <summary>Where the server keeps and finds its files, independent of the folder it is started from.</summary>
/// <param name="configuration">The configuration: <c>Ranking:DataDirectory</c> and <c>Ranking:ModelRoots</c>.</param>
public sealed class Paths(IConfiguration configuration)
{
    /// <summary>The repository when the program runs from a build inside it, else the folder of the program.</summary>
    public static string Home { get; } = FindHome();

    /// <summary>Database, pictures and cookie keys.</summary>
    public string Data { get; } = Path.GetFullPath(configuration["Ranking:DataDirectory"] ?? "data", Home);

    /// <summary>Folders in which diffusion models are looked for; the last, in the data folder, holds those that were sent.</summary>
    public IReadOnlyList<string> ModelRoots { get; } =
    [
        .. (configuration["Ranking:ModelRoots"] ?? "models")
            .Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(root => Path.GetFullPath(root, Home)),
        Path.Combine(Path.GetFullPath(configuration["Ranking:DataDirectory"] ?? "data", Home), "models"),
    ];

    private static string FindHome()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Ranking.sln")))
            {
                return folder.FullName;
            }
        }

        return AppContext.BaseDirectory;
    }
}
