using System.Text.Json;
using System.Text.Json.Nodes;
using Ranking.Engine.Tests.Optimizers;

namespace Ranking.Engine.Tests.Contracts;

/// <summary>What the settings of every optimiser of the catalogue must keep.</summary>
public sealed class OptimizerSettingsTests
{
    private static readonly Catalog<IOptimizer> Optimizers = new();

    public static TheoryData<string> Keys => OptimizerContractTests.Keys;

    [Theory]
    [MemberData(nameof(Keys))]
    public void Every_setting_has_words_and_every_word_is_in_the_schema(string key)
    {
        var schema = Optimizers[key].Schema;
        Assert.NotEmpty(Optimizers.Entry(key).Summary);
        Assert.NotEmpty(Optimizers.Entry(key).Source);
        Assert.All(schema.Fields, field =>
        {
            Assert.False(string.IsNullOrWhiteSpace(field.Title));
            Assert.EndsWith(".", field.Help, StringComparison.Ordinal);
            Assert.NotNull(field.Default);
            Assert.True(field.Kind is FieldKind.Switch or FieldKind.Choice || (field.Minimum is not null && field.Maximum is not null), $"{field.Key} has no bounds.");
        });
        Assert.Equal(schema.Fields.Select(f => f.Key), schema.ToJsonSchema()["properties"]!.AsObject().Select(p => p.Key));
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void Settings_that_the_schema_admits_start_and_survive_rounds(string key)
    {
        foreach (var field in Optimizers[key].Schema.Fields)
        {
            foreach (var value in Admitted(field))
            {
                var run = Optimizers[key].Start(RandomJudge.Start(3), Settings(field.Key, value), 1);
                for (var round = 0u; round < 4; round++)
                {
                    Assert.All(run.Candidates(), candidate => Assert.All(candidate, x => Assert.True(double.IsFinite(x), $"{field.Key} = {value}")));
                    RandomJudge.Judge(run, round);
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void Settings_that_the_schema_refuses_are_refused_by_name_with_a_sentence(string key)
    {
        foreach (var field in Optimizers[key].Schema.Fields)
        {
            foreach (var value in Refused(field))
            {
                var refused = Assert.Throws<SettingsException>(() => Optimizers[key].Start(RandomJudge.Start(3), Settings(field.Key, value), 1));
                Assert.Equal([field.Key], refused.Errors.Keys);
                Assert.EndsWith(".", refused.Errors[field.Key][0], StringComparison.Ordinal);
            }
        }

        var unknown = Assert.Throws<SettingsException>(() => Optimizers[key].Start(RandomJudge.Start(3), Settings("noSuchSetting", 1), 1));
        Assert.Equal(["noSuchSetting"], unknown.Errors.Keys);
    }

    private static IEnumerable<JsonNode> Admitted(Field field) => field.Kind switch
    {
        FieldKind.Switch => [true, false],
        FieldKind.Choice => field.Choices.Select(choice => (JsonNode)choice),
        FieldKind.Whole => [(int)field.Minimum!, (int)field.Maximum!],
        FieldKind.Text => [field.Default!],
        _ => [field.Minimum!.Value, field.Maximum!.Value, (field.Minimum.Value + field.Maximum.Value) / 2],
    };

    private static IEnumerable<JsonNode> Refused(Field field) => field.Kind switch
    {
        FieldKind.Switch => ["yes", 1],
        FieldKind.Choice => ["no-such-choice", 0],
        FieldKind.Text => [1, true, new string('x', (int)field.Maximum! + 1)],
        FieldKind.Whole => [(int)field.Minimum! - 1, (int)field.Maximum! + 1, 1.5, "1"],
        _ => [field.Minimum!.Value - 1, (field.Maximum!.Value * 2) + 1, field.Default!.ToJsonString(), true],
    };

    private static JsonElement Settings(string key, JsonNode value) =>
        JsonSerializer.SerializeToElement(new JsonObject { [key] = value.DeepClone() });
}
