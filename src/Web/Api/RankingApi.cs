namespace Ranking.Web.Api;

/// <summary>The REST interface, version 1.</summary>
internal static class RankingApi
{
    /// <summary>Adds what the endpoints need.</summary>
    public static void AddRankingApi(this IServiceCollection services)
    {
        services.AddProblemDetails();
        services.AddHealthChecks();
    }

    /// <summary>Maps all endpoints.</summary>
    public static void MapRankingApi(this IEndpointRouteBuilder app)
    {
        app.MapHealthChecks("/health/live").AllowAnonymous();
    }
}
