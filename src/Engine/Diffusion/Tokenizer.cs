using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Ranking.Engine.Diffusion;

/// <summary>
/// The byte-level byte-pair encoding of CLIP (arXiv:2103.00020): text is composed, its white space tidied, lower-cased,
/// cut into words, and each word's bytes are joined by the merges of lowest rank.
/// </summary>
public sealed class Tokenizer
{
    private const string StartToken = "<|startoftext|>";
    private const string EndToken = "<|endoftext|>";
    private const string WordEnd = "</w>";

    private static readonly string[] Contractions = ["'s", "'t", "'re", "'ve", "'m", "'ll", "'d"];
    private static readonly string[] Units = ByteUnits();

    private readonly Dictionary<string, int> _ids;
    private readonly Dictionary<(string, string), int> _ranks;
    private readonly int _start;
    private readonly int _end;
    private readonly int _padding;

    /// <summary>Reads a tokenizer's files.</summary>
    /// <param name="vocabularyFile"><c>vocab.json</c>: token → id.</param>
    /// <param name="mergesFile"><c>merges.txt</c>: pairs, most frequent first.</param>
    /// <param name="length">Ids per prompt, start and end included.</param>
    /// <param name="padding">The token that fills up; the end token when null.</param>
    /// <exception cref="InvalidDataException">A file is not what it should be.</exception>
    public Tokenizer(string vocabularyFile, string mergesFile, int length = 77, string? padding = null)
    {
        Length = length;
        _ids = ReadVocabulary(vocabularyFile);
        _ranks = ReadMerges(mergesFile);
        _start = Special(StartToken, vocabularyFile);
        _end = Special(EndToken, vocabularyFile);
        _padding = Special(padding ?? EndToken, vocabularyFile);
    }

    /// <summary>Ids per prompt, start and end included.</summary>
    public int Length { get; }

    /// <summary>The tokenizer of a model folder: <c>vocab.json</c>, <c>merges.txt</c>, and where they are <c>tokenizer_config.json</c> and <c>special_tokens_map.json</c>.</summary>
    /// <param name="folder">The folder <c>tokenizer</c>.</param>
    /// <exception cref="InvalidDataException">A file is missing or not what it should be.</exception>
    public static Tokenizer Load(string folder)
    {
        var config = JsonFile.ReadOptional(Path.Combine(folder, "tokenizer_config.json"));
        var map = JsonFile.ReadOptional(Path.Combine(folder, "special_tokens_map.json"));
        var length = config.Number("model_max_length") is { } max and <= 1024 ? (int)max : 77;
        return new Tokenizer(
            Path.Combine(folder, "vocab.json"), Path.Combine(folder, "merges.txt"), length, PaddingOf(map) ?? PaddingOf(config));
    }

    /// <summary>The prompt as it is read: composed, runs of white space one space, trimmed, lower-case.</summary>
    public static string Clean(string text)
    {
        var words = Nfc.Compose(text).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);

