using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Ranking.Engine;
using Ranking.Engine.Functions;
using Ranking.Engine.Oracles;
using Ranking.Engine.Playground;
using Ranking.Web.Playground;

namespace Ranking.Web.Tests.Playground;

public sealed class PlaygroundPageTests : IDisposable
{
    private readonly List<BunitContext> _open = [];

    [Fact]
    public void A_first_visit_races_and_its_address_says_all_of_it()
    {
        var (page, navigation) = Open("");
        Assert.Equal(6, page.FindAll(".results tbody tr").Count);
        Assert.Contains("f=himmelblau", navigation.Uri, StringComparison.Ordinal);
        Assert.Contains("seed=17", navigation.Uri, StringComparison.Ordinal);
        Assert.Empty(page.FindAll("[role=alert]"));
    }

    [Fact]
    public async Task Every_change_goes_into_the_address_and_the_address_shows_the_same_race()
    {
        var (page, navigation) = Open("");
        await Change(page, "#landscape", "rosenbrock");
        await Click(page, "[data-add='one-plus-one-es']");
        await Click(page, "[aria-label='Remove Lion']");
        await Change(page, "#rankings", "plackett-luce");
        await Change(page, "#values", "noisy-value");
        await Change(page, "#rule-budget", "300");
        await Change(page, "#rule-seed", "5");
        await Change(page, "#start-x", "-1.5");
        await Click(page, ".ops .op", 4);
        await Change(page, "#op-stepSize", "0.05");
        page.WaitForAssertion(() => Assert.Contains("adam~stepSize~0.05", navigation.Uri, StringComparison.Ordinal));
        foreach (var part in new[] { "f=rosenbrock", "x=-1.5", "o=one-plus-one-es", "rank=plackett-luce", "value=noisy-value", "budget=300", "seed=5" })
        {
            Assert.Contains(part, navigation.Uri, StringComparison.Ordinal);
        }

        Assert.DoesNotContain("o=lion", navigation.Uri, StringComparison.Ordinal);
        var (other, _) = Open(new Uri(navigation.Uri).Query);
        page.WaitForAssertion(() => Assert.Equal(Settled(other), Settled(page)));
        Assert.Empty(other.FindAll("[role=alert]"));
    }

