using System.Net;

namespace Ranking.Web.Tests.Api;

public sealed class BestPictureTests(ApiHost host) : IClassFixture<ApiHost>
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task The_best_has_a_picture_while_judging_and_afterwards(int maxRounds)
    {
        var session = await host.SessionAsync(maxRounds: maxRounds);
        await host.Admin.JudgeAsync(session);

        for (var round = 0; round <= 1; round++)
        {
            var best = await host.Admin.GetAsync($"/api/v1/sessions/{session}/best?round={round}", HttpStatusCode.OK);
            using var picture = await host.Admin.GetAsync(new Uri(best.GetProperty("imageUrl").GetString()!, UriKind.Relative));
            Assert.Equal((HttpStatusCode.OK, "image/png"), (picture.StatusCode, picture.Content.Headers.ContentType?.MediaType));
        }
    }
}
