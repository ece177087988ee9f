using Ranking.Engine.Sessions;

namespace Ranking.Data;

/// <summary>A study: a question put to judges.</summary>
public sealed class StudyRow
{
    /// <summary>Its id.</summary>
    public Guid Id { get; set; }

    /// <summary>Its name, for people.</summary>
    public string Name { get; set; } = "";

    /// <summary>What raters are asked.</summary>
    public string Question { get; set; } = "";

    /// <summary>Notes of the researcher.</summary>
    public string Description { get; set; } = "";

    /// <summary>The configuration that new sessions start with, as JSON.</summary>
    public string ConfigJson { get; set; } = "";

    /// <summary>Whether lists hide it.</summary>
    public bool Archived { get; set; }

    /// <summary>When it was made, Unix milliseconds.</summary>
    public long CreatedMs { get; set; }
}

/// <summary>What lists show of a session; everything here follows from its events.</summary>
public sealed class SessionRow
{
    /// <summary>Its id.</summary>
    public Guid Id { get; set; }

    /// <summary>The study it belongs to.</summary>
    public Guid StudyId { get; set; }

    /// <summary>Its name, for people.</summary>
    public string Title { get; set; } = "";

    /// <summary>The key of every random draw.</summary>
    public ulong Seed { get; set; }

    /// <summary>Where it stands.</summary>
    public SessionStatus Status { get; set; }

    /// <summary>How many events it has.</summary>
    public int Version { get; set; }

    /// <summary>Rounds that count.</summary>
    public int Taught { get; set; }

    /// <summary>Judgements that count.</summary>
    public int Judgements { get; set; }

    /// <summary>Comparisons gained.</summary>
    public int Comparisons { get; set; }

    /// <summary>When it was started, Unix milliseconds.</summary>
    public long CreatedMs { get; set; }

    /// <summary>When its last event happened, Unix milliseconds.</summary>
    public long UpdatedMs { get; set; }
}

/// <summary>One event of a session. Its key is the optimistic lock: two writers cannot both write number n.</summary>
public sealed class EventRow
{
    /// <summary>The session.</summary>
    public Guid SessionId { get; set; }

    /// <summary>The event's place in the log, from 0.</summary>
    public int Sequence { get; set; }

    /// <summary>The event's word, such as <c>judged</c>.</summary>
    public string Kind { get; set; } = "";

    /// <summary>The whole event as JSON.</summary>
    public string Payload { get; set; } = "";

    /// <summary>When it happened, Unix milliseconds.</summary>
    public long AtMs { get; set; }
}

/// <summary>The newest snapshot of a session: a cache that may be deleted at any time.</summary>
public sealed class SnapshotRow
{
    /// <summary>The session.</summary>
    public Guid SessionId { get; set; }

    /// <summary>The number of events it includes.</summary>
    public int Version { get; set; }

    /// <summary>The optimiser's next round.</summary>
    public long Round { get; set; }

    /// <summary>The SHA-256 of the row, then the optimiser's state.</summary>
    public byte[] State { get; set; } = [];
}

/// <summary>A file in the artifact folder.</summary>
public sealed class ArtifactRow
{
    /// <summary>The SHA-256 of the file, lower-case hex: also its name.</summary>
    public string Hash { get; set; } = "";

    /// <summary>Its media type.</summary>
    public string MediaType { get; set; } = "";

    /// <summary>Its length in bytes.</summary>
    public long Length { get; set; }
}

/// <summary>Which picture a point has.</summary>
public sealed class PictureRow
{
    /// <summary>The point's key: a SHA-256 over the space's settings and the point's bytes.</summary>
    public string Key { get; set; } = "";

    /// <summary>The picture's file.</summary>
    public string Hash { get; set; } = "";
}

/// <summary>A key of the REST API. The secret itself is not kept.</summary>
public sealed class ApiKeyRow
{
    /// <summary>Its id.</summary>
    public Guid Id { get; set; }

    /// <summary>Its name, for people.</summary>
    public string Name { get; set; } = "";

    /// <summary>What it may do: <c>admin</c>, <c>oracle</c> or <c>read</c>.</summary>
    public string Scope { get; set; } = "";

    /// <summary>The SHA-256 of the secret, lower-case hex.</summary>
    public string SecretHash { get; set; } = "";

    /// <summary>The only study it is good for; null for all.</summary>
    public Guid? StudyId { get; set; }

    /// <summary>When it was made, Unix milliseconds.</summary>
    public long CreatedMs { get; set; }

    /// <summary>When it was withdrawn, Unix milliseconds; null while it is good.</summary>
    public long? RevokedMs { get; set; }
}

/// <summary>The first answer to a request with an idempotency key.</summary>
public sealed class IdempotencyRow
{
    /// <summary>The key that the caller chose.</summary>
    public string Key { get; set; } = "";

    /// <summary>The caller, method and route it was used for.</summary>
    public string Route { get; set; } = "";

    /// <summary>The SHA-256 of the request's body, lower-case hex.</summary>
    public string BodyHash { get; set; } = "";

    /// <summary>The answer's status code.</summary>
    public int Status { get; set; }

    /// <summary>The answer's body.</summary>
    public string Body { get; set; } = "";

    /// <summary>When it was given, Unix milliseconds.</summary>
    public long CreatedMs { get; set; }
}

/// <summary>An order that a rater has begun and not submitted.</summary>
public sealed class DraftRow
{
    /// <summary>The session.</summary>
    public Guid SessionId { get; set; }

    /// <summary>The batch.</summary>
    public string BatchId { get; set; } = "";

    /// <summary>Whose draft it is.</summary>
    public string Rater { get; set; } = "";

    /// <summary>The draft, in the page's own words.</summary>
    public string Json { get; set; } = "";

    /// <summary>When it was last changed, Unix milliseconds.</summary>
    public long UpdatedMs { get; set; }
}
