using System.Text.Json;
using Ranking.Engine.Sessions;
using Ranking.Engine.Spaces;

namespace Ranking.Engine.Rendering;

/// <summary>A space that is in use, with the queue that draws its pictures. Disposing gives it back.</summary>
public sealed class SpaceLease : IAsyncDisposable
{
    private readonly Func<ValueTask> _giveBack;
    private int _isReturned;

    internal SpaceLease(IOpenSpace space, PointKey key, RenderQueue queue, Func<ValueTask> giveBack) =>
        (Space, Key, Queue, _giveBack) = (space, key, queue, giveBack);

    /// <summary>The space.</summary>
    public IOpenSpace Space { get; }

    /// <summary>How its points are named.</summary>
    public PointKey Key { get; }

    /// <summary>What draws its pictures.</summary>
    public RenderQueue Queue { get; }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => Interlocked.Exchange(ref _isReturned, 1) == 0 ? _giveBack() : ValueTask.CompletedTask;
}

/// <summary>Spaces are opened once for all who use them with the same settings, and closed when nobody does.</summary>
/// <param name="catalog">The kinds of spaces.</param>
/// <param name="artifacts">Where pictures are kept.</param>
/// <param name="time">The clock of the render queues.</param>
public sealed class OpenSpaces(Catalog<ISpace> catalog, IArtifactStore artifacts, TimeProvider time) : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    private readonly RenderLoad _load = new();

    /// <summary>Whether no pictures are made or wait to be, in any space.</summary>
    public bool IsIdle
    {
        get
        {
            lock (_gate)
            {
                return _entries.Values.All(entry => entry.Opening is { IsValueCreated: true, Value.IsCompletedSuccessfully: true } && entry.Opening.Value.Result.Queue.IsIdle);
            }
        }
    }

    /// <summary>The space of this kind with these settings, opened if nobody has it open.</summary>
    /// <exception cref="KeyNotFoundException">There is no such kind.</exception>
    /// <exception cref="SettingsException">The settings are refused.</exception>
    public async Task<SpaceLease> OpenAsync(string key, JsonElement settings, CancellationToken cancel = default)
    {
        var kind = catalog[key];
        var canonical = kind.Schema.Write(kind.Schema.Read(settings));
        var name = $"{key}@{catalog.Entry(key).Revision} {canonical.GetRawText()}";
        Entry? entry;
        lock (_gate)
        {
            if (!_entries.TryGetValue(name, out entry))
            {
                entry = new Entry(new Lazy<Task<Opened>>(() => Task.Run(() => OpenAsync(kind, canonical, name), CancellationToken.None)));
                _entries.Add(name, entry);
            }

            entry.Leases++;
        }

        try
        {
            var opened = await entry.Opening.Value.WaitAsync(cancel).ConfigureAwait(false);
            return new SpaceLease(opened.Space, opened.Key, opened.Queue, () => GiveBackAsync(name, entry));
        }
        catch
        {
            await GiveBackAsync(name, entry).ConfigureAwait(false);
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        List<Entry> entries;
        lock (_gate)
        {
            entries = [.. _entries.Values];
            _entries.Clear();
        }

        foreach (var entry in entries)
        {
            await CloseAsync(entry).ConfigureAwait(false);
        }
    }

    private static async ValueTask CloseAsync(Entry entry)
    {
        // A space that failed to open has nothing to close, and who asked for it was told.
        await entry.Opening.Value.ContinueWith(_ => { }, TaskScheduler.Default).ConfigureAwait(false);
        if (entry.Opening.Value.IsCompletedSuccessfully)
        {
            var opened = await entry.Opening.Value.ConfigureAwait(false);
            await opened.Queue.DisposeAsync().ConfigureAwait(false);
            await opened.Space.DisposeAsync().ConfigureAwait(false);
        }
    }

    private async Task<Opened> OpenAsync(ISpace kind, JsonElement settings, string name)
    {
        var space = await kind.OpenAsync(settings).ConfigureAwait(false);
        var key = new PointKey(name);
        return new Opened(space, key, new RenderQueue(space, key, artifacts, time, _load));
    }

    private async ValueTask GiveBackAsync(string name, Entry entry)
    {
        lock (_gate)
        {
            if (--entry.Leases > 0 || !_entries.TryGetValue(name, out var current) || current != entry)
            {
                return;
            }

            _entries.Remove(name);
        }

        await CloseAsync(entry).ConfigureAwait(false);
    }

    private sealed record Opened(IOpenSpace Space, PointKey Key, RenderQueue Queue);

    private sealed class Entry(Lazy<Task<Opened>> opening)
    {
        public Lazy<Task<Opened>> Opening { get; } = opening;

        public int Leases { get; set; }
    }
}
