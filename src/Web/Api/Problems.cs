using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Mvc;
using Ranking.Data;
using Ranking.Engine;
using Ranking.Engine.Rendering;
using Ranking.Engine.Sessions;

namespace Ranking.Web.Api;

/// <summary>Failures as problem details (RFC 9457), never with a stack trace.</summary>
/// <param name="writer">Fills in type, title and trace id.</param>
/// <param name="log">Keeps what callers are not told.</param>
internal sealed class Problems(IProblemDetailsService writer, ILogger<Problems> log) : IExceptionHandler
{
    /// <summary>The problem that an expected failure is; null for a fault of the program.</summary>
    public static ProblemDetails? From(Exception exception) => exception switch
    {
        RefusalException refusal => Problem(refusal.Status, refusal.Message, refusal.Errors),
        SettingsException settings => Problem(422, settings.Message, settings.Errors),
        BadHttpRequestException bad => Problem(bad.StatusCode, bad.Message, null),
        RenderException render => Problem(503, render.Message, null),
        StorageException storage => Problem(503, storage.Message, null),
        _ when Storage.Describe(exception) is { } reason => Problem(503, reason, null),
        _ => null,
    };

    /// <inheritdoc/>
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (!httpContext.Request.Path.StartsWithSegments("/api"))
        {
            return false;
        }

        if (exception is OperationCanceledException && httpContext.RequestAborted.IsCancellationRequested)
        {
            httpContext.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
            return true;
        }

        var problem = From(exception);
        if (problem is null)
        {
            log.LogError(exception, "{Method} {Path} failed", httpContext.Request.Method, httpContext.Request.Path);
            problem = Problem(500, "Something went wrong on the server. Nothing you did is lost.", null);
        }

        httpContext.Response.StatusCode = problem.Status!.Value;
        if (problem.Status == 503)
        {
            httpContext.Response.Headers.RetryAfter = "1";
        }

        await WriteAsync(httpContext, problem, writer);
        return true;
    }

    /// <summary>Writes a problem, whatever the caller accepts.</summary>
    public static async Task WriteAsync(HttpContext context, ProblemDetails problem, IProblemDetailsService writer)
    {
        if (!await writer.TryWriteAsync(new ProblemDetailsContext { HttpContext = context, ProblemDetails = problem }))
        {
            await context.Response.WriteAsJsonAsync(problem, ApiJson.Options, "application/problem+json", context.RequestAborted);
        }
    }

    private static ProblemDetails Problem(int status, string detail, IReadOnlyDictionary<string, string[]>? errors)
    {
        var problem = new ProblemDetails { Status = status, Detail = detail };
        if (errors is not null)
        {
            problem.Extensions["errors"] = errors;
        }

        return problem;
    }
}
