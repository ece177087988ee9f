using System.Text.Json;
using System.Text.Json.Serialization;

namespace Ranking.Web.Api;

/// <summary>How the REST interface reads and writes JSON.</summary>
internal static class ApiJson
{
    /// <summary>The options, for what is written outside of an endpoint's result.</summary>
    public static readonly JsonSerializerOptions Options = Apply(new JsonSerializerOptions(JsonSerializerDefaults.Web));

    /// <summary>camelCase, enums as words, strict numbers; unknown and repeated members refused.</summary>
    public static JsonSerializerOptions Apply(JsonSerializerOptions options)
    {
        options.NumberHandling = JsonNumberHandling.Strict;
        options.PropertyNameCaseInsensitive = false;
        options.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
        options.AllowDuplicateProperties = false;
        options.RespectNullableAnnotations = true;
        options.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false));
        return options;
    }
}
