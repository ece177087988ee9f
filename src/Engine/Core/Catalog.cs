using System.Reflection;

namespace Ranking.Engine;

/// <summary>Puts a class into its catalogue: the only registration there is.</summary>
/// <param name="key">The kebab-case name, stored with sessions: it never changes.</param>
/// <param name="title">The name people read.</param>
/// <param name="revision">Raised when the same inputs give other numbers.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class EntryAttribute(string key, string title, int revision = 1) : Attribute
{
    /// <summary>The kebab-case name.</summary>
    public string Key { get; } = key;

    /// <summary>The name people read.</summary>
    public string Title { get; } = title;

    /// <summary>The number of the behaviour.</summary>
    public int Revision { get; } = revision;

    /// <summary>One sentence: what it does.</summary>
    public string Summary { get; init; } = "";

    /// <summary>What it computes, in signs; empty where words say it better.</summary>
    public string Formula { get; init; } = "";

    /// <summary>The paper or book that defines it.</summary>
    public string Source { get; init; } = "";
}

/// <summary>All entries of one kind, found by their <see cref="EntryAttribute"/>.</summary>
/// <typeparam name="T">The kind.</typeparam>
public sealed class Catalog<T>
    where T : class
{
    private readonly SortedDictionary<string, (EntryAttribute Entry, Lazy<T> Instance)> _entries = new(StringComparer.Ordinal);

    /// <summary>The catalogue of an assembly.</summary>
    /// <param name="assembly">Where to look; the engine itself when null.</param>
    /// <param name="create">Makes an instance; the parameterless constructor when null.</param>
    /// <exception cref="InvalidOperationException">Two entries share a key.</exception>
    public Catalog(Assembly? assembly = null, Func<Type, object>? create = null)
    {
        foreach (var type in (assembly ?? typeof(Catalog<T>).Assembly).GetTypes())
        {
            if (!type.IsAbstract && typeof(T).IsAssignableFrom(type) && type.GetCustomAttribute<EntryAttribute>() is { } entry
                && !_entries.TryAdd(entry.Key, (entry, new Lazy<T>(() => (T)(create?.Invoke(type) ?? Activator.CreateInstance(type)!)))))
            {
                throw new InvalidOperationException($"Two entries have the key {entry.Key}.");
            }
        }
    }

    /// <summary>The entries, by key.</summary>
    public IEnumerable<EntryAttribute> Entries => _entries.Values.Select(e => e.Entry);

    /// <summary>The entry with this key.</summary>
    /// <exception cref="KeyNotFoundException">There is none; the message lists those there are.</exception>
    public T this[string key] => Find(key).Instance.Value;

    /// <summary>Whether there is an entry with this key.</summary>
    public bool Contains(string key) => _entries.ContainsKey(key);

    /// <summary>What the entry says of itself.</summary>
    /// <exception cref="KeyNotFoundException">There is none; the message lists those there are.</exception>
    public EntryAttribute Entry(string key) => Find(key).Entry;

    private (EntryAttribute Entry, Lazy<T> Instance) Find(string key) => _entries.TryGetValue(key, out var found)
        ? found
        : throw new KeyNotFoundException($"There is no {key}; known are {string.Join(", ", _entries.Keys)}.");
}
