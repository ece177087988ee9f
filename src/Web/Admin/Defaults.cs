using Ranking.Engine.Diffusion;

namespace Ranking.Web.Admin;

/// <summary>What a study is when nobody chooses.</summary>
public static class Defaults
{
    // What needs the fewest rankings, of functions as of pictures (docs/bench/convergence.md and pictures.md).
    private const string Optimizer = "ideal-point";

    /// <summary>A study like the sample where the server has a model for it, else one on a test function.</summary>
    public static StudyDraft For(Models models)
    {
        ArgumentNullException.ThrowIfNull(models);
        var draft = models.List().Count > 0 ? StudyDraft.Sample : new StudyDraft("function") { Name = "A round bowl", RankTop = 3 };
        return draft with { Optimizer = Optimizer, OptimizerSettings = default };
    }
}
