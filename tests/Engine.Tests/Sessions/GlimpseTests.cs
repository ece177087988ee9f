namespace Ranking.Engine.Tests.Sessions;

/// <summary>What raters see of pictures that are not finished.</summary>
public sealed class GlimpseTests
{
    [Fact]
    public async Task A_candidate_shows_what_it_is_becoming_until_its_picture_is_there()
    {
        await using var house = new SessionHouse();
        (house.Space.Glimpses, house.Space.Hold) = (true, new());
        var session = await house.StartAsync();

        // Drawing waits after the first picture.
        var view = await SessionHouse.WhenAsync(session, v => v.Candidates[0].Picture is not null && v.Candidates[1].Glimpse > 0);
        Assert.False(view.IsReady);
        Assert.Null(await session.GlimpseAsync(view.Candidates[0].Id));
        var glimpse = await session.GlimpseAsync(view.Candidates[1].Id);
        Assert.Equal([1], glimpse!.Bytes.ToArray());

        house.Space.Hold.SetResult();
        view = await SessionHouse.WhenAsync(session, v => v.IsReady);
        Assert.All(view.Candidates, candidate => Assert.NotNull(candidate.Picture));
        Assert.Null(await session.GlimpseAsync(view.Candidates[1].Id));
        Assert.Null(await session.GlimpseAsync("nobody"));
    }
}
