using System.Text.Json;
using Bunit;
using Ranking.Web.Admin;
using Ranking.Web.Hosting;

namespace Ranking.Web.Tests.Admin;

/// <summary>What a space says of itself reaches the researcher's pages.</summary>
public sealed class NoteListTests : IAsyncLifetime
{
    private static readonly string LongPrompt = string.Join(' ', Enumerable.Repeat("horns", 90));

    private Researcher _researcher = null!;

    public async Task InitializeAsync() => _researcher = await Researcher.ComesAsync(Path.Combine(Paths.Home, "models"));

    public async Task DisposeAsync() => await _researcher.DisposeAsync();

    [Fact]
    public async Task A_prompt_that_was_cut_is_told_on_the_pages_of_study_and_session()
    {
        var study = await _researcher.Studies.CreateAsync(new StudyDraft("diffusion") { SpaceSettings = JsonSerializer.SerializeToElement(new { model = "demo", prompt = LongPrompt, steps = 1 }) });
        var id = await _researcher.SessionAsync(study.Id, rounds: 0);
        var session = _researcher.Page.Render<SessionPage>(p => p.Add(s => s.Id, id));
        session.WaitForAssertion(() => Assert.Contains("The prompt is too long", session.Find(".notes").TextContent, StringComparison.Ordinal), TimeSpan.FromSeconds(30));
        var page = _researcher.Page.Render<StudyPage>(p => p.Add(s => s.Id, study.Id));
        page.WaitForAssertion(() => Assert.Contains("The prompt is too long", page.Find(".notes").TextContent, StringComparison.Ordinal), TimeSpan.FromSeconds(30));
    }

    [Fact]
    public void A_prompt_that_is_being_cut_is_told_beside_the_preview()
    {
        var page = _researcher.Page.Render<NewStudyPage>();
        page.Find("#space-prompt").Input(LongPrompt);
        page.WaitForAssertion(() => Assert.Contains("The prompt is too long", page.Find(".notes").TextContent, StringComparison.Ordinal), TimeSpan.FromSeconds(60));
        page.Find("#space-prompt").Input("a monster");
        page.WaitForAssertion(() => Assert.DoesNotContain("too long", page.Find(".notes").TextContent, StringComparison.Ordinal), TimeSpan.FromSeconds(60));
    }
}
