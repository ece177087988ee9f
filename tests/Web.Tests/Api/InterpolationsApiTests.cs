using System.Net;
using Ranking.Web.Hosting;

namespace Ranking.Web.Tests.Api;

public sealed class InterpolationsApiTests : IDisposable
{
    private readonly ApiHost _host = ApiHost.With(("Ranking:ModelRoots", Path.Combine(Paths.Home, "models")));

    [Fact]
    public async Task Between_two_latents_lie_pictures_on_the_shell_and_the_ends_are_the_candidates_own()
    {
        var study = (await _host.Admin.PostAsync("/api/v1/studies", new { space = new { kind = "diffusion", model = "demo", steps = 1 }, batch = new { size = 2 } }, HttpStatusCode.Created)).Text("id");
        var session = (await _host.Admin.PostAsync($"/api/v1/studies/{study}/sessions", new { }, HttpStatusCode.Created)).Text("id");
        var ids = (await _host.Admin.ReadyAsync(session)).Ids();

        var way = await _host.Admin.GetAsync($"/api/v1/sessions/{session}/interpolations?from={ids[0]}&to={ids[1]}", HttpStatusCode.OK);

        var items = way.Items();
        Assert.Equal(Enumerable.Range(0, 7).Select(i => i / 6.0), items.Select(item => item.GetProperty("share").GetDouble()));
        Assert.All(items, item => Assert.Equal(1024, item.GetProperty("point").EnumerateArray().Sum(x => x.GetDouble() * x.GetDouble()), 1e-6));
        var pictures = new List<byte[]>();
        foreach (var item in items)
        {
            pictures.Add(await _host.Admin.GetByteArrayAsync(new Uri(item.Text("imageUrl"), UriKind.Relative)));
        }

        Assert.Equal(await PictureAsync(ids[0]), pictures[0]);
        Assert.Equal(await PictureAsync(ids[1]), pictures[^1]);
        Assert.Equal(7, pictures.Select(Convert.ToHexString).Distinct().Count());
        Assert.Equal(items[0].GetProperty("point").ToString(), (await _host.Admin.GetAsync($"/api/v1/candidates/{ids[0]}/point", HttpStatusCode.OK)).GetProperty("point").ToString());
    }

    [Fact]
    public async Task Where_nothing_is_drawn_there_are_points_alone()
    {
        var study = (await _host.Admin.PostAsync("/api/v1/studies", new { space = new { kind = "external", dimension = 3 } }, HttpStatusCode.Created)).Text("id");
        var session = (await _host.Admin.PostAsync($"/api/v1/studies/{study}/sessions", new { }, HttpStatusCode.Created)).Text("id");
        var ids = (await _host.Admin.BatchAsync(session)).Ids();
        var items = (await _host.Admin.GetAsync($"/api/v1/sessions/{session}/interpolations?from={ids[0]}&to={ids[1]}&count=3", HttpStatusCode.OK)).Items();
        Assert.Equal(3, items.Length);
        Assert.All(items, item => Assert.Equal(System.Text.Json.JsonValueKind.Null, item.GetProperty("imageUrl").ValueKind));
        await _host.Admin.GetAsync($"/api/v1/sessions/{session}/interpolations/image?from={ids[0]}&to={ids[1]}&share=0.5", HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task What_cannot_be_is_refused()
    {
        var (session, other) = (await _host.SessionAsync(), await _host.SessionAsync());
        var (ids, others) = ((await _host.Admin.ReadyAsync(session)).Ids(), (await _host.Admin.ReadyAsync(other)).Ids());
        var path = $"/api/v1/sessions/{session}/interpolations";
        Assert.Equal(["count"], (await _host.Admin.GetAsync($"{path}?from={ids[0]}&to={ids[1]}&count=34", HttpStatusCode.UnprocessableEntity)).Members());
        Assert.Equal(["count"], (await _host.Admin.GetAsync($"{path}?from={ids[0]}&to={ids[1]}&count=1", HttpStatusCode.UnprocessableEntity)).Members());
        foreach (var share in (string[])["-0.1", "1.1", "NaN"])
        {
            await _host.Admin.GetAsync($"{path}/image?from={ids[0]}&to={ids[1]}&share={share}", HttpStatusCode.UnprocessableEntity);
        }

        await _host.Admin.GetAsync($"{path}?from={ids[0]}&to={others[1]}", HttpStatusCode.NotFound);
        await _host.Admin.GetAsync($"{path}?from={ids[0]}&to=nothing", HttpStatusCode.NotFound);
        await _host.Admin.GetAsync($"{path}?from={ids[0]}", HttpStatusCode.BadRequest);
        await (await _host.ClientAsync("read")).GetAsync($"{path}?from={ids[0]}&to={ids[1]}", HttpStatusCode.Forbidden);
    }

    public void Dispose() => _host.Dispose();

    private Task<byte[]> PictureAsync(string candidate) => _host.Admin.GetByteArrayAsync(new Uri($"/api/v1/candidates/{candidate}/image", UriKind.Relative));
}
