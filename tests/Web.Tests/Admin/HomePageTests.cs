using Bunit;
using Ranking.Web.Admin;

namespace Ranking.Web.Tests.Admin;

public sealed class HomePageTests : IAsyncLifetime
{
    private Researcher _researcher = null!;

    public async Task InitializeAsync() => _researcher = await Researcher.ComesAsync();

    public async Task DisposeAsync() => await _researcher.DisposeAsync();

    [Fact]
    public void Without_studies_the_sample_study_is_offered()
    {
        var page = _researcher.Page.Render<HomePage>();
        page.WaitForAssertion(() => Assert.Contains("No studies yet.", page.Markup, StringComparison.Ordinal));
        Assert.Equal("Start the sample study", page.Find(".btn.primary").TextContent);
    }

    [Fact]
    public async Task The_open_round_is_the_one_thing_to_do_next()
    {
        var study = await _researcher.StudyAsync();
        var session = await _researcher.SessionAsync(study.Id, rounds: 2);
        var page = _researcher.Page.Render<HomePage>();
        page.WaitForAssertion(() => Assert.Equal($"rank/{session}", page.Find("[data-enter]").GetAttribute("href")));
        Assert.StartsWith("Rank round 3", page.Find("[data-enter]").TextContent, StringComparison.Ordinal);
        Assert.Single(page.FindAll(".btn.primary"));
    }

    [Fact]
    public async Task A_line_says_what_how_and_how_far()
    {
        var study = await _researcher.StudyAsync();
        await _researcher.SessionAsync(study.Id, rounds: 2);
        var page = _researcher.Page.Render<HomePage>();
        page.WaitForAssertion(() => Assert.Equal(3, page.Find(".studies polyline").GetAttribute("points")!.Split(' ').Length), TimeSpan.FromSeconds(10));
        var line = page.Find(".studies tbody tr").TextContent;
        Assert.Contains("Sphere, 2 dimensions", line, StringComparison.Ordinal);
        Assert.Contains("running", line, StringComparison.Ordinal);
        Assert.Contains("2 of 100", line, StringComparison.Ordinal);
        Assert.Contains("Ada, Ben", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_found_says_so_and_offers_the_way_back()
    {
        await _researcher.StudyAsync();
        _researcher.Address = "/?find=lakes";
        var page = _researcher.Page.Render<HomePage>();
        page.WaitForAssertion(() => Assert.Contains("No study matches “lakes”.", page.Markup, StringComparison.Ordinal));
        Assert.DoesNotContain("find=", page.Find(".notice-card .btn").GetAttribute("href")!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Archived_studies_are_listed_under_their_own_filter()
    {
        var kept = await _researcher.StudyAsync("Kept");
        var gone = await _researcher.StudyAsync("Gone");
        await _researcher.Studies.ChangeAsync(gone.Id, new StudyChange(Archived: true));
        var list = new StudyList(Service<Microsoft.EntityFrameworkCore.IDbContextFactory<Ranking.Data.RankingDb>>());
        Assert.Equal([kept.Id], (await list.FindAsync(StudyFilter.All, StudyOrder.Activity, "", 1)).Lines.Select(l => l.Id));
        Assert.Equal([gone.Id], (await list.FindAsync(StudyFilter.Archived, StudyOrder.Activity, "", 1)).Lines.Select(l => l.Id));
        Assert.Equal(1, (await list.FindAsync(StudyFilter.All, StudyOrder.Name, "kept", 1)).Matches);
        Assert.Equal(0, (await list.FindAsync(StudyFilter.All, StudyOrder.Name, "%", 1)).Matches);
    }

    private T Service<T>()
        where T : notnull => _researcher.Page.Services.GetService<T>()!;
}
