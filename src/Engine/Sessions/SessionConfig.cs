using System.Text.Json;

namespace Ranking.Engine.Sessions;

/// <summary>A catalogue entry with its settings.</summary>
/// <param name="Key">The entry's key.</param>
/// <param name="Revision">The entry's revision when it was chosen.</param>
/// <param name="Settings">Its settings, all members present.</param>
public sealed record Chosen(string Key, int Revision, JsonElement Settings);

/// <summary>All that decides a session besides its judgements.</summary>
/// <param name="Title">Its name, for people.</param>
/// <param name="Question">What raters are asked.</param>
/// <param name="Space">What is searched.</param>
/// <param name="Optimizer">How.</param>
/// <param name="Candidates">Candidates per round (m), 2 to 64.</param>
/// <param name="RankTop">Places asked for (k), 1 to m.</param>
/// <param name="JudgementsPerRound">Judgements that end a round, at least 1.</param>
/// <param name="MaxRounds">Rounds after which the session is finished, at least 1.</param>
/// <param name="RevealValues">Whether judges may see the known value of a point.</param>
/// <param name="Seed">The key of every random draw.</param>
public sealed record SessionConfig(
    string Title, string Question, Chosen Space, Chosen Optimizer, int Candidates, int RankTop,
    int JudgementsPerRound, int MaxRounds, bool RevealValues, ulong Seed);
