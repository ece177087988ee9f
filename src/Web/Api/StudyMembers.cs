using System.Text.Json;
using Ranking.Engine;
using Ranking.Engine.Spaces;

namespace Ranking.Web.Api;

/// <summary>Finds members of a study that no space or optimiser knows: those are malformed requests, not bad values.</summary>
/// <param name="spaces">The spaces there are.</param>
/// <param name="optimizers">The optimisers there are.</param>
internal sealed class StudyMembers(Catalog<ISpace> spaces, Catalog<IOptimizer> optimizers)
{
    /// <summary>Checks the names of all free members.</summary>
    /// <exception cref="RefusalException">One is unknown.</exception>
    public void Check(NewStudy study)
    {
        if (study.Space.GetValueOrDefault("kind") is { ValueKind: JsonValueKind.String } kind && spaces.Contains(kind.GetString()!))
        {
            Check(study.Space.Keys.Where(key => key != "kind"), spaces[kind.GetString()!].Schema, "space.");
        }

        if (study.Optimizer is { Parameters: { } parameters } optimizer && optimizers.Contains(optimizer.Name))
        {
            Check(parameters.Keys, optimizers[optimizer.Name].Schema, "optimizer.parameters.");
        }
    }

    private static void Check(IEnumerable<string> members, SettingsSchema schema, string prefix)
    {
        var unknown = members.Where(member => schema.Fields.All(field => field.Key != member)).Select(member => prefix + member).ToArray();
        if (unknown.Length > 0)
        {
            var known = string.Join(", ", schema.Fields.Select(field => field.Key));
            throw new RefusalException(400, $"There is no member {string.Join(", ", unknown)}; known are {known}.", unknown.ToDictionary(member => member, _ => new[] { $"Known are {known}." }));
        }
    }
}