    [Fact]
    public async Task All_optimisers_of_the_catalogue_are_offered_by_what_they_need_to_be_told()
    {
        var (page, _) = Open("");
        Assert.Equal(["Rankings only", "Values", "Gradients", "Gradients and curvature"], page.FindAll(".add h3").Select(h => h.TextContent));
        Assert.Equal(new Catalog<IOptimizer>().Entries.Select(e => e.Key).Order(), page.FindAll("[data-add]").Select(b => b.GetAttribute("data-add")!).Order());
        await page.InvokeAsync(() => page.Find(".add input").Input("gradient"));
        Assert.NotEmpty(page.FindAll("[data-add]"));
        Assert.Empty(page.FindAll("[data-add='cma-es']"));
        await page.InvokeAsync(() => page.Find(".add input").Input("no such thing"));
        Assert.Contains("No optimiser matches", page.Find(".add").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void All_landscapes_of_the_catalogue_that_can_be_drawn_are_offered()
    {
        var functions = new Catalog<TestFunction>();
        var (page, _) = Open("");
        Assert.Equal(functions.Entries.Select(e => e.Key).Where(key => functions[key].Admits(2)).Order(), page.FindAll("#landscape option").Select(o => o.GetAttribute("value")!).Order());
    }

    [Theory]
    [InlineData("himmelblau", "(x₁² + x₂ − 11)²", "-5 to 5", "4 minima at", "(3, 2)", "Applied Nonlinear Programming")]
    [InlineData("styblinski-tang", "½ Σ xᵢ⁴", "-5 to 5", "-78.3", "(-2.9, -2.9)", "nonconvex optimization")]
    public void The_chosen_landscape_tells_its_definition_domain_minimum_and_source(string function, params string[] facts)
    {
        var (page, _) = Open($"?f={function}&o=cma-es");
        Assert.All(facts, fact => Assert.Contains(fact, page.Find(".facts").TextContent, StringComparison.Ordinal));
        Assert.Contains(facts[0], page.Find(".lcard header").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_start_that_is_moved_by_hand_goes_into_the_address()
    {
        var (page, navigation) = Open("?f=sphere&o=cma-es");
        await page.InvokeAsync(() => page.FindComponent<RaceMap>().Instance.MoveAsync(-3.21, 4.5, true));
        Assert.Contains("x=-3.21&y=4.5", navigation.Uri, StringComparison.Ordinal);
        Assert.Equal("-3.21", page.Find("#start-x").GetAttribute("value"));
    }

    [Fact]
    public async Task A_setting_that_is_refused_says_why_and_races_nothing()
    {
        var (page, navigation) = Open("?f=sphere&o=adam");
        var (address, results) = (navigation.Uri, Settled(page));
        await Change(page, "#op-stepSize", "fast");
        Assert.Contains("Step size must be a number", page.Find("#op-stepSize-error").TextContent, StringComparison.Ordinal);
        await Change(page, "#start-y", "99");
        Assert.Contains("The start must be two numbers between -5.12 and 5.12.", page.Markup, StringComparison.Ordinal);
        Assert.Equal((address, results), (navigation.Uri, Settled(page)));
    }

    [Fact]
    public async Task A_bad_address_is_told_in_a_notice_that_can_be_closed()
    {
        var (page, navigation) = Open("?f=sphere&o=adam~stepSize~-1&o=nobody");
        Assert.Contains("Adam: Step size must be a number", page.Find(".notice-bar").TextContent, StringComparison.Ordinal);
        Assert.Contains("There is no optimiser “nobody”", page.Find(".notice-bar").TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain("nobody", navigation.Uri, StringComparison.Ordinal);
        await Click(page, ".notice-bar button");
        Assert.Empty(page.FindAll(".notice-bar"));
    }

    [Fact]
    public async Task Going_back_shows_the_race_before()
    {
        var (page, navigation) = Open("?f=sphere&o=adam&seed=1");
        var (address, results) = (navigation.Uri, Settled(page));
        await Change(page, "#landscape", "rastrigin");
        page.WaitForAssertion(() => Assert.NotEqual(results, Settled(page)));
        navigation.NavigateTo(address);
        page.WaitForAssertion(() => Assert.Equal(results, Settled(page)));
        Assert.Equal("sphere", page.Find("#landscape").GetAttribute("value"));
    }

    [Fact]
    public void Who_diverged_stands_in_the_table_as_such()
    {
        var (page, _) = Open("?f=sphere&o=sgd~stepSize~5&o=cma-es");
        Assert.Contains("diverged", page.FindAll(".results tbody tr")[1].TextContent, StringComparison.Ordinal);
        Assert.Contains("1 went astray", page.Find("[data-summary]").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_optimisers_the_page_asks_for_one()
    {
        var (page, _) = Open("?f=sphere&o=", races: false);
        Assert.Contains("Choose at least one optimiser.", page.Markup, StringComparison.Ordinal);
        Assert.Empty(page.FindAll(".results"));
    }

    [Fact]
    public async Task Curves_count_in_rounds_or_evaluations_and_the_address_knows()
    {
        var (page, navigation) = Open("?f=sphere&o=cma-es");
        Assert.Contains("evaluations", page.Find(".curves .fig").OuterHtml, StringComparison.Ordinal);
        await Click(page, ".curves [role=radio]", 1);
        Assert.Contains("by=rounds", navigation.Uri, StringComparison.Ordinal);
        await Click(page, ".curves [role=radio]", 3);
        Assert.Contains("curve=present", navigation.Uri, StringComparison.Ordinal);
        Assert.Equal("Present value", page.Find(".curves h3").TextContent);
    }

    [Fact]
    public void The_map_gets_its_numbers_once_and_none_while_it_plays()
    {
        var (page, _) = Open("?f=sphere&o=cma-es&budget=60");
        JSRuntimeInvocation[] stage = [];
        page.WaitForAssertion(() =>
        {
            stage = [.. _open[^1].JSInterop.Invocations.Where(i => i.Identifier is "race" or "landscape")];
            Assert.Equal(["landscape", "race"], stage.Select(i => i.Identifier));
        });
        var (race, head) = (Assert.IsType<byte[]>(stage[1].Arguments[0]), Assert.Single(Assert.IsType<LaneHead[]>(stage[1].Arguments[1])));
        Assert.Equal((11, 60), (head.Points, head.Candidates));
        Assert.Equal(4 * ((3 * 11) + (2 * 60)), race.Length);
        Assert.Equal(2 * Relief.Size * Relief.Size, Assert.IsType<byte[]>(stage[0].Arguments[0]).Length);
    }

    public void Dispose() => _open.ForEach(context => context.Dispose());

    // A race that ends between finding and pressing draws the page anew: both happen in one turn of its dispatcher.
    private static Task Click(IRenderedComponent<PlaygroundPage> page, string selector, int index = 0) =>
        page.InvokeAsync(() => page.FindAll(selector)[index].Click());

    private static Task Change(IRenderedComponent<PlaygroundPage> page, string selector, string value) =>
        page.InvokeAsync(() => page.Find(selector).Change(value));

    private static string Settled(IRenderedComponent<PlaygroundPage> page) => string.Join('\n', page.FindAll(".results tbody tr").Select(r => r.TextContent));

    private (IRenderedComponent<PlaygroundPage> Page, NavigationManager Navigation) Open(string query, bool races = true)
    {
        var context = new BunitContext();
        _open.Add(context);
        context.JSInterop.Mode = JSRuntimeMode.Loose;
        context.JSInterop.SetupModule("./js/playground/stage.js").SetupModule(invocation => invocation.Identifier == "mount").Mode = JSRuntimeMode.Loose;
        context.Services.AddSingleton(TimeProvider.System).AddSingleton<Catalog<TestFunction>>(_ => new()).AddSingleton<Catalog<IOptimizer>>(_ => new())
            .AddSingleton<Catalog<IOracle>>(_ => new()).AddSingleton<Race>().AddSingleton<RaceAddress>();
        var navigation = context.Services.GetRequiredService<NavigationManager>();
        navigation.NavigateTo("playground" + query);
        var page = context.Render<PlaygroundPage>();
        if (races)
        {
            page.WaitForState(() => page.FindAll(".results").Count > 0, TimeSpan.FromSeconds(30));
        }

        return (page, navigation);
    }
}
