using System.Collections.Concurrent;
using System.Security.Cryptography;
using Ranking.Engine.Spaces;

namespace Ranking.Engine.Sessions;

/// <summary>Artifacts that live as long as the process: for the playground and for tests.</summary>
public sealed class InMemoryArtifactStore : IArtifactStore
{
    private readonly ConcurrentDictionary<string, Artifact> _files = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, string> _pictures = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public Task<string> PutAsync(Artifact artifact, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(artifact);
        var hash = Convert.ToHexStringLower(SHA256.HashData(artifact.Bytes.Span));
        _files.TryAdd(hash, artifact);
        return Task.FromResult(hash);
    }

    /// <inheritdoc/>
    public Task<Artifact?> GetAsync(string hash, CancellationToken cancel = default) => Task.FromResult(_files.GetValueOrDefault(hash));

    /// <inheritdoc/>
    public Task<IReadOnlyDictionary<string, string>> FindAsync(IReadOnlyCollection<string> keys, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(keys);
        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var key in keys)
        {
            if (_pictures.TryGetValue(key, out var hash))
            {
                found[key] = hash;
            }
        }

        return Task.FromResult<IReadOnlyDictionary<string, string>>(found);
    }

    /// <inheritdoc/>
    public Task LinkAsync(string key, string hash, CancellationToken cancel = default)
    {
        _pictures.TryAdd(key, hash);
        return Task.CompletedTask;
    }
}
