using System.Text.Json;
using Ranking.Engine.Sessions;

namespace Ranking.Web;

/// <summary>What somebody asks for when a study is made; what is left out takes the defaults below.</summary>
/// <param name="Space">The key of the space that is searched.</param>
public sealed record StudyDraft(string Space)
{
    /// <summary>The study that is there after the first start: the demo model, ranked three of six.</summary>
    public static StudyDraft Sample { get; } = new("diffusion")
    {
        Name = "Friendly monsters",
        Description = "The sample study: pictures of the demo model. Rank a few rounds and see them move to your taste.",
        SpaceSettings = JsonSerializer.SerializeToElement(new { model = "demo" }),
        OptimizerSettings = JsonSerializer.SerializeToElement(new { variant = "interactive" }),
        RankTop = 3,
    };

    /// <summary>Its name, 1 to 200 characters.</summary>
    public string Name { get; init; } = "Untitled study";

    /// <summary>What raters are asked, 1 to 200 characters.</summary>
    public string Question { get; init; } = "Which do you like best?";

    /// <summary>Notes of the researcher, at most 4,000 characters.</summary>
    public string Description { get; init; } = "";

    /// <summary>The space's settings; undefined for the defaults.</summary>
    public JsonElement SpaceSettings { get; init; }

    /// <summary>The key of the optimiser.</summary>
    public string Optimizer { get; init; } = "zo-rank-sgd";

    /// <summary>The optimiser's settings; undefined for the defaults.</summary>
    public JsonElement OptimizerSettings { get; init; }

    /// <summary>Candidates per round (m), 2 to 64.</summary>
    public int Candidates { get; init; } = 6;

    /// <summary>Places asked for (k), 1 to m; null for half of m.</summary>
    public int? RankTop { get; init; }

    /// <summary>Judgements that end a round, 1 to 100.</summary>
    public int JudgementsPerRound { get; init; } = 1;

    /// <summary>Rounds after which a session is finished, 1 to 1,000,000.</summary>
    public int MaxRounds { get; init; } = 100;

    /// <summary>Whether judges may see the known value of a point.</summary>
    public bool RevealValues { get; init; }

    /// <summary>The seed of the first session, each further one takes the next number; null for one that is drawn.</summary>
    public ulong? Seed { get; init; }
}

/// <summary>A question put to judges, with the settings its sessions start with.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">Its name.</param>
/// <param name="Description">Notes of the researcher.</param>
/// <param name="Config">What its sessions start with; the seed is that of the first one.</param>
/// <param name="Archived">Whether lists hide it.</param>
/// <param name="CreatedAt">When it was made.</param>
public sealed record Study(Guid Id, string Name, string Description, SessionConfig Config, bool Archived, DateTimeOffset CreatedAt);

/// <summary>What may be changed in a study; null leaves a member as it is.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Description">Notes of the researcher.</param>
/// <param name="Archived">Whether lists hide it.</param>
/// <param name="MaxRounds">Rounds after which sessions that start from now on are finished.</param>
public sealed record StudyChange(string? Name = null, string? Description = null, bool? Archived = null, int? MaxRounds = null);

/// <summary>A part of a list.</summary>
/// <param name="Items">The entries, newest first.</param>
/// <param name="Next">What to pass as cursor for the next part; null at the end.</param>
/// <typeparam name="T">The kind of entry.</typeparam>
public sealed record Page<T>(IReadOnlyList<T> Items, string? Next);
