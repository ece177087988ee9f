using Bunit;
using Ranking.Web.Admin;
using Ranking.Web.Hosting;

namespace Ranking.Web.Tests.Admin;

public sealed class ModelsPageTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ranking-models-").FullName;
    private Researcher _researcher = null!;

    public async Task InitializeAsync() => _researcher = await Researcher.ComesAsync(Path.Combine(Paths.Home, "models"), _folder);

    public async Task DisposeAsync()
    {
        await _researcher.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void A_model_that_cannot_be_used_says_why()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "half", "unet"));
        Directory.CreateDirectory(Path.Combine(_folder, "half", "vae_decoder"));
        var page = _researcher.Page.Render<ModelsPage>();
        var half = page.FindAll(".model").Single(model => model.TextContent.Contains("half", StringComparison.Ordinal));
        Assert.Contains("cannot be used", half.TextContent, StringComparison.Ordinal);
        Assert.Contains("is missing", half.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Measuring_loads_the_model_and_tells_the_difference_between_alone_and_in_a_batch()
    {
        var page = _researcher.Page.Render<ModelsPage>();
        page.FindAll("button").Single(button => button.TextContent == "Measure").Click();
        page.WaitForAssertion(() => Assert.Contains("loaded", page.Find(".model").TextContent, StringComparison.Ordinal), TimeSpan.FromSeconds(60));
        page.WaitForAssertion(() => Assert.Matches("very same picture|Differs by [0-9]+ of 255", page.Find(".model .config").TextContent), TimeSpan.FromSeconds(60));
    }

    [Fact]
    public void What_the_server_says_against_an_archive_is_shown_and_the_name_stays()
    {
        var script = _researcher.Page.JSInterop.SetupModule("./js/models.js");
        script.Setup<string?>("send", _ => true).SetResult("There is a model demo already.");
        var page = _researcher.Page.Render<ModelsPage>();
        Assert.True(page.Find("button[type=submit]").HasAttribute("disabled"));
        page.Find("#model-name").Input("demo");
        page.Find("form").Submit();
        page.WaitForAssertion(() => Assert.Equal("There is a model demo already.", page.Find("[role=alert]").TextContent));
        Assert.Equal("demo", page.Find("#model-name").GetAttribute("value"));
    }
}
