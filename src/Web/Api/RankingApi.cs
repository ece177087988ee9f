using Microsoft.AspNetCore.Mvc;
using Ranking.Web.Auth;

namespace Ranking.Web.Api;

/// <summary>The REST interface, version 1.</summary>
internal static class RankingApi
{
    /// <summary>Adds what the endpoints need.</summary>
    public static void AddRankingApi(this IServiceCollection services, IConfiguration configuration)
    {
        services.ConfigureHttpJsonOptions(json => ApiJson.Apply(json.SerializerOptions));
        services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true);
        services.AddProblemDetails();
        services.AddExceptionHandler<Problems>();
        services.AddSingleton<Finder>();
        services.AddSingleton<StudyMembers>();
        services.AddHostedService<IdempotencyCleaner>();
        services.AddRequestLimits(configuration);
        services.AddRankingOpenApi();
    }

    /// <summary>Maps all endpoints.</summary>
    public static void MapRankingApi(this IEndpointRouteBuilder app)
    {
        var api = app.MapGroup("/api/v1").RequireAuthorization(Scopes.Read);
        api.MapCatalog();
        api.MapSampling();
        api.MapPresets();
        api.MapInterpolations();
        api.MapModels();
        api.MapPictures();
        api.MapStudies();
        api.MapSessions();
        api.MapJudgements();
        api.MapRuns();
        api.MapEvents();
        api.MapExports();
        api.MapCandidates();
        api.MapSamples();
        api.MapKeys();
        app.MapHealth();
        app.MapOpenApi("/openapi/{documentName}.json").AllowAnonymous();
    }

    /// <summary>Honours <c>Idempotency-Key</c>, and says so in the document.</summary>
    public static RouteHandlerBuilder Idempotent(this RouteHandlerBuilder endpoint) =>
        endpoint.AddEndpointFilter<Idempotency>().WithMetadata(new IdempotentAttribute());

    /// <summary>Documents the statuses with which an endpoint refuses, besides those that all have.</summary>
    public static RouteHandlerBuilder Refuses(this RouteHandlerBuilder endpoint, params ReadOnlySpan<int> statuses)
    {
        foreach (var status in statuses)
        {
            endpoint.Produces<ProblemDetails>(status, "application/problem+json");
        }

        return endpoint;
    }
}

/// <summary>Marks an endpoint that honours <c>Idempotency-Key</c>.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class IdempotentAttribute : Attribute;
