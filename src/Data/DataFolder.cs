namespace Ranking.Data;

/// <summary>The one folder in which everything is kept.</summary>
/// <param name="Root">Its path.</param>
public sealed record DataFolder(string Root)
{
    /// <summary>The database file.</summary>
    public string DatabaseFile => Path.Combine(Root, "ranking.db");

    /// <summary>Where pictures and other files are.</summary>
    public string Artifacts => Path.Combine(Root, "artifacts");
}
