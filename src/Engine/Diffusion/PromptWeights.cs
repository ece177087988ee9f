using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Ranking.Engine.Diffusion;

/// <summary>
/// Reads weights in prompts: in <c>a (red:1.3) house</c> the word counts 1.3 times. Weights nest and multiply; brackets
/// without a number, and those behind a backslash, are plain text.
/// </summary>
public static partial class PromptWeights
{
    private const double Most = 10;

    /// <summary>The prompt in pieces of one weight each, in order; 1 where none is given.</summary>
    public static IReadOnlyList<(string Text, double Weight)> Parse(string prompt)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        var pieces = new List<(string Text, double Weight)>();
        Read(prompt, 1, pieces);
        return pieces;
    }

    private static void Read(string text, double weight, List<(string Text, double Weight)> pieces)
    {
        var plain = new StringBuilder();
        for (var at = 0; at < text.Length; at++)
        {
            if (text[at] == '\\' && at + 1 < text.Length && text[at + 1] is '(' or ')')
            {
                plain.Append(text[++at]);
            }
            else if (text[at] == '(' && Close(text, at) is var end and > 0 && Number(text[(at + 1)..end]) is { } group)
            {
                Add(plain, weight, pieces);
                Read(group.Text, weight * group.Weight, pieces);
                at = end;
            }
            else
            {
                plain.Append(text[at]);
            }
        }

        Add(plain, weight, pieces);
    }

    private static void Add(StringBuilder plain, double weight, List<(string Text, double Weight)> pieces)
    {
        if (plain.ToString() is var text && text.Trim().Length > 0)
        {
            pieces.Add((text, Math.Clamp(weight, 0, Most)));
        }

        plain.Clear();
    }

    // The bracket that closes the one at a place; 0 where none does.
    private static int Close(string text, int open)
    {
        var depth = 0;
        for (var at = open; at < text.Length; at++)
        {
            if (text[at] == '\\')
            {
                at++;
                continue;
            }

            depth += text[at] switch { '(' => 1, ')' => -1, _ => 0 };
            if (depth == 0)
            {
                return at;
            }
        }

        return 0;
    }

    private static (string Text, double Weight)? Number(string group) =>
        Weighted().Match(group) is { Success: true } match
            && double.Parse(match.Groups["weight"].ValueSpan, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture) is var weight and <= Most
            ? (match.Groups["text"].Value, weight)
            : null;

    [GeneratedRegex(@"^(?<text>.*):\s*(?<weight>\d{1,3}(\.\d{1,6})?|\.\d{1,6})\s*$", RegexOptions.Singleline | RegexOptions.ExplicitCapture)]
    private static partial Regex Weighted();
}
