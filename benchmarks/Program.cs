using System.Text.Json;
using Ranking.Benchmarks;

// dotnet run -c Release --project benchmarks -- SUITE [--json FILE]
var suites = new Dictionary<string, Func<IReadOnlyList<string>, Task<object>>>(StringComparer.Ordinal)
{
    ["engine"] = EngineSuite.RunAsync,
    ["diffusion"] = DiffusionSuite.RunAsync,
    ["convergence"] = ConvergenceSuite.RunAsync,
    ["posterior"] = PosteriorSuite.RunAsync,
    ["pictures"] = PictureSuite.RunAsync,
    ["sessions"] = SessionsSuite.RunAsync,
};
if (args.Length == 0 || !suites.TryGetValue(args[0], out var suite))
{
    Console.Error.WriteLine($"usage: benchmarks {string.Join("|", suites.Keys)} [--json FILE]");
    return 2;
}

var result = await suite(args);
if (Report.Argument(args, "--json") is { } file)
{
    await File.WriteAllTextAsync(file, JsonSerializer.Serialize(result, Report.Json) + Environment.NewLine);
}

return 0;
