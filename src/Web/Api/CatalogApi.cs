using System.Text.Json.Nodes;
using Ranking.Engine;
using Ranking.Engine.Functions;
using Ranking.Engine.Oracles;
using Ranking.Engine.Spaces;
using Ranking.Web.Auth;

namespace Ranking.Web.Api;

/// <summary>An optimiser of the catalogue.</summary>
internal sealed record OptimizerResource(string Name, string Title, string Summary, int Revision, IReadOnlyList<string> Feedback, JsonObject Parameters, string Source);

/// <summary>A kind of space of the catalogue.</summary>
internal sealed record SpaceResource(string Kind, string Title, string Summary, int Revision, JsonObject Parameters);

/// <summary>A test function of the catalogue, with its optimum and start in the dimension that was asked for.</summary>
internal sealed record FunctionResource(
    string Name, string Title, string Summary, int MinDimension, int MaxDimension, double[] Domain, int Dimension, double[] Optimum, double OptimalValue,
    double[] Start, string Source);

/// <summary>A judge of the server that is made of code.</summary>
internal sealed record OracleResource(string Name, string Title, string Summary, int Revision, string Feedback, JsonObject Parameters, string Source);

/// <summary>What there is to choose from.</summary>
internal static class CatalogApi
{
    /// <summary>Maps the catalogue.</summary>
    public static void MapCatalog(this RouteGroupBuilder api)
    {
        var catalog = api.MapGroup("").WithTags("Catalogue").RequireAuthorization(Scopes.Read);
        catalog.MapGet("/optimizers", Optimizers).WithName("listOptimizers").WithSummary("Lists the optimisers with the JSON Schema of their parameters.").Refuses(422);
        catalog.MapGet("/spaces", Spaces).WithName("listSpaces").WithSummary("Lists the kinds of spaces with the JSON Schema of their parameters.").Refuses(422);
        catalog.MapGet("/functions", Functions).WithName("listFunctions").WithSummary("Lists the test functions; optimum and start are those of the given dimension.").Refuses(422);
        catalog.MapGet("/oracles", Oracles).WithName("listOracles").WithSummary("Lists the built-in oracles with the JSON Schema of their parameters.").Refuses(422);
    }

    /// <summary>The kinds of feedback, in the words of the contract, weakest first.</summary>
    public static IReadOnlyList<string> Words(JudgementKind kinds) =>
    [
        .. kinds.HasFlag(JudgementKind.Ranking) ? ["ranking"] : Array.Empty<string>(),
        .. kinds.HasFlag(JudgementKind.Values) ? ["value"] : Array.Empty<string>(),
        .. kinds.HasFlag(JudgementKind.Gradients) ? ["gradient"] : Array.Empty<string>(),
    ];

    private static Page<OptimizerResource> Optimizers(Catalog<IOptimizer> optimizers, int? limit, string? cursor) => Paging.Of(
        [.. optimizers.Entries], limit, cursor, entry => new OptimizerResource(
            entry.Key, entry.Title, entry.Summary, entry.Revision, Words(optimizers[entry.Key].Accepts), optimizers[entry.Key].Schema.ToJsonSchema(), entry.Source));

    private static Page<SpaceResource> Spaces(Catalog<ISpace> spaces, int? limit, string? cursor) => Paging.Of(
        [.. spaces.Entries], limit, cursor, entry => new SpaceResource(entry.Key, entry.Title, entry.Summary, entry.Revision, spaces[entry.Key].Schema.ToJsonSchema()));

    private static Page<FunctionResource> Functions(Catalog<TestFunction> functions, int? dimension, int? limit, string? cursor) => dimension is < 1 or > BatchResource.LargestPoint
        ? throw RefusalException.Impossible("dimension", $"dimension is from 1 to {BatchResource.LargestPoint}.")
        : Paging.Of(
            [.. functions.Entries.Where(entry => functions[entry.Key].Admits(dimension ?? Shown(functions[entry.Key])))], limit, cursor,
            entry => Of(entry, functions[entry.Key], dimension));

    private static Page<OracleResource> Oracles(Catalog<IOracle> oracles, int? limit, string? cursor) => Paging.Of(
        [.. oracles.Entries], limit, cursor, entry => new OracleResource(
            entry.Key, entry.Title, entry.Summary, entry.Revision, Words(oracles[entry.Key].Gives)[^1], oracles[entry.Key].Schema.ToJsonSchema(), entry.Source));

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