        // The one letter whose small form is two characters.
        return string.Join(' ', words).Replace("\u0130", "i\u0307", StringComparison.Ordinal).ToLowerInvariant();
    }

    /// <summary>The words of a cleaned text: special tokens, contractions, letters, single digits, runs of anything else.</summary>
    public static IReadOnlyList<string> Words(string cleaned)
    {
        var words = new List<string>();
        for (var at = 0; at < cleaned.Length;)
        {
            var length = WordAt(cleaned.AsSpan(at));
            if (length > 0)
            {
                words.Add(cleaned.Substring(at, length));
            }

            at += Math.Max(1, length);
        }

        return words;
    }

    /// <summary>The tokens of a prompt, without start, end and padding.</summary>
    public IReadOnlyList<string> Tokens(string text) => [.. Words(Clean(text)).SelectMany(Merge)];

    /// <summary>The ids of a prompt, without start, end and padding.</summary>
    public int[] Ids(string text) => [.. Tokens(text).Select(token => _ids.GetValueOrDefault(token, _end))];

    /// <summary>The <see cref="Length"/> ids that the text encoder takes: start, as many ids as fit, end, padding.</summary>
    public int[] Encode(string text) => Framed(Ids(text));

    /// <summary>A prompt's ids between start and end, cut or filled up to <see cref="Length"/>.</summary>
    public int[] Framed(int[] ids)
    {
        ArgumentNullException.ThrowIfNull(ids);
        var kept = Math.Min(ids.Length, Length - 2);
        return [_start, .. ids[..kept], _end, .. Enumerable.Repeat(_padding, Length - 2 - kept)];
    }

    private static int WordAt(ReadOnlySpan<char> text)
    {
        foreach (var fixedWord in (ReadOnlySpan<string>)[StartToken, EndToken, .. Contractions])
        {
            if (text.StartsWith(fixedWord, StringComparison.Ordinal))
            {
                return fixedWord.Length;
            }
        }

        var kind = KindAt(text, out var length);
        if (kind is Kind.Digit or Kind.Space)
        {
            return kind == Kind.Digit ? length : 0;
        }

        while (length < text.Length && KindAt(text[length..], out var more) == kind)
        {
            length += more;
        }

        return length;
    }

    private enum Kind
    {
        Letter,
        Digit,
        Space,
        Other,
    }

    private static Kind KindAt(ReadOnlySpan<char> text, out int length)
    {
        Rune.DecodeFromUtf16(text, out var rune, out length);
        if (Rune.IsWhiteSpace(rune))
        {
            return Kind.Space;
        }

        return Rune.GetUnicodeCategory(rune) switch
        {
            <= UnicodeCategory.OtherLetter => Kind.Letter,
            UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber => Kind.Digit,
            _ => Kind.Other,
        };
    }

    private List<string> Merge(string word)
    {
        if (word is StartToken or EndToken)
        {
            return [word];
        }

        var parts = Encoding.UTF8.GetBytes(word).Select(b => Units[b]).ToList();
        parts[^1] += WordEnd;
        while (parts.Count > 1)
        {
            var (left, right) = parts.Zip(parts.Skip(1)).MinBy(pair => _ranks.GetValueOrDefault(pair, int.MaxValue));
            if (!_ranks.ContainsKey((left, right)))
            {
                break;
            }

            for (var i = 0; i + 1 < parts.Count; i++)
            {
                if (parts[i] == left && parts[i + 1] == right)
                {
                    parts[i] = left + right;
                    parts.RemoveAt(i + 1);
                }
            }
        }

        return parts;
    }

    // Printable bytes stand for themselves, the others for the characters from 256 on.
    private static string[] ByteUnits()
    {
        var units = new string[256];
        var next = 256;
        for (var i = 0; i < units.Length; i++)
        {
            units[i] = ((char)(i is (>= 33 and <= 126) or (>= 161 and <= 172) or >= 174 ? i : next++)).ToString();
        }

        return units;
    }

    private static Dictionary<string, int> ReadVocabulary(string file)
    {
        try
        {
            return JsonSerializer.Deserialize<Dictionary<string, int>>(File.ReadAllBytes(file)) ?? [];
        }
        catch (Exception error) when (error is JsonException or IOException)
        {
            throw new InvalidDataException($"The vocabulary {Path.GetFileName(file)} cannot be read: {error.Message}", error);
        }
    }

    private static Dictionary<(string, string), int> ReadMerges(string file)
    {
        var ranks = new Dictionary<(string, string), int>();
        try
        {
            foreach (var line in File.ReadLines(file).Where(line => line.Length > 0 && !line.StartsWith("#version", StringComparison.Ordinal)))
            {
                var pair = line.Split(' ');
                if (pair.Length != 2)
                {
                    throw new InvalidDataException($"The merges {Path.GetFileName(file)} have a line that is not a pair: {line}");
                }

                ranks.TryAdd((pair[0], pair[1]), ranks.Count);
            }
        }
        catch (IOException error)
        {
            throw new InvalidDataException($"The merges {Path.GetFileName(file)} cannot be read: {error.Message}", error);
        }

        return ranks;
    }

    // In these files a special token is its text, or an object with the text as "content".
    private static string? PaddingOf(JsonElement config) => !config.Has("pad_token", out var token) ? null
        : token.ValueKind == JsonValueKind.String ? token.GetString()
        : token.Text("content");

    private int Special(string token, string file) => _ids.TryGetValue(token, out var id)
        ? id
        : throw new InvalidDataException($"The vocabulary {Path.GetFileName(file)} has no token {token}.");
}
