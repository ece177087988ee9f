using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Ranking.Engine.Sessions;
using Ranking.Engine.Spaces;

namespace Ranking.Data;

/// <summary>Files named by their SHA-256 beside the database, which knows their media types and whose pictures they are.</summary>
/// <param name="contexts">Opens the database.</param>
/// <param name="folder">Where everything is kept.</param>
public sealed class ArtifactStore(IDbContextFactory<RankingDb> contexts, DataFolder folder) : IArtifactStore
{
    /// <inheritdoc/>
    public Task<string> PutAsync(Artifact artifact, CancellationToken cancel = default) => Storage.GuardAsync(async () =>
    {
        ArgumentNullException.ThrowIfNull(artifact);
        var hash = Convert.ToHexStringLower(SHA256.HashData(artifact.Bytes.Span));
        if (!File.Exists(PathOf(hash)))
        {
            await WriteAsync(PathOf(hash), artifact.Bytes, cancel);
        }

        await using var db = await contexts.CreateDbContextAsync(cancel);
        if (!await db.Artifacts.AnyAsync(a => a.Hash == hash, cancel))
        {
            db.Artifacts.Add(new ArtifactRow { Hash = hash, MediaType = artifact.MediaType, Length = artifact.Bytes.Length });
            await SaveIfNewAsync(db, cancel);
        }

        return hash;
    });

    /// <inheritdoc/>
    public Task<Artifact?> GetAsync(string hash, CancellationToken cancel = default) => Storage.GuardAsync(async () =>
    {
        if (!IsHash(hash) || !File.Exists(PathOf(hash)))
        {
            return null;
        }

        var bytes = await File.ReadAllBytesAsync(PathOf(hash), cancel);
        if (Convert.ToHexStringLower(SHA256.HashData(bytes)) != hash)
        {
            // Out of the way, so that it is made again.
            File.Move(PathOf(hash), PathOf(hash) + ".damaged", overwrite: true);
            return null;
        }

        await using var db = await contexts.CreateDbContextAsync(cancel);
        var mediaType = await db.Artifacts.Where(a => a.Hash == hash).Select(a => a.MediaType).SingleOrDefaultAsync(cancel);
        return mediaType is null ? null : new Artifact(bytes, mediaType);
    });

    /// <inheritdoc/>
    public Task<IReadOnlyDictionary<string, string>> FindAsync(IReadOnlyCollection<string> keys, CancellationToken cancel = default) => Storage.GuardAsync(async () =>
    {
        // All keys in one parameter: a long session asks for more of them than a query may have parameters.
        var wanted = keys.ToArray();
        await using var db = await contexts.CreateDbContextAsync(cancel);
        var rows = await db.Pictures.AsNoTracking().Where(p => EF.Parameter(wanted).Contains(p.Key)).ToListAsync(cancel);
        return (IReadOnlyDictionary<string, string>)rows.Where(p => File.Exists(PathOf(p.Hash))).ToDictionary(p => p.Key, p => p.Hash, StringComparer.Ordinal);
    });

    /// <inheritdoc/>
    public Task LinkAsync(string key, string hash, CancellationToken cancel = default) => Storage.GuardAsync(async () =>
    {
        await using var db = await contexts.CreateDbContextAsync(cancel);
        var known = await db.Pictures.SingleOrDefaultAsync(p => p.Key == key, cancel);
        if (known is null)
        {
            db.Pictures.Add(new PictureRow { Key = key, Hash = hash });
            await SaveIfNewAsync(db, cancel);
        }
        else if (!File.Exists(PathOf(known.Hash)))
        {
            // The first picture stays, unless its file is gone: another machine may draw its last bits otherwise.
            known.Hash = hash;
            await db.SaveChangesAsync(cancel);
        }
    });

    private static async Task SaveIfNewAsync(RankingDb db, CancellationToken cancel)
    {
        try
        {
            await db.SaveChangesAsync(cancel);
        }
        catch (DbUpdateException e) when (Storage.IsDuplicate(e))
        {
            // Somebody else was faster with the same row.
        }
    }

    // On disk under another name first: a file that has its name is whole, whenever the process or the power ends.
    private static async Task WriteAsync(string path, ReadOnlyMemory<byte> bytes, CancellationToken cancel)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var temporary = $"{path}.{Guid.NewGuid():N}.tmp";
        try
        {
            await using (var file = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.Asynchronous))
            {
                await file.WriteAsync(bytes, cancel);
                file.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    private static bool IsHash(string hash) => hash.Length == 64 && hash.All(char.IsAsciiHexDigitLower);

    private string PathOf(string hash) => Path.Combine(folder.Artifacts, hash[..2], hash[2..]);
}
