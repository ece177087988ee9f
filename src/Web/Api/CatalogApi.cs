using System.Text.Json.Nodes;
using Ranking.Engine;
using Ranking.Engine.Functions;
using Ranking.Engine.Spaces;
using Ranking.Web.Auth;

namespace Ranking.Web.Api;

/// <summary>A list that is short enough to be given at once.</summary>
internal sealed record Listing<T>(IReadOnlyList<T> Items, string? Next = null);

/// <summary>An optimiser of the catalogue.</summary>
internal sealed record OptimizerResource(string Name, string Title, string Summary, int Revision, IReadOnlyList<string> Feedback, JsonObject Parameters, string Source);

/// <summary>A kind of space of the catalogue.</summary>
internal sealed record SpaceResource(string Kind, string Title, string Summary, int Revision, JsonObject Parameters);

/// <summary>A test function of the catalogue, with its optimum and start in the dimension that was asked for.</summary>
internal sealed record FunctionResource(
    string Name, string Title, string Summary, int MinDimension, int MaxDimension, double[] Domain, int Dimension, double[] Optimum, double OptimalValue,
    double[] Start, string Source);

/// <summary>What there is to choose from.</summary>
internal static class CatalogApi
{
    /// <summary>Maps the catalogue.</summary>
    public static void MapCatalog(this RouteGroupBuilder api)
    {
        var catalog = api.MapGroup("").WithTags("Catalogue").RequireAuthorization(Scopes.Read);
        catalog.MapGet("/optimizers", Optimizers).WithName("listOptimizers").WithSummary("Lists the optimisers with the JSON Schema of their parameters.");
        catalog.MapGet("/spaces", Spaces).WithName("listSpaces").WithSummary("Lists the kinds of spaces with the JSON Schema of their parameters.");
        catalog.MapGet("/functions", Functions).WithName("listFunctions").WithSummary("Lists the test functions; optimum and start are those of the given dimension.").Refuses(422);
    }

    /// <summary>The kinds of feedback, in the words of the contract, weakest first.</summary>
    public static IReadOnlyList<string> Words(JudgementKind kinds) =>
    [
        .. kinds.HasFlag(JudgementKind.Ranking) ? ["ranking"] : Array.Empty<string>(),
        .. kinds.HasFlag(JudgementKind.Values) ? ["value"] : Array.Empty<string>(),
        .. kinds.HasFlag(JudgementKind.Gradients) ? ["gradient"] : Array.Empty<string>(),
    ];

    private static Listing<OptimizerResource> Optimizers(Catalog<IOptimizer> optimizers) => new(
    [
        .. optimizers.Entries.Select(entry => new OptimizerResource(
            entry.Key, entry.Title, entry.Summary, entry.Revision, Words(optimizers[entry.Key].Accepts), optimizers[entry.Key].Schema.ToJsonSchema(), entry.Source)),
    ]);

    private static Listing<SpaceResource> Spaces(Catalog<ISpace> spaces) => new(
    [
        .. spaces.Entries.Select(entry => new SpaceResource(entry.Key, entry.Title, entry.Summary, entry.Revision, spaces[entry.Key].Schema.ToJsonSchema())),
    ]);

    private static Listing<FunctionResource> Functions(Catalog<TestFunction> functions, int? dimension) => dimension is < 1 or > BatchResource.LargestPoint
        ? throw RefusalException.Impossible("dimension", $"dimension is from 1 to {BatchResource.LargestPoint}.")
        : new([.. functions.Entries.Where(entry => functions[entry.Key].Admits(dimension ?? Shown(functions[entry.Key]))).Select(entry => Of(entry, functions[entry.Key], dimension))]);

    private static int Shown(TestFunction function) => Math.Clamp(2, function.MinDimension, function.MaxDimension);

    private static FunctionResource Of(EntryAttribute entry, TestFunction function, int? dimension)
    {
        var d = dimension ?? Shown(function);
        var optimum = function.Minimum(d);
        return new(
            entry.Key, entry.Title, entry.Summary, function.MinDimension, function.MaxDimension, [function.Domain.Lower, function.Domain.Upper], d,
            optimum, function.Value(optimum), function.Start(d), entry.Source);
    }
}
