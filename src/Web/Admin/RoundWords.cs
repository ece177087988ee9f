using System.Collections.Immutable;
using System.Globalization;
using Ranking.Engine;
using Ranking.Engine.Sessions;
using Ranking.Web.Rate;

namespace Ranking.Web.Admin;

/// <summary>Judgements and events in the words of the researcher's pages.</summary>
public static class RoundWords
{
    /// <summary>What making pictures ahead brought, in one sentence; nothing before the first round.</summary>
    public static string Foreseen(Foresight foresight) => foresight.Rounds == 0 ? ""
        : string.Create(CultureInfo.InvariantCulture, $"Pictures made ahead of the answer: in {foresight.Ready} of {Words.Count(foresight.Rounds, "round", "rounds")}, {foresight.SecondsSaved:0.0} s of waiting spared.");

    /// <summary>The tiers of a judgement, best first, in candidate indices; empty for a verdict.</summary>
    public static ImmutableArray<ImmutableArray<int>> Tiers(Judgement judgement) => judgement switch
    {
        Judgement.Ranking ranking => ranking.Tiers,
        Judgement.Values values => values.ToRanking().Tiers,
        Judgement.Gradients gradients => new Judgement.Values(gradients.Losses).ToRanking().Tiers,
        _ => [],
    };

    /// <summary>
    /// The order in one line, in the numbers that stood on the screen (positions from 1): <c>2 &gt; 4 = 5 &gt; rest</c>.
    /// </summary>
    /// <param name="judgement">The answer.</param>
    /// <param name="shown">Position → candidate.</param>
    public static string Order(Judgement judgement, ImmutableArray<int> shown)
    {
        if (judgement is Judgement.Overall overall)
        {
            return Verdict(overall.Verdict);
        }

        var tiers = Tiers(judgement);
        var words = tiers.Select(tier => string.Join(" = ", tier.Select(candidate => shown.IndexOf(candidate) + 1).Order())).ToList();
        if (tiers.Sum(tier => tier.Length) < shown.Length)
        {
            words.Add("rest");
        }

        return string.Join(" > ", words);
    }

    /// <summary>A verdict as raters see it on the button.</summary>
    public static string Verdict(Verdict verdict) => verdict switch
    {
        Engine.Verdict.NoneBetter => "none is better",
        Engine.Verdict.AllAlike => "all alike",
        _ => "all broken",
    };

    /// <summary>The stage of a round.</summary>
    public static string Stage(Stage stage) => stage == Engine.Stage.LineSearch ? "line search" : "explore";

    /// <summary>A status with the sign that a chip shows.</summary>
    public static (string Text, string Style) Status(SessionStatus status) => status switch
    {
        SessionStatus.Open => ("running", "ok"),
        SessionStatus.Paused => ("paused", "warn"),
        SessionStatus.Finished => ("finished", ""),
        _ => ("abandoned", ""),
    };

    /// <summary>The log in words, oldest first. Rounds have the numbers that people know them by, from 1.</summary>
    public static ImmutableArray<(DateTimeOffset At, string Text, string Detail)> Events(IEnumerable<SessionEvent> events)
    {
        ArgumentNullException.ThrowIfNull(events);
        var lines = ImmutableArray.CreateBuilder<(DateTimeOffset, string, string)>();
        var standing = new Stack<SessionEvent>();
        foreach (var happened in events)
        {
            lines.Add(happened switch
            {
                SessionEvent.Started e => (e.At, string.Create(CultureInfo.InvariantCulture, $"Session started, seed {e.Config.Seed}"), ""),
                SessionEvent.Judged e => (e.At, $"{e.Rater} ranked round {Number(standing, e.Round)}:", Order(e.Judgement, e.Shown)),
                SessionEvent.Skipped e => (e.At, $"{e.Rater} skipped round {Number(standing, e.Round)}", e.Reason),
                SessionEvent.Undone e => (e.At, standing.TryPop(out var last) && last is SessionEvent.Skipped ? $"{e.Rater} took a skip back" : $"{e.Rater} undid round {(last is SessionEvent.Judged j ? Number(standing, j.Round) : 1)}", ""),
                SessionEvent.Paused e => (e.At, "Paused", ""),
                SessionEvent.Resumed e => (e.At, "Went on", ""),
                SessionEvent.Finished e => (e.At, e.Reason switch { "maxRounds" => "Finished: all rounds are done", "abandoned" => "Abandoned", _ => "Finished by the researcher" }, ""),
                _ => (happened.At, happened.GetType().Name, ""),
            });
            if (happened is SessionEvent.Judged or SessionEvent.Skipped)
            {
                standing.Push(happened);
            }
        }

        return lines.ToImmutable();

        static int Number(IEnumerable<SessionEvent> standing, uint round) =>
            standing.OfType<SessionEvent.Judged>().Select(j => j.Round).Where(r => r != round).Distinct().Count() + 1;
    }

    /// <summary>How long ago something was, in the unit that fits: "now", "2 min ago", "yesterday", "12 Nov".</summary>
    public static string Ago(DateTimeOffset then, DateTimeOffset now) => (now - then) switch
    {
        { TotalSeconds: < 60 } => "now",
        { TotalMinutes: < 60 } span => $"{(int)span.TotalMinutes} min ago",
        { TotalHours: < 24 } span => $"{(int)span.TotalHours} h ago",
        { TotalDays: < 2 } => "yesterday",
        { TotalDays: < 300 } => then.ToString("d MMM", CultureInfo.InvariantCulture),
        _ => then.ToString("d MMM yyyy", CultureInfo.InvariantCulture),
    };

    /// <summary>A number of dimensions in words: "1 dimension", "10 dimensions".</summary>
    public static string Dimensions(string? number) => $"{number} {(number == "1" ? "dimension" : "dimensions")}";

    /// <summary>How a study is done, in one line: "demo model, ZO-RankSGD, “a friendly monster”".</summary>
    public static string How(SessionConfig config, Catalog<IOptimizer> optimizers)
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(optimizers);
        string? Setting(string key) => config.Space.Settings.ValueKind == System.Text.Json.JsonValueKind.Object && config.Space.Settings.TryGetProperty(key, out var value) ? value.ToString() : null;
        var what = config.Space.Key switch
        {
            "function" => $"{Words.Capital((Setting("function") ?? "test function").Replace('-', ' '))}, {Dimensions(Setting("dimension"))}",
            "policy" => Words.Capital((Setting("task") ?? "control task").Replace('-', ' ')),
            "diffusion" => $"{Words.Capital((Setting("model") is { Length: > 0 } model ? model : "demo").Replace('-', ' '))} model",
            "external" => "Pictures from another program",
            var other => other,
        };
        var how = optimizers.Contains(config.Optimizer.Key) ? optimizers.Entry(config.Optimizer.Key).Title : config.Optimizer.Key;
        return Setting("prompt") is { Length: > 0 } prompt ? $"{what}, {how}, “{prompt}”" : $"{what}, {how}";
    }
}
