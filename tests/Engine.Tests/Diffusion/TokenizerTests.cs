using Ranking.Engine.Diffusion;
using Ranking.Engine.Tests.Reference;

namespace Ranking.Engine.Tests.Diffusion;

public sealed class TokenizerTests
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Reference", "diffusion");

    [Theory]
    [Trait("Category", "Reference")]
    [ReferenceData("diffusion", "tokenizer.json")]
    public void Texts_give_the_published_words_tokens_and_ids(ReferenceCase example)
    {
        var text = example.Element.GetProperty("text").GetString()!;
        var folder = Path.GetDirectoryName(example.Path)!;
        string[] files = [.. new[] { "vocabularyFile", "mergesFile" }.Select(name => Path.Combine(folder, example.Header.GetProperty(name).GetString()!))];
        var length = example.Header.GetProperty("maxLength").GetInt32();
        var tokenizer = new Tokenizer(files[0], files[1], length);
        var cleaned = Tokenizer.Clean(text);

        Assert.Equal(example.Element.GetProperty("cleaned").GetString(), cleaned);
        Assert.Equal(Texts(example, "words"), Tokenizer.Words(cleaned));
        Assert.Equal(Texts(example, "tokens"), tokenizer.Tokens(text));
        Assert.Equal(example.Element.GetProperty("ids").Wholes(), tokenizer.Ids(text));
        Assert.Equal(example.Element.GetProperty("paddedWithEnd").Wholes(), tokenizer.Encode(text));

        // The token with id 0 pads in Stable Diffusion 2.
        Assert.Equal(example.Element.GetProperty("paddedWithZero").Wholes(), new Tokenizer(files[0], files[1], length, "!").Encode(text));
        Assert.Equal(example.Element.GetProperty("truncated").GetBoolean(), tokenizer.Ids(text).Length > length - 2);
    }

    [Theory]
    [InlineData("A\u030A", "\u00C5")] // composes
    [InlineData("\u212B", "\u00C5")] // a sign that is another letter
    [InlineData("\u1E0B\u0323", "\u1E0D\u0307")] // marks are put in order
    [InlineData("q\u0307\u0323", "q\u0323\u0307")] // though nothing composes
    [InlineData("a\u0315\u0300\u05AE\u0300b", "\u00E0\u05AE\u0300\u0315b")] // a mark is hidden by another of its class
    [InlineData("\u0958", "\u0915\u093C")] // never composed
    [InlineData("\u1112\u1161\u11AB", "\uD55C")] // Hangul by arithmetic
    [InlineData("\uAC00\u11A8", "\uAC01")]
    [InlineData("\uAC01\u11A8", "\uAC01\u11A8")] // a syllable that has its tail takes no other
    [InlineData("a\u0301\u0301", "\u00E1\u0301")]
    [InlineData("\U0001D15E", "\U0001D157\U0001D165")] // outside the basic plane
    public void Text_is_composed_as_Unicode_says(string text, string composed)
    {
        Assert.Equal(composed, Nfc.Compose(text));
        Assert.Equal(composed, Nfc.Compose(composed));
    }

    [Fact]
    public void Words_may_hold_letters_outside_the_basic_plane() => Assert.Equal(["x𝒜y", "𝟙", "z"], Tokenizer.Words("x𝒜y𝟙z"));

    [Fact]
    public void The_padding_token_comes_from_the_folder()
    {
        using var folder = new TemporaryFolder();
        File.Copy(Path.Combine(Folder, "tokenizer-vocab.json"), folder.File("vocab.json"));
        File.Copy(Path.Combine(Folder, "tokenizer-merges.txt"), folder.File("merges.txt"));
        Assert.Equal(640, Tokenizer.Load(folder.Path).Encode("cat")[^1]);

        File.WriteAllText(folder.File("tokenizer_config.json"), """{ "model_max_length": 16, "pad_token": { "content": "!" } }""");
        var ids = Tokenizer.Load(folder.Path).Encode("cat");
        Assert.Equal((16, 0), (ids.Length, ids[^1]));

        File.WriteAllText(folder.File("special_tokens_map.json"), """{ "pad_token": "#" }""");
        Assert.Equal(2, Tokenizer.Load(folder.Path).Encode("cat")[^1]);
    }

    private static string[] Texts(ReferenceCase example, string name) =>
        [.. example.Element.GetProperty(name).EnumerateArray().Select(t => t.GetString()!)];
}
