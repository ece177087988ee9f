using System.Reflection;
using Ranking.Engine;

namespace Ranking.Web.Tests.Architecture;

public sealed class LayersTests
{
    private static readonly Assembly Engine = typeof(Catalog<>).Assembly;
    private static readonly Assembly Data = Assembly.Load("Ranking.Data");
    private static readonly Assembly Web = typeof(Program).Assembly;

    [Fact]
    public void Engine_refers_to_the_framework_tensors_and_onnx_runtime_only() =>
        Assert.DoesNotContain(References(Engine), name =>
            !name.StartsWith("System", StringComparison.Ordinal) && name is not ("netstandard" or "Microsoft.ML.OnnxRuntime"));

    [Fact]
    public void Data_knows_the_engine_and_not_the_web()
    {
        Assert.Contains("Ranking.Engine", References(Data));
        Assert.DoesNotContain("Ranking.Web", References(Data));
        Assert.DoesNotContain(References(Data), name => name.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal));
    }

    [Fact]
    public void Web_does_not_touch_onnx_runtime() => Assert.DoesNotContain("Microsoft.ML.OnnxRuntime", References(Web));

    [Fact]
    public void Only_the_network_knows_onnx_runtime()
    {
        var source = SourceFolder();
        var users = Directory.EnumerateFiles(Path.Combine(source, "src"), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains("/obj/", StringComparison.Ordinal) && !file.Contains("/bin/", StringComparison.Ordinal))
            .Where(file => File.ReadAllText(file).Contains("Microsoft.ML.OnnxRuntime", StringComparison.Ordinal))
            .Select(file => Path.GetRelativePath(source, file));
        Assert.Equal(["src/Engine/Diffusion/Network.cs"], users);
    }

    [Fact]
    public void The_engine_draws_no_unaddressed_randomness_and_reads_no_clock()
    {
        string[] banned = ["System.Random", "new Random(", "Random.Shared", "DateTime.Now", "DateTime.UtcNow", "DateTimeOffset.Now", "DateTimeOffset.UtcNow"];
        var source = SourceFolder();
        var offenders =
            from file in Directory.EnumerateFiles(Path.Combine(source, "src", "Engine"), "*.cs", SearchOption.AllDirectories)
            where !file.Contains("/obj/", StringComparison.Ordinal) && !file.Contains("/bin/", StringComparison.Ordinal)
            let text = File.ReadAllText(file)
            from word in banned
            where text.Contains(word, StringComparison.Ordinal)
            select $"{Path.GetRelativePath(source, file)}: {word}";
        Assert.Empty(offenders);
    }

    [Fact]
    public void No_source_file_is_longer_than_400_lines()
    {
        var source = SourceFolder();
        string[] folders = ["src", "tests", "benchmarks", "wwwroot"];
        var offenders =
            from folder in folders
            from file in Directory.EnumerateFiles(Path.Combine(source, folder), "*", SearchOption.AllDirectories)
            where Path.GetExtension(file) is ".cs" or ".razor" or ".js" or ".mjs" or ".css"
            where !file.Contains("/obj/", StringComparison.Ordinal) && !file.Contains("/bin/", StringComparison.Ordinal)
                && !file.Contains("/Migrations/", StringComparison.Ordinal)
            let lines = File.ReadLines(file).Count()
            where lines > 400
            select $"{Path.GetRelativePath(source, file)}: {lines}";
        Assert.Empty(offenders);
    }

    private static string[] References(Assembly assembly) => [.. assembly.GetReferencedAssemblies().Select(a => a.Name!)];

    private static string SourceFolder()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Ranking.sln")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("The tests run inside the repository.");
        }

        return folder;
    }
}
