using System.Buffers;
using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http.Metadata;

namespace Ranking.Web.Api;

/// <summary>The JSON body of a request, read strictly: whatever is wrong with it is said by member.</summary>
/// <param name="value">What was sent.</param>
/// <typeparam name="T">Its shape.</typeparam>
internal sealed class RequestBody<T>(T value) : IEndpointParameterMetadataProvider
    where T : class
{
    /// <summary>What was sent.</summary>
    public T Value { get; } = value;

    /// <summary>Reads the body; called by the framework.</summary>
    public static async ValueTask<RequestBody<T>?> BindAsync(HttpContext context, ParameterInfo parameter)
    {
        ArgumentNullException.ThrowIfNull(context);
        return new(await RequestBody.ReadAsync<T>(context));
    }

    /// <inheritdoc/>
    public static void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder) =>
        builder.Metadata.Add(new AcceptsMetadata(["application/json"], typeof(T), isOptional: RequestBody.IsOptional<T>()));
}

/// <summary>Reading of request bodies.</summary>
internal static partial class RequestBody
{
    /// <summary>The longest body in bytes.</summary>
    public const int Longest = 1 << 20;

    private static readonly object BytesKey = new();

    /// <summary>Whether a body of this shape may be left out: it has no member that must be there.</summary>
    public static bool IsOptional<T>() => !typeof(T).GetProperties().Any(p => p.IsDefined(typeof(System.Runtime.CompilerServices.RequiredMemberAttribute)));

    /// <summary>The body's bytes, kept for whoever asks again.</summary>
    /// <exception cref="RefusalException">It is too long.</exception>
    public static async Task<byte[]> BytesAsync(HttpContext context, int longest = Longest)
    {
        if (context.Items[BytesKey] is byte[] known)
        {
            return known;
        }

        if (context.Request.ContentLength > longest)
        {
            throw new RefusalException(413, $"A body may have {longest} bytes at most.");
        }

        var bytes = new ArrayBufferWriter<byte>();
        while (true)
        {
            var result = await context.Request.BodyReader.ReadAsync(context.RequestAborted);
            foreach (var segment in result.Buffer)
            {
                bytes.Write(segment.Span);
            }

            context.Request.BodyReader.AdvanceTo(result.Buffer.End);
            if (bytes.WrittenCount > longest)
            {
                throw new RefusalException(413, $"A body may have {longest} bytes at most.");
            }

            if (result.IsCompleted)
            {
                var all = bytes.WrittenSpan.ToArray();
                context.Items[BytesKey] = all;
                return all;
            }
        }
    }

    /// <summary>Reads the body as JSON.</summary>
    /// <exception cref="RefusalException">It is no JSON or not of this shape, by member.</exception>
    public static async Task<T> ReadAsync<T>(HttpContext context)
        where T : class
    {
        var bytes = await BytesAsync(context);
        if (bytes.Length == 0 && IsOptional<T>())
        {
            bytes = "{}"u8.ToArray();
        }
        else if (!context.Request.HasJsonContentType())
        {
            throw new RefusalException(415, "The body must be JSON: Content-Type: application/json.");
        }

        try
        {
            return JsonSerializer.Deserialize<T>(bytes, ApiJson.Options) ?? throw new JsonException("null");
        }
        catch (JsonException e)
        {
            throw NotFinite().IsMatch(System.Text.Encoding.UTF8.GetString(bytes))
                ? new RefusalException(422, "Numbers must be finite.", new Dictionary<string, string[]> { [Member(e)] = ["NaN and infinity are no values."] })
                : Explain(e);
        }
    }

    private static RefusalException Explain(JsonException e)
    {
        if (Unmapped().Match(e.Message) is { Success: true } unmapped)
        {
            var member = Join(Parent(Member(e), unmapped.Groups[1].Value), unmapped.Groups[1].Value);
            return RefusalException.Malformed(member, $"There is no member {member}.");
        }

        if (Missing().Match(e.Message) is { Success: true } missing)
        {
            var names = missing.Groups[1].Value.Split(',').Select(name => Join(Member(e), name.Trim(' ', '\'', '.'))).ToArray();
            return new RefusalException(400, $"Needed, but not there: {string.Join(", ", names)}.", names.ToDictionary(name => name, name => new[] { $"{name} is needed." }));
        }

        if (WrongType().Match(e.Message) is { Success: true } wrong)
        {
            return RefusalException.Malformed(Member(e), $"{(Member(e) is { Length: > 0 } member ? member : "The body")} must be {Words(wrong.Groups[1].Value)}.");
        }

        if (Null().IsMatch(e.Message))
        {
            return RefusalException.Malformed(Member(e), $"{Member(e)} cannot be null.");
        }

        return e.Message.Contains("uplicate", StringComparison.Ordinal)
            ? RefusalException.Malformed(Member(e), "A member is there twice.")
            : new RefusalException(400, $"The body is no valid JSON (line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}).");
    }

    private static string Member(JsonException e) => e.Path is { Length: > 2 } path ? path[2..] : "";

    // The path of an unknown member may end with the member itself or with the object it is in.
    private static string Parent(string path, string member) =>
        path == member ? "" : path.EndsWith("." + member, StringComparison.Ordinal) ? path[..^(member.Length + 1)] : path;

    private static string Join(string parent, string member) => parent.Length == 0 ? member : $"{parent}.{member}";

    private static string Words(string type) => type switch
    {
        _ when type.Contains("Int", StringComparison.Ordinal) => "a whole number",
        _ when type.Contains("Double", StringComparison.Ordinal) => "a number",
        _ when type.Contains("String", StringComparison.Ordinal) && !type.Contains("Dictionary", StringComparison.Ordinal) && !type.Contains("[]", StringComparison.Ordinal) => "a text",
        _ when type.Contains("Boolean", StringComparison.Ordinal) => "true or false",
        _ when type.Contains("Guid", StringComparison.Ordinal) => "an id",
        _ => "of another type",
    };

    [GeneratedRegex(@"[:\[,]\s*""?-?(NaN|Infinity)""?\s*[,\]}]")]
    private static partial Regex NotFinite();

    [GeneratedRegex(@"The JSON property '([^']*)' could not be mapped")]
    private static partial Regex Unmapped();

    [GeneratedRegex(@"missing required properties including: (.*?)\.?$")]
    private static partial Regex Missing();

    [GeneratedRegex(@"doesn't allow (setting )?null")]
    private static partial Regex Null();

    [GeneratedRegex(@"could not be converted to (\S+)\.")]
    private static partial Regex WrongType();
}
