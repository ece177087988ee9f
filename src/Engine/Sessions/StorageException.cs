namespace Ranking.Engine.Sessions;

/// <summary>
/// The store could not do its work: the disk is full or read-only, the database is locked or damaged. Nothing that was
/// acknowledged is lost, and nothing of the refused change was kept: it may be tried again.
/// </summary>
public sealed class StorageException : Exception
{
    /// <summary>A failure with its reason in one sentence, for people.</summary>
    public StorageException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}
