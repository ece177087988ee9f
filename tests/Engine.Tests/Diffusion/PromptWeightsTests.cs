using Ranking.Engine.Diffusion;

namespace Ranking.Engine.Tests.Diffusion;

public sealed class PromptWeightsTests
{
    [Theory]
    [InlineData("a cat", "a cat=1")]
    [InlineData("a (red:1.3) house", "a =1|red=1.3| house=1")]
    [InlineData("(a (red:2) house:0.5)", "a =0.5|red=1| house=0.5")]
    [InlineData("a (small) house", "a (small) house=1")]
    [InlineData("a \\(red:1.3\\) house", "a (red:1.3) house=1")]
    [InlineData("open (red:1.3", "open (red:1.3=1")]
    [InlineData("closed red:1.3)", "closed red:1.3)=1")]
    [InlineData("(time 10:30)", "(time 10:30)=1")]
    [InlineData("(too much:99)", "(too much:99)=1")]
    [InlineData("(:1.2)", "")]
    [InlineData("", "")]
    public void A_prompt_is_read_in_pieces_of_one_weight(string prompt, string expected) =>
        Assert.Equal(expected, string.Join('|', PromptWeights.Parse(prompt).Select(piece => FormattableString.Invariant($"{piece.Text}={piece.Weight}"))));

    [Fact]
    public void No_prompt_of_brackets_and_colons_is_too_much()
    {
        var noise = Noise.Philox(6, Purpose.Oracle, 0);
        for (var n = 0; n < 300; n++)
        {
            var prompt = new string([.. Enumerable.Range(0, 60).Select(i => "(:1.5)\\ a"[(int)(9 * noise.Uniform(n, i))])]);
            Assert.All(PromptWeights.Parse(prompt), piece => Assert.InRange(piece.Weight, 0, 10));
        }
    }
}
