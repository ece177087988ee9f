using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Ranking.Engine;
using Ranking.Engine.Diffusion;
using Ranking.Engine.Sessions;

namespace Ranking.Web.Admin;

/// <summary>A judgement or skip with everything it was given for: one line of an export.</summary>
/// <param name="Session">The session.</param>
/// <param name="Title">The session's name.</param>
/// <param name="Seed">The session's seed.</param>
/// <param name="Round">The batch number, from 0.</param>
/// <param name="Batch">The batch.</param>
/// <param name="Stage">What the round was for: <c>explore</c> or <c>lineSearch</c>.</param>
/// <param name="RankTop">Places that were asked for (k).</param>
/// <param name="Candidates">The candidates' ids, by candidate index.</param>
/// <param name="Shown">The order of presentation: position → candidate index; empty for a skip.</param>
/// <param name="Judgement">The answer, in candidate indices; null for a skip.</param>
/// <param name="Skip">Why it was skipped; null for an answer.</param>
/// <param name="Id">The judgement.</param>
/// <param name="Rater">Who answered.</param>
/// <param name="DurationMs">Active time in milliseconds, 0 when unknown.</param>
/// <param name="At">When it was accepted.</param>
/// <param name="Comparisons">Comparisons that it gave.</param>
/// <param name="Pictures">The hashes of the pictures that were shown, by candidate index; empty where none.</param>
public sealed record ExportLine(
    Guid Session, string Title, ulong Seed, uint Round, string Batch, string Stage, int RankTop, IReadOnlyList<string> Candidates, IReadOnlyList<int> Shown,
    Judgement? Judgement, string? Skip, Guid Id, string Rater, long DurationMs, DateTimeOffset At, int Comparisons, IReadOnlyList<string> Pictures)
{
    private static readonly string[] Columns =
    [
        "session", "title", "seed", "round", "batch", "stage", "rankTop", "candidates", "shown", "answer", "ranking", "values", "skip", "judgement", "rater",
        "durationMs", "at", "comparisons", "pictures", "model", "batchDifference",
    ];

    /// <summary>The diffusion model that made the pictures; null where none did.</summary>
    public string? Model { get; init; }

    /// <summary>
    /// How far the model is from making the same picture twice: the largest difference, in levels of 255, between one made
    /// alone and in a batch on this server; null where nobody measured it since its start.
    /// </summary>
    public int? BatchDifference { get; init; }

    /// <summary>The first line of a CSV file.</summary>
    public static string CsvHead => string.Join(',', Columns);

    /// <summary>
    /// The line as CSV (RFC 4180). Lists are separated by spaces; in <c>ranking</c> candidate indices are joined by
    /// <c>=</c> inside a tier and <c>&gt;</c> between tiers, best first.
    /// </summary>
    public string ToCsv()
    {
        var tiers = Judgement is Judgement.Ranking ranking ? string.Join('>', ranking.Tiers.Select(tier => string.Join('=', tier))) : "";
        var losses = Judgement switch { Judgement.Values v => v.Losses, Judgement.Gradients g => g.Losses, _ => [] };
        string[] cells =
        [
            Session.ToString(), Plain(Title), Text(Seed), Text(Round), Batch, Stage, Text(RankTop), string.Join(' ', Candidates), string.Join(' ', Shown), Answer, tiers,
            string.Join(' ', losses.Select(l => l.ToString("R", CultureInfo.InvariantCulture))), Plain(Skip ?? ""), Id.ToString(), Plain(Rater),
            Text(DurationMs), At.ToString("O", CultureInfo.InvariantCulture), Text(Comparisons), string.Join(' ', Pictures), Model ?? "", BatchDifference is { } levels ? Text(levels) : "",
        ];
        return string.Join(',', cells.Select(Quoted));
    }

    /// <summary>The line as one JSON object.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, SessionJson.Options);

    /// <summary>The line that <see cref="ToJson"/> wrote.</summary>
    public static ExportLine FromJson(string json) => JsonSerializer.Deserialize<ExportLine>(json, SessionJson.Options) ?? throw new JsonException("The line is empty.");

    private string Answer => Judgement switch
    {
        null => "skip",
        Judgement.Overall overall => JsonNamingPolicy.CamelCase.ConvertName(overall.Verdict.ToString()),
        Judgement.Ranking => "ranking",
        _ => "values",
    };

    private static string Text(IFormattable number) => number.ToString(null, CultureInfo.InvariantCulture);

    // People's own words that a spreadsheet would take for a formula get an apostrophe in front.
    private static string Plain(string words) => words.Length > 0 && "=+-@\t".Contains(words[0], StringComparison.Ordinal) ? "'" + words : words;

    private static string Quoted(string cell) => cell.AsSpan().IndexOfAny(",\"\r\n") < 0 ? cell : $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}

/// <summary>Downloads of judgements, as CSV or JSON Lines or pairs, line by line.</summary>
public static class Export
{
    /// <summary>Maps the downloads of studies and sessions; they need what the pages need.</summary>
    public static void MapExport(this IEndpointRouteBuilder app)
    {
        app.MapGet("/studies/{id:guid}/export", async (Guid id, string? format, StudyList list, Studies studies, ISessions sessions, Models models, CancellationToken cancel) =>
            await studies.FindAsync(id, cancel) is { } study
                ? Stream(study.Name, format, Prompt(study.Config), Lines([.. (await list.SessionsAsync(id, cancel)).Select(s => s.Id)], sessions, models, cancel))
                : Results.NotFound()).ExcludeFromDescription();
        app.MapGet("/sessions/{id:guid}/export", async (Guid id, string? format, StudyList list, Studies studies, ISessions sessions, Models models, CancellationToken cancel) =>
            await list.FindAsync(id, cancel) is { } place && await studies.FindAsync(place.Study.Id, cancel) is { } study
                ? Stream($"{place.Study.Name} session {place.Number}", format, Prompt(study.Config), Lines([id], sessions, models, cancel))
                : Results.NotFound()).ExcludeFromDescription();
    }

