using Ranking.Engine;
using Ranking.Engine.Spaces;

namespace Ranking.Web.Admin;

/// <summary>What a study is when nobody chooses.</summary>
public static class Defaults
{
    /// <summary>The sample study: pictures of the demo model, ranked by taste.</summary>
    public static StudyDraft Study { get; } = new("diffusion") { Name = "A friendly monster" };

    /// <summary>The sample study where there is a model for it, else one on a test function.</summary>
    public static StudyDraft For(Catalog<ISpace> spaces)
    {
        ArgumentNullException.ThrowIfNull(spaces);
        return spaces.Contains(Study.Space) ? Study : new StudyDraft("function") { Name = "Sphere, 2 dimensions", RevealValues = true };
    }
}
