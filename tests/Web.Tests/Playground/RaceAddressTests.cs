using System.Text.Json;
using System.Text.Json.Nodes;
using Ranking.Engine;
using Ranking.Engine.Functions;
using Ranking.Engine.Oracles;
using Ranking.Engine.Playground;
using Ranking.Web.Playground;

namespace Ranking.Web.Tests.Playground;

public sealed class RaceAddressTests
{
    private static readonly Catalog<IOptimizer> Optimizers = new();
    private static readonly RaceAddress Address = new(new Catalog<TestFunction>(), Optimizers, new Catalog<IOracle>());

    public static TheoryData<string> Keys => new(Optimizers.Entries.Select(e => e.Key));

    [Theory]
    [MemberData(nameof(Keys))]
    public void Every_setting_of_every_optimiser_survives_the_way_through_the_address(string key)
    {
        var schema = Optimizers[key].Schema;
        for (var seed = 0u; seed < 20; seed++)
        {
            var noise = Noise.Philox(11, Purpose.Oracle, seed);
            var settings = new JsonObject(schema.Fields.Select((field, i) => KeyValuePair.Create(field.Key, Some(field, noise.Uniform(i, 0)))));
            var shown = Shown() with { Setup = Shown().Setup with { Optimizers = [new Pick(key, JsonSerializer.SerializeToElement(settings))] } };
            var (read, notices) = Address.Read(Address.Write(shown));
            Assert.Empty(notices);
            Assert.Equal(schema.Write(schema.Read(shown.Setup.Optimizers[0].Settings)).GetRawText(), schema.Write(schema.Read(read.Setup.Optimizers[0].Settings)).GetRawText());
        }
    }

    [Fact]
    public void All_that_is_shown_survives_the_way_through_the_address()
    {
        var shown = new Shown(
            new RaceSetup(
                "rosenbrock", -1.25, 0.1 + 0.2, [new Pick("cma-es"), new Pick("adam"), new Pick("cma-es")],
                new Pick("plackett-luce", JsonSerializer.SerializeToElement(new { temperature = 0.7 })), new Pick("noisy-value", JsonSerializer.SerializeToElement(new { deviation = 1e-12 })),
                new RaceRules { Budget = 1234, Candidates = 9, RankTop = 4, GradientNoise = 1e-5, Seed = 99 }),
            ByRounds: true,
            Present: true);
        var (read, notices) = Address.Read(Address.Write(shown));
        Assert.Empty(notices);
        Assert.Equal(Address.Write(shown), Address.Write(read));
        Assert.Equal((shown.Setup.Rules, shown.Setup.StartX, shown.Setup.StartY), (read.Setup.Rules, read.Setup.StartX, read.Setup.StartY));
        Assert.Equal((true, true), (read.ByRounds, read.Present));
        Assert.Equal(["cma-es", "adam", "cma-es"], read.Setup.Optimizers.Select(o => o.Key));
        Assert.Equal(0.7, read.Setup.Rankings.Settings.GetProperty("temperature").GetDouble());
        Assert.Equal(1e-12, read.Setup.Values.Settings.GetProperty("deviation").GetDouble());
    }

    [Fact]
    public void Without_a_query_six_optimisers_race_and_nothing_is_complained_of()
    {
        var (shown, notices) = Address.Read("");
        Assert.Empty(notices);
        Assert.Equal(6, shown.Setup.Optimizers.Length);
        Assert.True(RaceAddress.IsOnMap(new Himmelblau(), shown.Setup.StartX, shown.Setup.StartY));
    }

    [Fact]
    public void Nobody_at_all_is_a_choice_too() =>
        Assert.Empty(Address.Read(Address.Write(Shown() with { Setup = Shown().Setup with { Optimizers = [] } })).Shown.Setup.Optimizers);

    [Theory]
    [InlineData("?f=atlantis", "landscape", "himmelblau")]
    [InlineData("?f=sphere&x=99&y=0", "start", "sphere")]
    [InlineData("?f=sphere&x=NaN&y=0", "start", "sphere")]
    [InlineData("?f=sphere&o=nobody", "nobody", "sphere")]
    [InlineData("?f=sphere&o=adam~stepSize~-3", "Adam: Step size", "sphere")]
    [InlineData("?f=sphere&o=adam~stepSize~fast", "Adam: Step size", "sphere")]
    [InlineData("?f=sphere&o=adam~stepsize~1", "Adam: There is no setting", "sphere")]
    [InlineData("?f=sphere&budget=1e9", "Evaluations", "sphere")]
    [InlineData("?f=sphere&rank=function-value", "judge", "sphere")]
    [InlineData("?f=sphere&value=noisy-value~deviation~x", "Noisy values: Deviation", "sphere")]
    [InlineData("?f=sphere&o=adam&o=adam&o=adam&o=adam&o=adam&o=adam&o=adam&o=adam&o=adam", "8 optimisers", "sphere")]
    [InlineData("?f=%ff%00&x=~~&o=~~~&seed=&rank=", "landscape", "himmelblau")]
    public void What_cannot_be_taken_at_its_word_is_told_in_a_sentence_and_replaced(string query, string about, string function)
    {
        var (shown, notices) = Address.Read(query);
        Assert.Contains(notices, notice => notice.Contains(about, StringComparison.Ordinal));
        Assert.All(notices, notice => Assert.EndsWith(".", notice, StringComparison.Ordinal));
        Assert.Equal(function, shown.Setup.Function);
        Assert.Empty(Address.Read(Address.Write(shown)).Notices);
        new Race(new Catalog<TestFunction>(), Optimizers, new Catalog<IOracle>()).Run(shown.Setup);
    }

    private static Shown Shown() => Address.Read("?f=sphere").Shown;

    private static JsonNode? Some(Field field, double share) => field.Kind switch
    {
        FieldKind.Switch => share < 0.5,
        FieldKind.Choice => field.Choices[(int)(share * field.Choices.Length)],
        FieldKind.Whole => (int)(field.Minimum!.Value + (share * (Math.Min(field.Maximum!.Value, 1e6) - field.Minimum.Value))),
        FieldKind.Number => field.Minimum!.Value + (share * (field.Maximum!.Value - field.Minimum.Value)),
        _ when field.Key is "norms" or "directions" => "1 2.5 3e-4",
        _ when field.Key == "innerSettings" => "{ }",
        _ => "a ~ b % c",
    };
}
