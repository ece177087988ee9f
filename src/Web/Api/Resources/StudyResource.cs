using System.ComponentModel;
using System.Text.Json;

namespace Ranking.Web.Api;

/// <summary>What is sent to make a study; members left out take their defaults.</summary>
internal sealed record NewStudy
{
    /// <summary>Its name.</summary>
    [Description("Its name, at most 200 characters; default \"Untitled study\".")]
    public string? Name { get; init; }

    /// <summary>What raters are asked.</summary>
    [Description("What raters are asked; default \"Which do you like best?\".")]
    public string? Question { get; init; }

    /// <summary>Notes of the researcher.</summary>
    [Description("Notes of the researcher, at most 4,000 characters.")]
    public string? Description { get; init; }

    /// <summary>What is searched.</summary>
    [Description("What is searched: `kind` as in /spaces, and beside it the members of that space's parameters.")]
    public required Dictionary<string, JsonElement> Space { get; init; }

    /// <summary>How it is searched.</summary>
    [Description("How it is searched; default zo-rank-sgd.")]
    public OptimizerChoice? Optimizer { get; init; }

    /// <summary>How much is shown and asked.</summary>
    [Description("How much is shown and asked in a round.")]
    public BatchShape? Batch { get; init; }

    /// <summary>Judgements that end a round.</summary>
    [Description("Judgements that end a round, 1 to 100; default 1.")]
    public int? JudgementsPerRound { get; init; }

    /// <summary>Rounds after which a session is finished.</summary>
    [Description("Rounds after which a session is finished, 1 to 1,000,000; default 100.")]
    public int? MaxRounds { get; init; }

    /// <summary>Whether judges may see known values.</summary>
    [Description("Whether best and point tell the known value of a point; default false.")]
    public bool? RevealValues { get; init; }

    /// <summary>The seed of the first session.</summary>
    [Description("The seed of the first session; each further one takes the next number. Drawn when left out.")]
    public ulong? Seed { get; init; }

    /// <summary>The draft that pages would make.</summary>
    /// <exception cref="RefusalException">The space has no kind, or an unknown member.</exception>
    public StudyDraft ToDraft()
    {
        if (!Space.TryGetValue("kind", out var kind) || kind.ValueKind != JsonValueKind.String)
        {
            throw RefusalException.Malformed("space.kind", "space.kind is needed: one of the kinds in /api/v1/spaces.");
        }

        var defaults = new StudyDraft(kind.GetString()!);
        return defaults with
        {
            Name = Name ?? defaults.Name,
            Question = Question ?? defaults.Question,
            Description = Description ?? defaults.Description,
            SpaceSettings = JsonSerializer.SerializeToElement(Space.Where(member => member.Key != "kind").ToDictionary(), ApiJson.Options),
            Optimizer = Optimizer?.Name ?? defaults.Optimizer,
            OptimizerSettings = Optimizer?.Parameters is { } parameters ? JsonSerializer.SerializeToElement(parameters, ApiJson.Options) : default,
            Candidates = Batch?.Size ?? defaults.Candidates,
            RankTop = Batch?.RankTop,
            JudgementsPerRound = JudgementsPerRound ?? defaults.JudgementsPerRound,
            MaxRounds = MaxRounds ?? defaults.MaxRounds,
            RevealValues = RevealValues ?? defaults.RevealValues,
            Seed = Seed,
        };
    }
}

/// <summary>An optimiser with its parameters.</summary>
internal sealed record OptimizerChoice
{
    /// <summary>Its key.</summary>
    [Description("The name as in /optimizers.")]
    public required string Name { get; init; }

    /// <summary>Its parameters.</summary>
    [Description("Its parameters; those left out take their defaults.")]
    public Dictionary<string, JsonElement>? Parameters { get; init; }
}

/// <summary>How much is shown and asked in a round.</summary>
internal sealed record BatchShape
{
    /// <summary>Candidates per round.</summary>
    [Description("Candidates per round (m), 2 to 64; default 6.")]
    public int? Size { get; init; }

    /// <summary>Places asked for.</summary>
    [Description("Places asked for (k), 1 to m; default half of m.")]
    public int? RankTop { get; init; }
}

/// <summary>What may be changed in a study.</summary>
internal sealed record StudyPatch
{
    /// <summary>Its name.</summary>
    public string? Name { get; init; }

    /// <summary>Notes of the researcher.</summary>
    public string? Description { get; init; }

    /// <summary>Whether lists hide it.</summary>
    public bool? Archived { get; init; }

    /// <summary>Rounds after which a session is finished.</summary>
    [Description("For sessions that start from now on.")]
    public int? MaxRounds { get; init; }
}

/// <summary>A study.</summary>
internal sealed record StudyResource(
    Guid Id, string Name, string Question, string Description, Dictionary<string, JsonElement> Space, StudyOptimizer Optimizer, StudyBatch Batch,
    int JudgementsPerRound, int MaxRounds, bool RevealValues, ulong Seed, bool Archived, DateTimeOffset CreatedAt)
{
    /// <summary>The resource of a study.</summary>
    public static StudyResource Of(Study study)
    {
        var config = study.Config;
        var space = new Dictionary<string, JsonElement> { ["kind"] = JsonSerializer.SerializeToElement(config.Space.Key, ApiJson.Options) };
        foreach (var member in config.Space.Settings.EnumerateObject())
        {
            space[member.Name] = member.Value;
        }

        return new(
            study.Id, study.Name, config.Question, study.Description, space,
            new(config.Optimizer.Key, config.Optimizer.Revision, config.Optimizer.Settings.Deserialize<Dictionary<string, JsonElement>>(ApiJson.Options)!),
            new(config.Candidates, config.RankTop), config.JudgementsPerRound, config.MaxRounds, config.RevealValues, config.Seed,
            study.Archived, study.CreatedAt);
    }
}

/// <summary>The optimiser of a study.</summary>
internal sealed record StudyOptimizer(string Name, int Revision, Dictionary<string, JsonElement> Parameters);

/// <summary>The batch of a study.</summary>
internal sealed record StudyBatch(int Size, int RankTop);
