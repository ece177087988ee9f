using System.Text.Json;
using Ranking.Engine.Plots;

namespace Ranking.Engine.Tests.Plots;

/// <summary>What every plot in the catalogue does, for histories of every length.</summary>
public sealed class PlotContractTests
{
    private static readonly Catalog<Plot> Plots = new();

    public static TheoryData<string, int, bool> Cases()
    {
        var cases = new TheoryData<string, int, bool>();
        foreach (var entry in Plots.Entries)
        {
            foreach (var length in (int[])[0, 1, 2, 5, 60])
            {
                cases.Add(entry.Key, length, true);
                cases.Add(entry.Key, length, false);
            }
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Draws_or_says_what_is_missing(string key, int rounds, bool valueIsKnown)
    {
        var plot = Plots[key];
        var history = Histories.Of(rounds, valueIsKnown);
        if (plot.Missing(history) is { } missing)
        {
            Assert.EndsWith(".", missing, StringComparison.Ordinal);
            return;
        }

        var figure = plot.Draw(history);
        Assert.InRange(figure.Series.Length, 1, 8);
        Assert.NotEmpty(figure.Unit);
        Assert.All(figure.Series, series =>
        {
            Assert.Equal(series.X.Length, series.Y.Length);
            Assert.True(series.Lower.Length == 0 || series.Lower.Length == series.Y.Length);
            Assert.Equal(series.Lower.Length, series.Upper.Length);
            Assert.DoesNotContain(series.X.Concat(series.Y).Concat(series.Lower).Concat(series.Upper), n => !double.IsFinite(n));
        });
        Assert.True(figure.XTo >= rounds);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_axis_of_rounds_stays_while_the_plan_holds(string key, int rounds, bool valueIsKnown)
    {
        var plot = Plots[key];
        Assert.Equal(plot.Draw(Histories.Of(rounds, valueIsKnown)).XTo, plot.Draw(Histories.Of(Math.Max(0, rounds - 1), valueIsKnown)).XTo);
    }

    [Fact]
    public void A_figure_survives_the_way_to_the_page_as_json()
    {
        var figure = Plots["agreement"].Draw(Histories.Of(5, valueIsKnown: false));
        var json = JsonSerializer.Serialize(figure, JsonSerializerOptions.Web);
        Assert.Contains("\"shape\":\"Bars\"", json, StringComparison.Ordinal);
        Assert.Equal(json, JsonSerializer.Serialize(JsonSerializer.Deserialize<Figure>(json, JsonSerializerOptions.Web), JsonSerializerOptions.Web));
    }

    [Fact]
    public void Comparisons_add_up()
    {
        var figure = Plots["comparisons-gained"].Draw(Histories.Of(3, valueIsKnown: false));
        Assert.Equal((double[])[0, 12, 24, 36], figure.Series[0].Y);
    }

    [Fact]
    public void A_value_that_falls_by_orders_of_magnitude_is_drawn_on_a_log_axis()
    {
        Assert.True(Plots["known-value"].Draw(Histories.Of(60, valueIsKnown: true)).LogY);
        Assert.False(Plots["known-value"].Draw(Histories.Of(2, valueIsKnown: true)).LogY);
    }

    [Fact]
    public void The_table_has_a_row_for_each_position_and_the_csv_quotes_what_needs_it()
    {
        var figure = new Figure("t", "u", "round", [new Series("a, b", [1, 2], [0.5, 1]), new Series("c", [2], [3]) { Lower = [2], Upper = [4] }]);
        var (head, rows) = figure.Table();
        Assert.Equal((string[])["round", "a, b", "c", "c, lower", "c, upper"], head);
        Assert.Equal((string[])["1", "0.5", "", "", ""], rows[0]);
        Assert.Equal((string[])["2", "1", "3", "2", "4"], rows[1]);
        Assert.StartsWith("round,\"a, b\",c,", figure.ToCsv(), StringComparison.Ordinal);
    }
}