    /// <summary>The judgements and skips of a session that still count, in order; the open round's included.</summary>
    public static IEnumerable<ExportLine> Lines(Guid session, SessionHistory history, RoundView current)
    {
        var config = history.Config;
        foreach (var round in history.Rounds)
        {
            foreach (var judged in round.Judgements)
            {
                yield return Line(round.BatchId, round.Query, round.CandidateIds, judged);
            }

            if (round.Skip is { } skip)
            {
                yield return new ExportLine(session, config.Title, config.Seed, skip.Round, round.BatchId, Word(round.Query), round.Query.RankTop, round.CandidateIds, [], null, skip.Reason,
                    skip.JudgementId, skip.Rater, 0, skip.At, 0, []);
            }
        }

        foreach (var judged in Standing(history.Events).OfType<SessionEvent.Judged>().TakeLast(current.Judgements))
        {
            yield return Line(current.BatchId, current.Query, [.. current.Candidates.Select(c => c.Id)], judged);
        }

        ExportLine Line(string batch, Query query, IReadOnlyList<string> candidates, SessionEvent.Judged judged) => new(
            session, config.Title, config.Seed, judged.Round, batch, Word(query), query.RankTop, candidates, judged.Shown, judged.Judgement, null,
            judged.JudgementId, judged.Rater, judged.DurationMs, judged.At,
            RoundWords.Tiers(judged.Judgement) is { IsEmpty: false } tiers ? Comparisons.CountOf(new Judgement.Ranking(tiers), query.Count) : 0, judged.Pictures);

        static string Word(Query query) => JsonNamingPolicy.CamelCase.ConvertName(query.Stage.ToString());
    }

    // The answers that were not taken back, in order.
    private static List<SessionEvent> Standing(IEnumerable<SessionEvent> events)
    {
        var standing = new List<SessionEvent>();
        foreach (var happened in events)
        {
            if (happened is SessionEvent.Undone && standing.Count > 0)
            {
                standing.RemoveAt(standing.Count - 1);
            }
            else if (happened is SessionEvent.Judged or SessionEvent.Skipped)
            {
                standing.Add(happened);
            }
        }

        return standing;
    }

    /// <summary>What samples were made from: the prompt where the space has one, else the question.</summary>
    public static string Prompt(SessionConfig config) =>
        config.Space.Settings.TryGetProperty("prompt", out var prompt) && prompt.ValueKind == JsonValueKind.String && prompt.GetString() is { Length: > 0 } words ? words : config.Question;

    /// <summary>The lines of several sessions, one session after the other, with the models that made their pictures.</summary>
    public static async IAsyncEnumerable<ExportLine> Lines(IReadOnlyList<Guid> ids, ISessions sessions, Models models, [EnumeratorCancellation] CancellationToken cancel)
    {
        foreach (var id in ids)
        {
            if (await sessions.FindAsync(id, cancel) is { } session)
            {
                var history = await session.HistoryAsync(cancel);
                var model = ModelOf(history.Config);
                var difference = models.List().FirstOrDefault(folder => folder.Name == model) is { } found ? models.BatchDifference(found) : null;
                foreach (var line in Lines(id, history, await session.CurrentAsync(cancel)))
                {
                    yield return line with { Model = model, BatchDifference = difference };
                }
            }
        }
    }

    private static string? ModelOf(SessionConfig config) =>
        config.Space.Key == "diffusion" && config.Space.Settings.TryGetProperty("model", out var model) ? model.GetString() : null;

    /// <summary>A download of lines: <c>csv</c>, <c>jsonl</c>, or <c>pairs</c> as JSON Lines.</summary>
    public static IResult Stream(string name, string? format, string prompt, IAsyncEnumerable<ExportLine> lines)
    {
        var asJson = format is "jsonl" or "pairs";
        if (!asJson && format is not (null or "csv"))
        {
            return Results.Problem("The formats are csv, jsonl and pairs.", statusCode: StatusCodes.Status400BadRequest);
        }

        var file = string.Concat(name.Select(c => char.IsLetterOrDigit(c) && c < 128 ? char.ToLowerInvariant(c) : '-')).Trim('-');
        return Results.Stream(async body =>
        {
            await using var writer = new StreamWriter(body, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
            writer.NewLine = asJson ? "\n" : "\r\n";
            if (!asJson)
            {
                await writer.WriteLineAsync(ExportLine.CsvHead);
            }

            await foreach (var line in lines)
            {
                foreach (var text in format == "pairs" ? PairLine.Of(line, prompt).Select(pair => pair.ToJson()) : [asJson ? line.ToJson() : line.ToCsv()])
                {
                    await writer.WriteLineAsync(text);
                }
            }
        }, asJson ? "application/x-ndjson" : "text/csv; charset=utf-8", $"{(file.Length > 0 ? file : "judgements")}.{(asJson ? "jsonl" : "csv")}");
    }
}
