using Ranking.Engine;
using Ranking.Engine.Sessions;
using Ranking.Web.Admin;

namespace Ranking.Web.Tests.Admin;

public sealed class ExportTests
{
    [Fact]
    public async Task Every_judgement_that_counts_is_a_line_and_json_reads_back_the_same()
    {
        await using var researcher = await Researcher.ComesAsync();
        var id = await researcher.SessionAsync((await researcher.StudyAsync()).Id, rounds: 3);
        var session = (await researcher.Sessions.FindAsync(id))!;
        await session.SendAsync(new SessionCommand.Undo("Ada"));
        var lines = Export.Lines(id, await session.HistoryAsync(), await session.CurrentAsync()).ToList();
        Assert.Equal([0u, 1u], lines.Select(l => l.Round));
        Assert.All(lines, line =>
        {
            var back = ExportLine.FromJson(line.ToJson());
            Assert.Equal(line.ToJson(), back.ToJson());
            Assert.Equal(line.Candidates, back.Candidates);
            Assert.Equal(6, line.Shown.Count);

            // First alone, two tied, three below: 5 pairs from the first place, 6 from the second.
            Assert.Equal(11, line.Comparisons);
        });
    }

    [Fact]
    public async Task The_open_round_gives_what_it_has()
    {
        await using var researcher = await Researcher.ComesAsync();
        var study = await researcher.Studies.CreateAsync(new StudyDraft("function") { JudgementsPerRound = 3, Seed = 7 });
        var id = await researcher.SessionAsync(study.Id, rounds: 2);
        var session = (await researcher.Sessions.FindAsync(id))!;
        await session.SendAsync(new SessionCommand.Undo("Ben"));
        var line = Assert.Single(Export.Lines(id, await session.HistoryAsync(), await session.CurrentAsync()));
        Assert.Equal("Ada", line.Rater);
        Assert.Equal((await session.CurrentAsync()).BatchId, line.Batch);
    }

    [Fact]
    public void A_csv_line_holds_the_order_and_can_be_split_again()
    {
        var line = Line(new Judgement.Ranking([[2], [4, 5]]), "Lindqvist, Ada");
        var cells = Split(line.ToCsv());
        var head = ExportLine.CsvHead.Split(',');
        Assert.Equal(head.Length, cells.Count);
        Assert.Equal("2>4=5", cells[Array.IndexOf(head, "ranking")]);
        Assert.Equal("5 4 3 2 1 0", cells[Array.IndexOf(head, "shown")]);
        Assert.Equal("Lindqvist, Ada", cells[Array.IndexOf(head, "rater")]);
        Assert.Equal("ranking", cells[Array.IndexOf(head, "answer")]);
    }

    [Theory]
    [InlineData("=1+2", "'=1+2")]
    [InlineData("@x", "'@x")]
    [InlineData("Ada", "Ada")]
    public void A_name_is_never_a_formula(string rater, string cell) =>
        Assert.Equal(cell, Split(Line(Judgement.Ranking.Of(0), rater).ToCsv())[Array.IndexOf(ExportLine.CsvHead.Split(','), "rater")]);

    [Fact]
    public void Negative_values_stay_numbers()
    {
        var cells = Split(Line(new Judgement.Values([-1.5, 0.1, 2e-9]), "script").ToCsv());
        Assert.Equal("-1.5 0.1 2E-09", cells[Array.IndexOf(ExportLine.CsvHead.Split(','), "values")]);
    }

    private static ExportLine Line(Judgement judgement, string rater) => new(
        new Guid(1, 0, 0, new byte[8]), "A session", 7, 0, "batch", "explore", 3, ["a", "b", "c", "d", "e", "f"], [5, 4, 3, 2, 1, 0], judgement, null,
        new Guid(2, 0, 0, new byte[8]), rater, 4000, new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero), 11, []);

    // RFC 4180 for one line.
    private static List<string> Split(string line)
    {
        var cells = new List<string>();
        var cell = new System.Text.StringBuilder();
        var quoted = false;
        for (var i = 0; i < line.Length; i++)
        {
            if (line[i] == '"')
            {
                if (quoted && i + 1 < line.Length && line[i + 1] == '"')
                {
                    cell.Append(line[i++]);
                }
                else
                {
                    quoted = !quoted;
                }
            }
            else if (line[i] == ',' && !quoted)
            {
                cells.Add(cell.ToString());
                cell.Clear();
            }
            else
            {
                cell.Append(line[i]);
            }
        }

        cells.Add(cell.ToString());
        return cells;
    }
}
