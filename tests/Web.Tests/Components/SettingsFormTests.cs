using System.ComponentModel.DataAnnotations;
using System.Text.Json.Nodes;
using Bunit;
using Ranking.Engine;
using Ranking.Web.Components;

namespace Ranking.Web.Tests.Components;

public sealed class SettingsFormTests : IDisposable
{
    private readonly BunitContext _page = new();
    private JsonObject _values = [];

    public void Dispose() => _page.Dispose();

    [Fact]
    public void Each_setting_has_a_label_help_and_its_default()
    {
        var form = Show();
        Assert.Equal(["Perturbation", "Trial steps", "Prompt", "Decay", "Seed"], form.FindAll("label[for]").Select(l => l.ChildNodes[0].TextContent).Where(t => t.Length > 0 && t != "Again"));
        Assert.Equal("0.3", form.Find("#s-smoothing").GetAttribute("value"));
        Assert.Equal("How different the pictures are, μ.", form.Find("#s-smoothing-help").TextContent);
        Assert.Contains("s-smoothing-help", form.Find("#s-smoothing").GetAttribute("aria-describedby")!, StringComparison.Ordinal);
    }

    [Fact]
    public void A_log_scale_moves_by_steps_of_1_2_5()
    {
        var form = Show();
        var slider = form.Find("#s-smoothing").ParentElement!.ParentElement!.QuerySelector("input[type=range]")!;
        slider.Input(((int.Parse(slider.GetAttribute("value")!, System.Globalization.CultureInfo.InvariantCulture)) + 1).ToString(System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal(0.5, (double)_values["smoothing"]!);
    }

    [Fact]
    public void Arrow_keys_move_a_typed_number_to_the_next_stop()
    {
        var form = Show(new JsonObject { ["smoothing"] = 0.1 });
        form.Find("#s-smoothing").KeyDown("ArrowUp");
        Assert.Equal(0.2, (double)_values["smoothing"]!);
    }

    [Theory]
    [InlineData("seven")]
    [InlineData("5000")]
    public void An_error_stands_under_its_field_and_names_the_limits(string typed)
    {
        var form = Show();
        form.Find("#s-smoothing").Change(typed);
        form.Render(p => p.Add(f => f.Values, _values));
        Assert.Equal("Perturbation must be a number between 0.01 and 1.", form.Find("#s-smoothing-error").TextContent);
        Assert.Equal("true", form.Find("#s-smoothing").GetAttribute("aria-invalid"));
        Assert.Equal(typed, form.Find("#s-smoothing").GetAttribute("value"));
    }

    [Fact]
    public void Settings_that_seldom_matter_are_folded_under_a_line_that_names_them()
    {
        var fold = Show().Find("details.fold");
        Assert.Equal("Decay, seed", fold.QuerySelector("summary")!.TextContent.Trim());
        Assert.False(fold.HasAttribute("open"));
    }

    [Fact]
    public void An_error_in_the_fold_opens_it() =>
        Assert.True(Show(new JsonObject { ["seed"] = -1 }).Find("details.fold").HasAttribute("open"));

    [Fact]
    public void The_fold_stays_open_when_its_error_is_mended()
    {
        var form = Show(new JsonObject { ["seed"] = -1 });
        form.Render(p => p.Add(f => f.Values, new JsonObject { ["seed"] = 1 }));
        Assert.Empty(form.FindAll("#s-seed-error"));
        Assert.True(form.Find("details.fold").HasAttribute("open"));
    }

    [Fact]
    public void A_text_with_known_values_is_a_list_and_says_what_the_chosen_one_is()
    {
        var form = _page.Render<SettingsForm>(p => p.Add(f => f.Schema, SettingsSchema.Of(typeof(Sample))).Add(f => f.Prefix, "s")
            .Add(f => f.Values, new JsonObject { ["prompt"] = "b" })
            .Add(f => f.Options, new Dictionary<string, IReadOnlyList<Option>> { ["prompt"] = [new("a", "A bear"), new("b", "A bird", "It flies.")] }));
        Assert.Equal(["A bear", "A bird"], form.FindAll("#s-prompt option").Select(o => o.TextContent));
        Assert.Equal("It flies.", form.Find("#s-prompt-help").TextContent);
    }

    [Fact]
    public void A_switch_and_a_choice_give_json_of_their_type()
    {
        var form = Show();
        form.Find("#s-again").Change(false);
        Assert.False((bool)_values["again"]!);
        form.FindAll("#s-way input")[1].Change("lineSearch");
        Assert.Equal("lineSearch", (string?)_values["way"]);
        Assert.Equal(["Constant", "Line search"], form.FindAll("#s-way label").Select(l => l.TextContent.Trim()));
    }

    [Fact]
    public void Stops_are_the_numbers_people_mean()
    {
        var field = SettingsSchema.Of(typeof(Sample)).Fields.Single(f => f.Key == "smoothing");
        Assert.Equal([0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1], Steps.Of(field));
        Assert.Equal(["0", "0.05", "120", "0.00001"], new[] { 0, 0.05, 120, 1e-5 }.Select(Steps.Text));
    }

    private IRenderedComponent<SettingsForm> Show(JsonObject? values = null) =>
        _page.Render<SettingsForm>(p => p.Add(f => f.Schema, SettingsSchema.Of(typeof(Sample))).Add(f => f.Prefix, "s").Add(f => f.Values, values ?? [])
            .Add(f => f.ValuesChanged, v => _values = v));

    public enum Way
    {
        Constant,
        LineSearch,
    }

    public sealed record Sample
    {
        [Range(0.01, 1.0), LogScale, Display(Name = "Perturbation", Description = "How different the pictures are, μ.")]
        public double Smoothing { get; init; } = 0.3;

        [Range(1, 32), Display(Name = "Trial steps", Description = "Steps the line search shows.")]
        public int Trials { get; init; } = 4;

        [Display(Name = "Again", Description = "Show the centre again.")]
        public bool Again { get; init; } = true;

        [StringLength(200), Display(Name = "Prompt", Description = "What to show.")]
        public string Prompt { get; init; } = "";

        [Display(Name = "Way", Description = "How to move.")]
        public Way Way { get; init; }

        [Advanced, Range(0.5, 1.0), Display(Name = "Decay", Description = "Of the step.")]
        public double Decay { get; init; } = 0.9;

        [Advanced, Range(0, int.MaxValue), Display(Name = "Seed", Description = "Of everything.")]
        public int Seed { get; init; } = 7;
    }
}
