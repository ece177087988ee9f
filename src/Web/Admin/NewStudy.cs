using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Nodes;
using Ranking.Engine;
using Ranking.Engine.Diffusion;
using Ranking.Engine.Spaces;
using Ranking.Web.Components;

namespace Ranking.Web.Admin;

/// <summary>How candidates are ranked: the second section of the form.</summary>
public sealed record RankingSettings
{
    /// <summary>m.</summary>
    [Range(2, 12), Display(Name = "Pictures per round", Description = "2 to 12. Six, three of them in order, give 12 comparisons.")]
    public int Candidates { get; init; } = 6;

    /// <summary>k.</summary>
    [Range(1, 12), Display(Name = "Places to give", Description = "Pictures left out count as below.")]
    public int RankTop { get; init; } = 3;
}

/// <summary>What seldom matters: the folded part of the form.</summary>
public sealed record StudySettings
{
    /// <summary>The study's name.</summary>
    [Advanced, StringLength(200), Display(Name = "Name", Description = "What lists call it; from the prompt or the function when empty.")]
    public string Name { get; init; } = "";

    /// <summary>The question.</summary>
    [Advanced, StringLength(200, MinimumLength = 1), Display(Name = "Question", Description = "What raters are asked above the pictures.")]
    public string Question { get; init; } = "Which do you like best?";

    /// <summary>The planned length.</summary>
    [Advanced, Range(1, 1000), LogScale, Display(Name = "Rounds", Description = "After this many rounds a session is finished.")]
    public int MaxRounds { get; init; } = 100;

    /// <summary>Judgements that end a round.</summary>
    [Advanced, Range(1, 20), Display(Name = "Judgements per round", Description = "How many answers end a round; each counts as much as the others.")]
    public int JudgementsPerRound { get; init; } = 1;

    /// <summary>The first session's seed.</summary>
    [Advanced, Range(0, int.MaxValue), Display(Name = "Seed", Description = "The key of every random number of the first session.")]
    public int Seed { get; init; } = 7;

    /// <summary>Whether judges may see known values.</summary>
    [Advanced, Display(Name = "Show known values", Description = "Programs that judge may read the true value of a test function.")]
    public bool RevealValues { get; init; }
}

/// <summary>The new study form: what was entered, and what that asks for.</summary>
/// <param name="spaces">The spaces there are.</param>
/// <param name="optimizers">The optimisers there are.</param>
/// <param name="begin">What the form begins with.</param>
public sealed class NewStudy(Catalog<ISpace> spaces, Catalog<IOptimizer> optimizers, StudyDraft begin)
{
    // Members of a refused draft, and what the ids of their inputs begin with.
    private static readonly (string Member, string Prefix)[] Places =
        [("space.", "space-"), ("optimizer.parameters.", "optimizer-"), ("optimizer.", "optimizer-"), ("batch.size", "ranking-candidates"), ("batch.rankTop", "ranking-rankTop")];

    /// <summary>The key of the space.</summary>
    public string Space { get; private set; } = begin.Space;

    /// <summary>Its settings.</summary>
    public JsonObject SpaceValues { get; set; } = [];

    /// <summary>The key of the optimiser.</summary>
    public string Optimizer { get; private set; } = begin.Optimizer;

    /// <summary>Its settings.</summary>
    public JsonObject OptimizerValues { get; set; } = [];

    /// <summary>How candidates are ranked.</summary>
    public JsonObject Ranking { get; set; } = [];

    /// <summary>The rest.</summary>
    public JsonObject Rest { get; set; } = [];

    /// <summary>The seed that is entered; the default while it is no number.</summary>
    public int Seed => Rest["seed"] is JsonValue value && value.TryGetValue<long>(out var seed) && seed is >= 0 and <= int.MaxValue ? (int)seed : new StudySettings().Seed;

    /// <summary>Takes another space, with its own defaults and, unless somebody wrote one, the question that fits it.</summary>
    public void ChooseSpace(string key)
    {
        var asked = (string?)Rest["question"] ?? QuestionOf(Space);
        if (asked == QuestionOf(Space))
        {
            Rest = new JsonObject([.. Rest.Where(e => e.Key != "question").Select(e => KeyValuePair.Create(e.Key, e.Value?.DeepClone())), KeyValuePair.Create("question", (JsonNode?)QuestionOf(key))]);
        }

        (Space, SpaceValues) = (key, []);
    }

