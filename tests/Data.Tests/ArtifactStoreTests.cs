using Microsoft.Data.Sqlite;
using Ranking.Engine.Sessions;
using Ranking.Engine.Spaces;

namespace Ranking.Data.Tests;

/// <summary>The contract over a real folder, and what only a folder can lose.</summary>
public sealed class ArtifactStoreTests : ArtifactStoreContract, IAsyncLifetime
{
    private DataHouse _house = null!;

    /// <inheritdoc/>
    public override IArtifactStore Store => _house.Artifacts();

    public async Task InitializeAsync() => _house = await DataHouse.OpenAsync();

    public Task DisposeAsync()
    {
        _house.Dispose();
        return Task.CompletedTask;
    }

    [Fact]
    public async Task A_file_lies_under_its_hash_and_nowhere_else()
    {
        var hash = await Store.PutAsync(new Artifact(Bytes, "image/png; ../../x"));
        await Store.PutAsync(new Artifact(Bytes, "image/png"));
        await Store.LinkAsync("../../key", hash);
        Assert.Equal([FileOf(hash)], Files());
    }

    [Fact]
    public async Task Files_and_links_are_there_after_everything_was_closed()
    {
        var hash = await Store.PutAsync(new Artifact(Bytes, "image/webp"));
        await Store.LinkAsync("point", hash);
        SqliteConnection.ClearAllPools();

        Assert.Equal(hash, (await Store.FindAsync(["point"]))["point"]);
        Assert.Equal("image/webp", (await Store.GetAsync(hash))!.MediaType);
    }

    [Fact]
    public async Task A_missing_file_is_not_there_until_it_is_made_again()
    {
        var hash = await Store.PutAsync(new Artifact(Bytes, "image/png"));
        await Store.LinkAsync("point", hash);
        File.Delete(FileOf(hash));
        Assert.Null(await Store.GetAsync(hash));
        Assert.Empty(await Store.FindAsync(["point"]));

        // Another machine draws it with other last bits: now that is the picture.
        var again = await Store.PutAsync(new Artifact(new byte[] { 1, 2 }, "image/png"));
        await Store.LinkAsync("point", again);
        Assert.Equal(again, (await Store.FindAsync(["point"]))["point"]);

        Assert.Equal(hash, await Store.PutAsync(new Artifact(Bytes, "image/png")));
        Assert.Equal(Bytes, (await Store.GetAsync(hash))!.Bytes.ToArray());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    [InlineData(5000)]
    public async Task A_damaged_file_is_put_aside_and_can_be_made_again(int length)
    {
        var hash = await Store.PutAsync(new Artifact(Bytes, "image/png"));
        await Store.LinkAsync("point", hash);
        await File.WriteAllBytesAsync(FileOf(hash), new byte[length]);

        Assert.Null(await Store.GetAsync(hash));
        Assert.Empty(await Store.FindAsync(["point"]));
        Assert.Equal(hash, await Store.PutAsync(new Artifact(Bytes, "image/png")));
        Assert.Equal(Bytes, (await Store.GetAsync(hash))!.Bytes.ToArray());
        Assert.Equal(hash, (await Store.FindAsync(["point"]))["point"]);
    }

    [Fact]
    public async Task A_file_of_which_the_database_knows_nothing_is_not_served()
    {
        var folder = Directory.CreateDirectory(Path.GetDirectoryName(FileOf(HashOf(Bytes)))!);
        await File.WriteAllBytesAsync(FileOf(HashOf(Bytes)), Bytes);
        await File.WriteAllBytesAsync(Path.Combine(folder.FullName, "left-behind.tmp"), Bytes);
        Assert.Null(await Store.GetAsync(HashOf(Bytes)));

        // As when the process was killed between the file and the row.
        await Store.PutAsync(new Artifact(Bytes, "image/png"));
        Assert.Equal("image/png", (await Store.GetAsync(HashOf(Bytes)))!.MediaType);
    }

    [Fact]
    public async Task A_folder_that_refuses_says_so_and_leaves_no_half_file()
    {
        // A file where the folder of this hash should be.
        var blocked = Path.GetDirectoryName(FileOf(HashOf(Bytes)))!;
        await File.WriteAllTextAsync(blocked, "");
        var refused = await Assert.ThrowsAsync<StorageException>(() => Store.PutAsync(new Artifact(Bytes, "image/png")));
        Assert.StartsWith("The disk refused", refused.Message, StringComparison.Ordinal);
        Assert.Equal([blocked], Files());

        File.Delete(blocked);
        await Store.PutAsync(new Artifact(Bytes, "image/png"));
        Assert.Equal([FileOf(HashOf(Bytes))], Files());
    }

    private string FileOf(string hash) => Path.Combine(_house.Folder.Artifacts, hash[..2], hash[2..]);

    private string[] Files() => Directory.GetFiles(_house.Folder.Artifacts, "*", SearchOption.AllDirectories);
}
