using System.Text.Json;
using Ranking.Engine;
using Ranking.Engine.Sessions;
using Ranking.Engine.Spaces;

namespace Ranking.Web;

/// <summary>Turns a draft into a configuration that can be started, or says by member what is wrong with it.</summary>
/// <param name="spaces">The spaces there are.</param>
/// <param name="optimizers">The optimisers there are.</param>
public sealed class StudyRules(Catalog<ISpace> spaces, Catalog<IOptimizer> optimizers)
{
    /// <summary>Checks a draft.</summary>
    /// <param name="draft">What is asked for.</param>
    /// <param name="seed">The seed of the first session.</param>
    /// <param name="cancel">Stops the loading of the space.</param>
    /// <exception cref="SettingsException">Something is refused; members are named as in the REST contract.</exception>
    public async Task<SessionConfig> CheckAsync(StudyDraft draft, ulong seed, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(draft);
        var errors = new SortedDictionary<string, string[]>(StringComparer.Ordinal);
        CheckText(errors, "name", draft.Name, 1, 200);
        CheckText(errors, "question", draft.Question, 1, 200);
        CheckText(errors, "description", draft.Description, 0, 4000);
        CheckNumber(errors, "batch.size", draft.Candidates, 2, 64);
        CheckNumber(errors, "batch.rankTop", draft.RankTop ?? 1, 1, Math.Max(1, draft.Candidates));
        CheckNumber(errors, "judgementsPerRound", draft.JudgementsPerRound, 1, 100);
        CheckNumber(errors, "maxRounds", draft.MaxRounds, 1, 1_000_000);
        var space = Choose(errors, spaces, draft.Space, draft.SpaceSettings, "space.kind", "space.");
        var optimizer = Choose(errors, optimizers, draft.Optimizer, draft.OptimizerSettings, "optimizer.name", "optimizer.parameters.");
        if (errors.Count > 0)
        {
            throw new SettingsException(errors);
        }

        var config = new SessionConfig(
            draft.Name.Trim(), draft.Question.Trim(), space!, optimizer!, draft.Candidates, draft.RankTop ?? (draft.Candidates + 1) / 2,
            draft.JudgementsPerRound, draft.MaxRounds, draft.RevealValues, seed);
        await RehearseAsync(config, cancel);
        return config;
    }

    /// <summary>Checks what <see cref="StudyChange"/> may change.</summary>
    /// <exception cref="SettingsException">A member is out of bounds.</exception>
    public static void Check(StudyChange change)
    {
        ArgumentNullException.ThrowIfNull(change);
        var errors = new SortedDictionary<string, string[]>(StringComparer.Ordinal);
        CheckText(errors, "name", change.Name ?? "-", 1, 200);
        CheckText(errors, "description", change.Description ?? "", 0, 4000);
        CheckNumber(errors, "maxRounds", change.MaxRounds ?? 1, 1, 1_000_000);
        if (errors.Count > 0)
        {
            throw new SettingsException(errors);
        }
    }

    private static Chosen? Choose<T>(
        SortedDictionary<string, string[]> errors, Catalog<T> catalog, string key, JsonElement settings, string keyMember, string prefix)
        where T : class, IConfigurable
    {
        if (!catalog.Contains(key))
        {
            errors[keyMember] = [$"There is no {key}; known are {string.Join(", ", catalog.Entries.Select(e => e.Key))}."];
            return null;
        }

        try
        {
            var schema = catalog[key].Schema;
            return new Chosen(key, catalog.Entry(key).Revision, schema.Write(schema.Read(settings)));
        }
        catch (SettingsException e)
        {
            Add(errors, e, prefix);
            return null;
        }
    }

    // What the two choose together may not fit: an optimiser that needs more candidates, a model that cannot be loaded.
    private async Task RehearseAsync(SessionConfig config, CancellationToken cancel)
    {
        var errors = new SortedDictionary<string, string[]>(StringComparer.Ordinal);
        var prefix = "space.";
        try
        {
            await using var space = await spaces[config.Space.Key].OpenAsync(config.Space.Settings, cancel);
            var start = new double[space.Dimension];
            space.Start(Noise.Philox(config.Seed, Purpose.Begin, 0), start);
            prefix = "optimizer.parameters.";
            optimizers[config.Optimizer.Key].Start(new Problem(start, config.Candidates, config.RankTop, space.Geometry), config.Optimizer.Settings, config.Seed);
        }
        catch (SettingsException e)
        {
            Add(errors, e, prefix);
            throw new SettingsException(errors);
        }
        catch (ArgumentException e)
        {
            errors["optimizer"] = [e.Message];
            throw new SettingsException(errors);
        }
    }

    private static void Add(SortedDictionary<string, string[]> errors, SettingsException refusal, string prefix)
    {
        foreach (var (member, messages) in refusal.Errors)
        {
            errors[(prefix + member).TrimEnd('.')] = messages;
        }
    }

    private static void CheckText(SortedDictionary<string, string[]> errors, string member, string text, int shortest, int longest)
    {
        if (text.Trim().Length < shortest || text.Length > longest)
        {
            errors[member] = [shortest > 0 ? $"A text of {shortest} to {longest} characters is needed." : $"At most {longest} characters fit here."];
        }
    }

    private static void CheckNumber(SortedDictionary<string, string[]> errors, string member, int number, int smallest, int largest)
    {
        if (number < smallest || number > largest)
        {
            errors[member] = [$"A whole number from {smallest} to {largest} is needed."];
        }
    }
}