    /// <summary>Takes another optimiser, with its own defaults.</summary>
    public void ChooseOptimizer(string key) => (Optimizer, OptimizerValues) = (key, []);

    /// <summary>Takes timesteps that were searched for a model, with the sampler that they are for; null gives both back to the model.</summary>
    public void ChoosePreset(SamplerPreset? preset)
    {
        var values = (JsonObject)SpaceValues.DeepClone();
        (values["sampler"], values["timesteps"]) = (preset?.Sampler ?? "auto", preset?.Setting ?? "");
        SpaceValues = values;
    }

    /// <summary>Whether what was entered is a preset.</summary>
    public bool Has(SamplerPreset preset)
    {
        ArgumentNullException.ThrowIfNull(preset);
        return (string?)SpaceValues["sampler"] == preset.Sampler && (string?)SpaceValues["timesteps"] == preset.Setting;
    }

    /// <summary>What the schemas of the four parts say against what was entered, by the id of the input.</summary>
    public Dictionary<string, string> Refusals()
    {
        var refused = new Dictionary<string, string>(StringComparer.Ordinal);
        Check("space", spaces[Space].Schema, SpaceValues);
        Check("ranking", SettingsSchema.Of(typeof(RankingSettings)), Ranking);
        Check("optimizer", optimizers[Optimizer].Schema, OptimizerValues);
        Check("study", SettingsSchema.Of(typeof(StudySettings)), Rest);
        return refused;

        void Check(string prefix, SettingsSchema schema, JsonObject values)
        {
            foreach (var (key, messages) in SettingsForm.Refusals(schema, values))
            {
                refused[$"{prefix}-{key}"] = string.Join(" ", messages);
            }
        }
    }

    /// <summary>The draft that the form asks for; only when <see cref="Refusals"/> is empty.</summary>
    public StudyDraft ToDraft()
    {
        var ranking = Read<RankingSettings>(Ranking);
        var rest = Read<StudySettings>(Rest);
        return new StudyDraft(Space)
        {
            Name = rest.Name.Trim().Length > 0 ? rest.Name : SuggestName(),
            Question = rest.Question,
            SpaceSettings = JsonSerializer.SerializeToElement(SpaceValues),
            Optimizer = Optimizer,
            OptimizerSettings = JsonSerializer.SerializeToElement(OptimizerValues),
            Candidates = ranking.Candidates,
            RankTop = ranking.RankTop,
            JudgementsPerRound = rest.JudgementsPerRound,
            MaxRounds = rest.MaxRounds,
            RevealValues = rest.RevealValues,
            Seed = (ulong)rest.Seed,
        };
    }

    /// <summary>The id of the input that an error of the draft belongs to.</summary>
    public static string InputOf(string member)
    {
        ArgumentNullException.ThrowIfNull(member);
        foreach (var (start, prefix) in Places)
        {
            if (member.StartsWith(start, StringComparison.Ordinal))
            {
                return prefix + member[start.Length..];
            }
        }

        return $"study-{member}";
    }

    private static string QuestionOf(string space) => space switch
    {
        "policy" => "Which does best?",
        "function" => "Which point lies lowest?",
        _ => new StudySettings().Question,
    };

    private static T Read<T>(JsonObject values) => (T)SettingsSchema.Of(typeof(T)).Read(JsonSerializer.SerializeToElement(values));

    private string SuggestName()
    {
        var settings = spaces[Space].Schema.Write(spaces[Space].Schema.Read(JsonSerializer.SerializeToElement(SpaceValues)));
        string? Setting(string key) => settings.TryGetProperty(key, out var value) && value.ToString() is { Length: > 0 } text ? text : null;
        var name = Setting("prompt") ?? Setting("task")?.Replace('-', ' ')
            ?? (Setting("function") is { } function ? $"{function.Replace('-', ' ')}, {RoundWords.Dimensions(Setting("dimension"))}" : spaces.Entry(Space).Title);
        return (char.ToUpperInvariant(name[0]) + name[1..]) is { Length: > 200 } longName ? longName[..200] : char.ToUpperInvariant(name[0]) + name[1..];
    }
}
