using System.Security.Cryptography;
using Ranking.Engine.Sessions;
using Ranking.Engine.Spaces;

namespace Ranking.Data.Tests;

/// <summary>What every store of artifacts promises.</summary>
public abstract class ArtifactStoreContract
{
    private protected static readonly byte[] Bytes = [.. Enumerable.Range(0, 5000).Select(i => (byte)(i * 7))];

    /// <summary>The store under test.</summary>
    public abstract IArtifactStore Store { get; }

    private protected static string HashOf(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    [Fact]
    public async Task A_file_is_named_by_its_content_and_comes_back_with_its_media_type()
    {
        var hash = await Store.PutAsync(new Artifact(Bytes, "image/png"));
        Assert.Equal(HashOf(Bytes), hash);
        var artifact = (await Store.GetAsync(hash))!;
        Assert.Equal(Bytes, artifact.Bytes.ToArray());
        Assert.Equal("image/png", artifact.MediaType);
    }

    [Fact]
    public async Task An_empty_file_is_a_file()
    {
        var hash = await Store.PutAsync(new Artifact(Array.Empty<byte>(), "text/plain"));
        Assert.Equal(0, (await Store.GetAsync(hash))!.Bytes.Length);
    }

    [Fact]
    public async Task The_same_content_is_stored_once_and_keeps_its_first_media_type()
    {
        var hash = await Store.PutAsync(new Artifact(Bytes, "image/png"));
        Assert.Equal(hash, await Store.PutAsync(new Artifact(Bytes.ToArray(), "image/webp")));
        Assert.Equal("image/png", (await Store.GetAsync(hash))!.MediaType);
    }

    [Fact]
    public async Task Writers_of_the_same_file_at_the_same_time_all_succeed()
    {
        var hashes = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(async () =>
        {
            var hash = await Store.PutAsync(new Artifact(Bytes, "image/png"));
            await Store.LinkAsync("point", hash);
            return hash;
        })));
        Assert.All(hashes, hash => Assert.Equal(HashOf(Bytes), hash));
        Assert.Equal(Bytes, (await Store.GetAsync(hashes[0]))!.Bytes.ToArray());
        Assert.Equal(hashes[0], (await Store.FindAsync(["point"]))["point"]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("..")]
    [InlineData("/etc/passwd")]
    [InlineData("../../../../../../../../../../etc/passwd")]
    [InlineData("../ranking.db")]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("../../000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("ab\0cd")]
    public async Task A_name_that_is_no_hash_of_a_stored_file_finds_nothing(string name) => Assert.Null(await Store.GetAsync(name));

    [Fact]
    public async Task A_hash_in_capitals_is_another_name()
    {
        var hash = await Store.PutAsync(new Artifact(Bytes, "image/png"));
        Assert.Null(await Store.GetAsync(hash.ToUpperInvariant()));
    }

    [Fact]
    public async Task A_point_keeps_its_first_picture()
    {
        var first = await Store.PutAsync(new Artifact(Bytes, "image/png"));
        var second = await Store.PutAsync(new Artifact(new byte[] { 1 }, "image/png"));
        await Store.LinkAsync("a", first);
        await Store.LinkAsync("a", second);
        await Store.LinkAsync("b", second);
        var found = await Store.FindAsync(["a", "b", "../../c", "a'; DROP TABLE Pictures; --"]);
        Assert.Equal(2, found.Count);
        Assert.Equal(first, found["a"]);
        Assert.Equal(second, found["b"]);
        Assert.Empty(await Store.FindAsync([]));
    }

    [Fact]
    public async Task Many_points_are_found_at_once()
    {
        var hash = await Store.PutAsync(new Artifact(Bytes, "image/png"));
        await Store.LinkAsync("point-0", hash);
        await Store.LinkAsync("point-39999", hash);
        var found = await Store.FindAsync([.. Enumerable.Range(0, 40_000).Select(i => $"point-{i}")]);
        Assert.Equal(["point-0", "point-39999"], found.Keys.Order());
    }
}

/// <summary>The contract over the store of the playground.</summary>
public sealed class InMemoryArtifactStoreTests : ArtifactStoreContract
{
    /// <inheritdoc/>
    public override IArtifactStore Store { get; } = new InMemoryArtifactStore();
}
