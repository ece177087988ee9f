using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.WebUtilities;
using Ranking.Data;
using Ranking.Engine;
using Ranking.Engine.Rendering;
using Ranking.Engine.Sessions;
using Ranking.Web.Hosting;

namespace Ranking.Web.Api;

/// <summary>Failures as problem details (RFC 9457), never with a stack trace.</summary>
/// <param name="writer">Fills in type, title and trace id.</param>
/// <param name="log">Keeps what callers are not told.</param>
internal sealed partial class Problems(IProblemDetailsService writer, ILogger<Problems> log) : IExceptionHandler
{
    /// <summary>The problem that an expected failure is; null for a fault of the program.</summary>
    public static ProblemDetails? From(Exception exception) => exception switch
    {
        RefusalException refusal => Problem(refusal.Status, refusal.Message, refusal.Errors),
        SettingsException settings => Problem(422, settings.Message, settings.Errors),
        BadHttpRequestException bad when Unbound().Match(bad.Message) is { Success: true } unbound =>
            From(RefusalException.Malformed(unbound.Groups[1].Value, $"{unbound.Groups[1].Value} cannot be {unbound.Groups[2].Value}.")),
        BadHttpRequestException bad => Problem(bad.StatusCode, bad.Message, null),
        RenderException render => Problem(503, render.Message, null),
        StorageException storage => Problem(503, storage.Message, null),
        _ when Storage.Describe(exception) is { } reason => Problem(503, reason, null),
        _ => null,
    };

    /// <inheritdoc/>
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (!Errors.IsForPrograms(httpContext))
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

    /// <summary>Writes the problem that a response's status is.</summary>
    public static Task WriteAsync(HttpContext context) => WriteAsync(
        context, new ProblemDetails { Status = context.Response.StatusCode }, context.RequestServices.GetRequiredService<IProblemDetailsService>());

    /// <summary>Writes a problem, whatever the caller accepts.</summary>
    public static async Task WriteAsync(HttpContext context, ProblemDetails problem, IProblemDetailsService writer)
    {
        if (!await writer.TryWriteAsync(new ProblemDetailsContext { HttpContext = context, ProblemDetails = problem }))
        {
            problem.Type ??= "about:blank";
            problem.Title ??= ReasonPhrases.GetReasonPhrase(context.Response.StatusCode);
            await context.Response.WriteAsJsonAsync(problem, ApiJson.Options, "application/problem+json", context.RequestAborted);
        }
    }

    // As the framework words it when a query parameter has another type.
    [GeneratedRegex("""^Failed to bind parameter ".* (\w+)" from "(.*)"\.$""")]
    private static partial Regex Unbound();

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
