using System.Text.Json;
using System.Text.Json.Serialization;

namespace Ranking.Engine.Sessions;

/// <summary>Session events and configurations as JSON, the form in which they are stored for ever.</summary>
/// <remarks>
/// The format only grows: a later program reads what an earlier one wrote. What it does not know it refuses, since an
/// event that is half understood would replay to another state.
/// </remarks>
public static class SessionJson
{
    /// <summary>camelCase, enums as words, strict numbers, unknown members refused.</summary>
    public static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.General)
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        AllowOutOfOrderMetadataProperties = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false) },
    };

    /// <summary>An event as JSON, its word under <c>event</c>.</summary>
    public static string Write(SessionEvent @event) => JsonSerializer.Serialize(@event, Options);

    /// <summary>Whether two judgements say the same.</summary>
    public static bool AreSame(Judgement a, Judgement b) =>
        JsonSerializer.SerializeToUtf8Bytes(a, Options).AsSpan().SequenceEqual(JsonSerializer.SerializeToUtf8Bytes(b, Options));

    /// <summary>The event's word, such as <c>judged</c>.</summary>
    public static string Word(SessionEvent @event) => @event.GetType().Name.ToLowerInvariant();

    /// <summary>The event that <see cref="Write"/> wrote.</summary>
    /// <exception cref="StorageException">It is damaged, or a later program wrote it.</exception>
    public static SessionEvent Read(string json)
    {
        try
        {
            return JsonSerializer.Deserialize<SessionEvent>(json, Options) ?? throw new StorageException("A stored event is empty.");
        }
        catch (JsonException e)
        {
            throw new StorageException("A stored event cannot be read: it is damaged, or a later version wrote it.", e);
        }
    }
}
