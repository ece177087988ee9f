using Ranking.Engine.Optimizers;
using Ranking.Engine.Tests.Reference;

namespace Ranking.Engine.Tests.Optimizers;

public sealed class ZoSgdSignTests
{
    [Theory]
    [Trait("Category", "Reference")]
    [Trait("Row", "100")]
    [ReferenceData("zo", "zo-signsgd.json")]
    public void It_follows_the_published_trajectory(ReferenceCase example)
    {
        ArgumentNullException.ThrowIfNull(example);
        var isMajority = example.Parameters.GetProperty("vote").GetString() == "majority";
        var settings = new ZoSgdSign.Settings
        {
            Smoothing = example.Parameter("mu"),
            StepSize = example.Parameter("eta"),
            Vote = isMajority ? ZoSgdSign.Ballot.Majority : ZoSgdSign.Ballot.Mean,
        };
        example.Follow(new ZoSgdSign().Start(example.Start(example.Whole("q") + 1), settings, example.Recorded("u")));
    }

    [Theory]
    [InlineData(Difference.Forward)]
    [InlineData(Difference.Central)]
    public void A_vote_of_one_direction_is_the_sign_of_its_estimate(Difference form)
    {
        var ends = Enum.GetValues<ZoSgdSign.Ballot>().Select(vote =>
        {
            var run = new ZoSgdSign().Start(
                new Problem([1, -2, 3], 2, 2, new Geometry.Flat()),
                new ZoSgdSign.Settings { Vote = vote, Form = form },
                (purpose, round) => Noise.Philox(5, purpose, round));
            for (var round = 0; round < 20; round++)
            {
                run.Value(x => x.Sum(v => v * v));
            }

            return string.Join(" ", run.Best.ToArray());
        });
        Assert.Single(ends.Distinct());
    }
}
