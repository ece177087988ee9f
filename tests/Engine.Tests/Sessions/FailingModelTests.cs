using System.Text.Json;
using Ranking.Engine.Diffusion;
using Ranking.Engine.Rendering;
using Ranking.Engine.Sessions;
using Ranking.Engine.Spaces;
using Ranking.Engine.Tests.Diffusion;

namespace Ranking.Engine.Tests.Sessions;

/// <summary>A network that fails while sessions are running, here with more than four rows.</summary>
public sealed class FailingModelTests
{
    [Fact]
    public async Task A_model_that_fails_in_the_middle_of_a_session_harms_no_other_session()
    {
        using var plain = new TinyModel();
        using var failing = new TinyModel(unet: "unet-four");
        failing.Write("""{ "guidance": 1 }""", "ranking.json");
        Directory.Move(failing.File(), Path.Combine(failing.Root, "failing"));
        using var models = new Models([plain.Root, failing.Root], "cpu");
        var kinds = new Catalog<ISpace>(create: type => type == typeof(DiffusionSpace) ? new DiffusionSpace(models) : Activator.CreateInstance(type)!);
        var artifacts = new InMemoryArtifactStore();
        await using var spaces = new OpenSpaces(kinds, artifacts, TimeProvider.System);
        await using var sessions = new LocalSessions(new InMemorySessionStore(), artifacts, spaces, kinds, new Catalog<IOptimizer>(), TimeProvider.System);
        var bystander = await StartAsync("tiny", "lineSearch");
        var session = await StartAsync("failing", "lineSearch");
        await SessionHouse.WhenAsync(session, view => view.IsReady);

        // The line after the first answer is too long for the network.
        await SessionHouse.JudgeAsync(session, 1, Judgement.Ranking.Of(0));
        var broken = await SessionHouse.WhenAsync(session, view => view.RenderError is not null);
        Assert.StartsWith("The pictures could not be made: The network failed", broken.RenderError, StringComparison.Ordinal);
        Assert.Equal((Stage.LineSearch, 1), (broken.Query.Stage, broken.TotalJudgements));

        for (var round = 1; round <= 4; round++)
        {
            await SessionHouse.WhenAsync(bystander, view => view.IsReady);
            Assert.IsType<SubmitResult.Accepted>(await SessionHouse.JudgeAsync(bystander, round, Judgement.Ranking.Of(0)));
        }

        // What was answered is kept and can be taken back, and the same model goes on drawing what it can.
        await session.SendAsync(new SessionCommand.Undo("Ada"));
        Assert.Null((await SessionHouse.WhenAsync(session, view => view.IsReady)).RenderError);
        await SessionHouse.WhenAsync(await StartAsync("failing", "constant", seed: 8), view => view.IsReady);

        async Task<ISession> StartAsync(string model, string variant, ulong seed = 7) => (await sessions.FindAsync(await sessions.StartAsync(SessionHouse.Study, new SessionConfig(
            "A session", "Which do you like best?",
            new Chosen("diffusion", 1, JsonSerializer.SerializeToElement(new { model, steps = 2, guidance = 1 })),
            new Chosen("zo-rank-sgd", new Catalog<IOptimizer>().Entry("zo-rank-sgd").Revision, JsonSerializer.SerializeToElement(new { variant, trialPoints = 9 })),
            3, 1, 1, 100, false, seed))))!;
    }
}
