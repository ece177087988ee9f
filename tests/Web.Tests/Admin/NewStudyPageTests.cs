using Bunit;
using Microsoft.Extensions.DependencyInjection;
using Ranking.Engine.Diffusion;
using Ranking.Web.Admin;

namespace Ranking.Web.Tests.Admin;

public sealed class NewStudyPageTests : IAsyncLifetime
{
    private Researcher _researcher = null!;

    public async Task InitializeAsync() => _researcher = await Researcher.ComesAsync();

    public async Task DisposeAsync() => await _researcher.DisposeAsync();

    [Fact]
    public async Task A_control_task_is_offered_with_what_it_is_and_the_question_that_fits()
    {
        var page = _researcher.Page.Render<NewStudyPage>();
        page.Find("#space").Change("policy");
        Assert.Equal(["acrobot", "cart-pole", "mountain-car", "pendulum", "swimmer"], page.FindAll("#space-task option").Select(o => o.GetAttribute("value")));
        Assert.Equal("Keep a pole upright by pushing the cart below it.", page.Find("#space-task-help").TextContent);
        page.Find("#space-task").Change("pendulum");
        await page.Find("form").SubmitAsync();
        page.WaitForAssertion(() => Assert.Contains("studies/", _researcher.Address, StringComparison.Ordinal), TimeSpan.FromSeconds(30));
        var study = Assert.Single((await _researcher.Studies.ListAsync(10)).Items);
        Assert.Equal(("Pendulum", "policy", "Which does best?"), (study.Name, study.Config.Space.Key, study.Config.Question));
        Assert.Equal("pendulum", study.Config.Space.Settings.GetProperty("task").GetString());
    }

    [Theory]
    [InlineData("notches", "1")]
    [InlineData("himmelblau", "2")]
    [InlineData("powell", "4")]
    public void A_function_brings_the_number_of_dimensions_that_it_is_defined_for(string function, string dimension)
    {
        var page = _researcher.Page.Render<NewStudyPage>();
        page.Find("#space").Change("function");
        page.Find("#space-function").Change(function);
        page.WaitForAssertion(() => Assert.Equal(dimension, page.Find("#space-dimension").GetAttribute("value")), TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task A_preset_fills_in_its_sampler_and_timesteps_and_can_be_taken_back()
    {
        using var demo = new DemoCopy();
        await using var researcher = await Researcher.ComesAsync(demo.Root);
        var preset = new SamplerPreset("three", "flow-match-euler", [900, 500, 100], PresetMeasure.Fidelity, 1, 2);
        preset.Save(researcher.Page.Services.GetRequiredService<Models>().Find("demo"));
        var page = researcher.Page.Render<NewStudyPage>();
        Assert.Equal(["None", "three, 3 steps"], page.FindAll("#preset option").Select(o => o.TextContent));

        page.Find("#preset").Change("three");
        Assert.Equal("900, 500, 100", page.Find("#space-timesteps").GetAttribute("value"));
        Assert.True(page.Find("#space-sampler option[value=flow-match-euler]").HasAttribute("selected"));
        page.Find("#preset").Change("");
        Assert.Equal("", page.Find("#space-timesteps").GetAttribute("value"));
        Assert.True(page.Find("#space-sampler option[value=auto]").HasAttribute("selected"));

        page.Find("#preset").Change("three");
        await page.Find("form").SubmitAsync();
        page.WaitForAssertion(() => Assert.Contains("studies/", researcher.Address, StringComparison.Ordinal), TimeSpan.FromSeconds(60));
        var space = Assert.Single((await researcher.Studies.ListAsync(10)).Items).Config.Space.Settings;
        Assert.Equal(("flow-match-euler", "900, 500, 100"), (space.GetProperty("sampler").GetString(), space.GetProperty("timesteps").GetString()));
    }

    [Fact]
    public void Without_presets_there_is_none_to_choose()
    {
        var page = _researcher.Page.Render<NewStudyPage>();
        Assert.Empty(page.FindAll("#preset"));
    }

    [Fact]
    public void A_prompt_of_a_megabyte_is_refused_under_its_field()
    {
        var page = _researcher.Page.Render<NewStudyPage>();
        page.Find("#space").Change("diffusion");
        Assert.Equal("2000", page.Find("#space-prompt").GetAttribute("maxlength"));
        page.Find("#space-prompt").Input(new string('a', 1 << 20));
        Assert.NotEmpty(page.Find("#space-prompt-error").TextContent);
        page.Find("#space-prompt").Input("a monster");
        Assert.Empty(page.FindAll("#space-prompt-error"));
    }

    [Fact]
    public void A_question_that_somebody_wrote_stays_when_the_space_changes()
    {
        var page = _researcher.Page.Render<NewStudyPage>();
        page.Find("#study-question").Input("Which looks calmest?");
        page.Find("#space").Change("policy");
        page.WaitForAssertion(() => Assert.Equal("policy", page.Find("#space").GetAttribute("value")), TimeSpan.FromSeconds(30));
        Assert.Equal("Which looks calmest?", page.Find("#study-question").GetAttribute("value"));
    }
}
