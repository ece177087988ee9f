using Bunit;
using Ranking.Web.Admin;
using Ranking.Web.Components;

namespace Ranking.Web.Tests.Admin;

public sealed class SessionPageTests : IAsyncLifetime
{
    private Researcher _researcher = null!;

    public async Task InitializeAsync() => _researcher = await Researcher.ComesAsync();

    public async Task DisposeAsync() => await _researcher.DisposeAsync();

    [Fact]
    public async Task A_short_history_shows_rounds_newest_first_with_the_order_given()
    {
        var page = await OpenAsync(rounds: 3);
        var rows = page.FindAll(".rounds tbody tr");
        Assert.Equal(["3", "2", "1"], rows.Select(r => r.QuerySelector("td")!.TextContent));
        Assert.Equal("1 > 2 = 3 > rest", rows[2].QuerySelector(".thumbs")!.GetAttribute("aria-label"));
        Assert.Contains("Ben", rows[1].TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Six_figures_have_their_units()
    {
        var page = await OpenAsync(rounds: 3);
        Assert.Equal(["Round", "Comparisons", "Human time", "Known value", "Answer, median", "Norm / √d"], page.FindAll(".kpis dt").Select(d => d.TextContent));
        Assert.All(page.FindAll(".kpis dd small"), unit => Assert.NotEmpty(unit.TextContent));
    }

    [Fact]
    public async Task A_known_value_is_drawn_beside_distance_and_agreement()
    {
        var page = await OpenAsync(rounds: 3);
        Assert.Equal(
            ["Known value of the best so far", "Distance moved from the start", "Agreement with the round before"],
            page.FindComponents<FigureView>().Select(f => f.Instance.Figure.Title));
    }

    [Fact]
    public async Task Without_rounds_the_axes_are_drawn_and_the_table_says_what_is_coming()
    {
        var page = await OpenAsync(rounds: 0);
        Assert.NotEmpty(page.FindComponents<FigureView>());
        Assert.Contains("The first round is open.", page.Find(".rounds").TextContent, StringComparison.Ordinal);
        Assert.Empty(page.FindAll(".btn.primary"));
    }

    [Fact]
    public async Task Pausing_turns_the_chip_and_offers_to_go_on()
    {
        var page = await OpenAsync(rounds: 1);
        await page.FindAll("button").Single(b => b.TextContent == "Pause").ClickAsync(new());
        page.WaitForAssertion(() => Assert.Equal("Go on", page.Find(".btn.primary").TextContent), TimeSpan.FromSeconds(10));
        Assert.Contains("warn", page.Find(".phead .chip").ClassName, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_judgement_from_elsewhere_arrives_by_push()
    {
        var study = await _researcher.StudyAsync();
        var id = await _researcher.SessionAsync(study.Id, rounds: 1);
        var page = _researcher.Page.Render<SessionPage>(p => p.Add(s => s.Id, id));
        page.WaitForAssertion(() => Assert.Single(page.FindAll(".rounds tbody tr")), TimeSpan.FromSeconds(10));
        var session = (await _researcher.Sessions.FindAsync(id))!;
        var view = await session.CurrentAsync();
        await session.SendAsync(new Engine.Sessions.SessionCommand.Judge(view.BatchId, new Guid(99, 0, 0, new byte[8]), "Chen", Engine.Judgement.Ranking.Of(0), 1000));
        page.WaitForAssertion(() => Assert.Equal(2, page.FindAll(".rounds tbody tr").Count), TimeSpan.FromSeconds(10));
        Assert.Equal("fresh", page.Find(".rounds tbody tr").ClassName);
    }

    [Fact]
    public async Task What_lies_between_two_pictures_is_shown_when_two_are_chosen()
    {
        var page = await OpenAsync(rounds: 2);
        Assert.Empty(page.FindAll(".pick"));
        await Toggle().ClickAsync(new());
        Assert.Equal("true", Toggle().GetAttribute("aria-pressed"));
        Assert.Contains("Choose two pictures", page.Find(".passage [role=status]").TextContent, StringComparison.Ordinal);

        await Picture("Picture 2 of round 2").ClickAsync(new());
        Assert.Equal("A is picture 2 of round 2. Choose another picture.", page.Find(".passage [role=status]").TextContent);
        Assert.Equal("true", Picture("Picture 2 of round 2").GetAttribute("aria-pressed"));
        await Picture("Picture 1 of round 1").ClickAsync(new());
        page.WaitForAssertion(() => Assert.Equal(7, page.FindAll(".passage img").Count), TimeSpan.FromSeconds(30));
        Assert.Equal("From A, picture 2 of round 2, to B, picture 1 of round 1.", page.Find(".passage [role=status]").TextContent);
        Assert.Equal(["A", "1/6", "2/6", "3/6", "4/6", "5/6", "B"], page.FindAll(".passage li span").Select(s => s.TextContent));
        Assert.All(page.FindAll(".passage img"), image => Assert.StartsWith("api/v1/sessions/", image.GetAttribute("src"), StringComparison.Ordinal));

        // Letting go of A makes B the first; the button puts all away.
        await Picture("Picture 2 of round 2").ClickAsync(new());
        Assert.Equal("A is picture 1 of round 1. Choose another picture.", page.Find(".passage [role=status]").TextContent);
        await Toggle().ClickAsync(new());
        Assert.Empty(page.FindAll(".pick, .passage"));

        AngleSharp.Dom.IElement Toggle() => page.FindAll("button").Single(b => b.TextContent == "Between two");
        AngleSharp.Dom.IElement Picture(string name) => page.Find($".thumbs .pick[aria-label='{name}']");
    }

    [Fact]
    public void An_unknown_session_is_a_page_with_a_way_out()
    {
        var page = _researcher.Page.Render<SessionPage>(p => p.Add(s => s.Id, new Guid(1, 2, 3, new byte[8])));
        page.WaitForAssertion(() => Assert.Equal("This session does not exist", page.Find("h1").TextContent));
    }

    [Fact]
    public async Task A_study_page_lists_its_sessions_and_starts_another()
    {
        var study = await _researcher.StudyAsync();
        await _researcher.SessionAsync(study.Id, rounds: 2);
        var page = _researcher.Page.Render<StudyPage>(p => p.Add(s => s.Id, study.Id));
        page.WaitForAssertion(() => Assert.Equal("Session 1", page.Find("a.open").TextContent), TimeSpan.FromSeconds(10));
        Assert.Equal("Rank round 3", page.Find(".btn.primary").TextContent);
        Assert.Contains($"studies/{study.Id}/sessions", page.Find(".code").TextContent, StringComparison.Ordinal);
    }

    private async Task<IRenderedComponent<SessionPage>> OpenAsync(int rounds)
    {
        var study = await _researcher.StudyAsync();
        var id = await _researcher.SessionAsync(study.Id, rounds);
        var page = _researcher.Page.Render<SessionPage>(p => p.Add(s => s.Id, id));
        page.WaitForAssertion(() => Assert.NotEmpty(page.FindAll(".kpis")), TimeSpan.FromSeconds(10));
        return page;
    }
}
