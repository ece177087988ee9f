using Ranking.Web.Hosting;

namespace Ranking.Web.Tests;

/// <summary>A model root with a copy of the demo model in it, which may be damaged.</summary>
public sealed class DemoCopy : IDisposable
{
    public DemoCopy()
    {
        var demo = Path.Combine(Paths.Home, "models", "demo");
        foreach (var file in Directory.EnumerateFiles(demo, "*", SearchOption.AllDirectories))
        {
            var copy = PathOf(Path.GetRelativePath(demo, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }

    public string Root { get; } = Directory.CreateTempSubdirectory("ranking-models-").FullName;

    public string PathOf(string part) => Path.Combine(Root, "demo", part);

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
