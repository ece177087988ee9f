namespace Ranking.Web.Api;

/// <summary>A request cannot be done; becomes problem details (RFC 9457).</summary>
/// <param name="status">The HTTP status code.</param>
/// <param name="detail">What is wrong, in one sentence.</param>
/// <param name="errors">For each refused member what is wrong with it.</param>
public sealed class RefusalException(int status, string detail, IReadOnlyDictionary<string, string[]>? errors = null) : Exception(detail)
{
    /// <summary>The HTTP status code.</summary>
    public int Status { get; } = status;

    /// <summary>For each refused member what is wrong with it.</summary>
    public IReadOnlyDictionary<string, string[]>? Errors { get; } = errors;

    /// <summary>400: the request is malformed.</summary>
    public static RefusalException Malformed(string member, string detail) => new(400, detail, One(member, detail));

    /// <summary>403: the caller may not do this.</summary>
    public static RefusalException Forbidden(string detail) => new(403, detail);

    /// <summary>404: there is no such thing.</summary>
    public static RefusalException Unknown(string what, string id) => new(404, $"There is no {what} {id}.");

    /// <summary>409: it does not fit the present state.</summary>
    public static RefusalException Conflict(string detail) => new(409, detail);

    /// <summary>422: well-formed, but impossible.</summary>
    public static RefusalException Impossible(string member, string detail) => new(422, detail, One(member, detail));

    private static Dictionary<string, string[]> One(string member, string detail) => new() { [member] = [detail] };
}
