using Ranking.Engine;

namespace Ranking.Web.Components;

/// <summary>A value that a text setting may be chosen to have.</summary>
/// <param name="Value">What is stored.</param>
/// <param name="Title">What people read.</param>
/// <param name="Note">A sentence about it, shown while it is chosen; empty for the setting's own help.</param>
public readonly record struct Option(string Value, string Title, string Note = "")
{
    /// <summary>An entry of a catalogue.</summary>
    public static Option Of(EntryAttribute entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        return new Option(entry.Key, entry.Title, entry.Summary);
    }
}
