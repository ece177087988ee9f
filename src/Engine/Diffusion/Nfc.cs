using System.Collections.Frozen;
using System.Globalization;
using System.Text;

namespace Ranking.Engine.Diffusion;

/// <summary>
/// Unicode normalisation form C (Unicode Standard Annex 15). The framework has it only where the ICU libraries are
/// installed, and a prompt must give the same tokens everywhere.
/// </summary>
public static class Nfc
{
    private const int SyllableBase = 0xAC00;
    private const int LeadBase = 0x1100;
    private const int VowelBase = 0x1161;
    private const int TailBase = 0x11A7;
    private const int Leads = 19;
    private const int Vowels = 21;
    private const int Tails = 28;

    private static readonly Lazy<Tables> Data = new(Tables.Read);

    /// <summary>The text with every character composed as far as it can be.</summary>
    public static string Compose(string text)
    {
        if (text.AsSpan().IndexOfAnyExceptInRange('\0', '\u02FF') < 0)
        {
            return text;
        }

        var runes = new List<int>(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            Decompose(rune.Value, runes);
        }

        Order(runes);
        var composed = new StringBuilder(text.Length);
        foreach (var rune in Compose(runes))
        {
            composed.Append(new Rune(rune).ToString());
        }

        return composed.ToString();
    }

    private static void Decompose(int rune, List<int> into)
    {
        var syllable = rune - SyllableBase;
        if (syllable is >= 0 and < Leads * Vowels * Tails)
        {
            into.Add(LeadBase + (syllable / (Vowels * Tails)));
            into.Add(VowelBase + (syllable / Tails % Vowels));
            if (syllable % Tails != 0)
            {
                into.Add(TailBase + (syllable % Tails));
            }
        }
        else if (Data.Value.Decompositions.TryGetValue(rune, out var parts))
        {
            foreach (var part in parts)
            {
                Decompose(part, into);
            }
        }
        else
        {
            into.Add(rune);
        }
    }

    // Marks between two starters go into the order of their classes, stably.
    private static void Order(List<int> runes)
    {
        for (var i = 1; i < runes.Count; i++)
        {
            var mark = runes[i];
            var markClass = Class(mark);
            var j = i;
            for (; markClass != 0 && j > 0 && Class(runes[j - 1]) > markClass; j--)
            {
                runes[j] = runes[j - 1];
            }

            runes[j] = mark;
        }
    }

    private static List<int> Compose(List<int> runes)
    {
        var composed = new List<int>(runes.Count);
        var starter = -1;
        var lastClass = 0;
        foreach (var rune in runes)
        {
            var runeClass = Class(rune);
            var isReachable = starter >= 0 && (composed.Count == starter + 1 || lastClass < runeClass);
            if (isReachable && Pair(composed[starter], rune) is { } pair)
            {
                composed[starter] = pair;
                continue;
            }

            composed.Add(rune);
            lastClass = runeClass;
            if (runeClass == 0)
            {
                starter = composed.Count - 1;
            }
        }

        return composed;
    }

    private static int? Pair(int first, int second)
    {
        if (first - LeadBase is >= 0 and < Leads && second - VowelBase is >= 0 and < Vowels)
        {
            return SyllableBase + ((((first - LeadBase) * Vowels) + (second - VowelBase)) * Tails);
        }

        if (first - SyllableBase is >= 0 and < Leads * Vowels * Tails && (first - SyllableBase) % Tails == 0 && second - TailBase is > 0 and < Tails)
        {
            return first + (second - TailBase);
        }

        return Data.Value.Compositions.TryGetValue((first, second), out var composed) ? composed : null;
    }

    private static int Class(int rune) => Data.Value.Classes.GetValueOrDefault(rune);

    private sealed record Tables(FrozenDictionary<int, int[]> Decompositions, FrozenDictionary<(int, int), int> Compositions, FrozenDictionary<int, int> Classes)
    {
        public static Tables Read()
        {
            var decompositions = new Dictionary<int, int[]>();
            var compositions = new Dictionary<(int, int), int>();
            var classes = new Dictionary<int, int>();
            using var reader = new StreamReader(typeof(Nfc).Assembly.GetManifestResourceStream("Ranking.Engine.Diffusion.Nfc.txt")!);
            while (reader.ReadLine() is { } line)
            {
                if (line[0] == '@')
                {
                    var parts = line[1..].Split('-', ':');
                    for (var rune = Hex(parts[0]); rune <= Hex(parts[1]); rune++)
                    {
                        classes.Add(rune, int.Parse(parts[2], CultureInfo.InvariantCulture));
                    }
                }
                else if (line[0] != '#')
                {
                    var sign = line.AsSpan().IndexOfAny('+', '=');
                    var rune = Hex(line[..sign]);
                    int[] parts = [.. line[(sign + 1)..].Split(',').Select(Hex)];
                    decompositions.Add(rune, parts);
                    if (line[sign] == '+')
                    {
                        compositions.Add((parts[0], parts[1]), rune);
                    }
                }
            }

            return new Tables(decompositions.ToFrozenDictionary(), compositions.ToFrozenDictionary(), classes.ToFrozenDictionary());
        }

        private static int Hex(string digits) => int.Parse(digits, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
    }
}
