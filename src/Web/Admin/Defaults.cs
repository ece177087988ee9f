using Ranking.Engine.Diffusion;

namespace Ranking.Web.Admin;

/// <summary>What a study is when nobody chooses.</summary>
public static class Defaults
{
    /// <summary>The sample study where the server has a model for it, else one on a test function.</summary>
    public static StudyDraft For(Models models)
    {
        ArgumentNullException.ThrowIfNull(models);
        return models.List().Count > 0 ? StudyDraft.Sample : new StudyDraft("function") { Name = "A round bowl", RankTop = 3 };
    }
}
