using System.Net;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Ranking.Data;
using Ranking.Engine.Sessions;
using Ranking.Engine.Spaces;

namespace Ranking.Web.Tests.Api;

public sealed class BatchApiTests(ApiHost host) : IClassFixture<ApiHost>
{
    [Fact]
    public async Task A_batch_says_what_is_asked()
    {
        var session = await host.SessionAsync(size: 6, rankTop: 3);

        var batch = await host.Admin.ReadyAsync(session);

        Assert.Equal((session, "explore", "ready", "ranking"), (batch.Text("sessionId"), batch.Text("stage"), batch.Text("status"), batch.Text("feedback")));
        Assert.Equal((0, 3, 1), (batch.Whole("round"), batch.Whole("rankTop"), batch.Whole("progress")));
        Assert.Equal(Enumerable.Range(0, 6), batch.GetProperty("candidates").EnumerateArray().Select(c => c.Whole("position")));
        Assert.Equal(6, batch.Ids().Distinct().Count());
        Assert.Equal(batch.ToString(), (await host.Admin.ReadyAsync(session)).ToString());
    }

    [Fact]
    public async Task Candidates_are_shown_in_a_shuffled_order_that_rounds_do_not_share()
    {
        var session = await host.SessionAsync(size: 8, rankTop: 8);
        var orders = new List<string>();
        for (var i = 0; i < 4; i++)
        {
            var ids = (await host.Admin.BatchAsync(session)).Ids();
            orders.Add(string.Join(' ', ids.Select(id => id.Split('-')[^1])));
            await host.Admin.JudgeAsync(session);
        }

        Assert.True(orders.Distinct().Count() > 1, string.Join(" | ", orders));
    }

    [Fact]
    public async Task Waiting_lasts_until_the_pictures_are_there()
    {
        var gate = new TaskCompletionSource();
        using var slow = ApiHost.With(services => services.AddSingleton<IArtifactStore>(provider => new SlowArtifacts(
            new ArtifactStore(provider.GetRequiredService<IDbContextFactory<RankingDb>>(), provider.GetRequiredService<DataFolder>()), gate.Task)));
        var session = await slow.SessionAsync();

        var early = await slow.Admin.BatchAsync(session);
        var waiting = slow.Admin.ReadyAsync(session);
        var over = await slow.Admin.GetAsync($"/api/v1/sessions/{session}/batch?wait=1", HttpStatusCode.OK);

        Assert.Equal("rendering", early.Text("status"));
        Assert.InRange(early.GetProperty("progress").GetDouble(), 0, 0.99);
        Assert.Equal("rendering", over.Text("status"));
        Assert.False(waiting.IsCompleted);
        gate.SetResult();
        var ready = await waiting;
        Assert.Equal(("ready", 1), (ready.Text("status"), ready.Whole("progress")));
        Assert.Equal(early.Ids(), ready.Ids());
    }

    [Fact]
    public async Task A_batch_can_be_judged_by_its_points_before_its_pictures_are_there()
    {
        var gate = new TaskCompletionSource();
        using var slow = ApiHost.With(services => services.AddSingleton<IArtifactStore>(provider => new SlowArtifacts(
            new ArtifactStore(provider.GetRequiredService<IDbContextFactory<RankingDb>>(), provider.GetRequiredService<DataFolder>()), gate.Task)));
        var session = await slow.SessionAsync();

        var receipt = await slow.Admin.JudgeAsync(session);

        Assert.Equal(1, receipt.Whole("round"));
        gate.SetResult();
        Assert.Equal(receipt.Text("nextBatchId"), (await slow.Admin.ReadyAsync(session)).Text("id"));
    }

    [Theory]
    [InlineData("wait=-1", 422)]
    [InlineData("wait=61", 422)]
    [InlineData("wait=long", 400)]
    public async Task A_wait_that_cannot_be_is_refused(string query, int status)
    {
        var problem = await host.Admin.GetAsync($"/api/v1/sessions/{await host.SessionAsync()}/batch?{query}", (HttpStatusCode)status);

        Assert.Equal(["wait"], problem.Members());
    }

    [Fact]
    public async Task A_space_of_numbers_has_no_pictures_and_is_ready_early()
    {
        var study = await host.Admin.PostAsync("/api/v1/studies", new { space = new { kind = "external", dimension = 3 } }, HttpStatusCode.Created);
        var session = await host.Admin.PostAsync($"/api/v1/studies/{study.Text("id")}/sessions", new { }, HttpStatusCode.Created);

        var batch = await host.Admin.BatchAsync(session.Text("id"));

        Assert.Equal("ready", batch.Text("status"));
        Assert.All(batch.GetProperty("candidates").EnumerateArray(), c => Assert.Equal(JsonValueKind.Null, c.GetProperty("imageUrl").ValueKind));
        Assert.All(batch.GetProperty("candidates").EnumerateArray(), c => Assert.Equal(3, c.GetProperty("point").GetArrayLength()));
    }

    // Pictures are stored only once the gate is open.
    private sealed class SlowArtifacts(IArtifactStore inner, Task gate) : IArtifactStore
    {
        public async Task<string> PutAsync(Artifact artifact, CancellationToken cancel = default)
        {
            await gate;
            return await inner.PutAsync(artifact, cancel);
        }

        public Task<Artifact?> GetAsync(string hash, CancellationToken cancel = default) => inner.GetAsync(hash, cancel);

        public Task<IReadOnlyDictionary<string, string>> FindAsync(IReadOnlyCollection<string> keys, CancellationToken cancel = default) => inner.FindAsync(keys, cancel);

        public Task LinkAsync(string key, string hash, CancellationToken cancel = default) => inner.LinkAsync(key, hash, cancel);
    }
}
