using System.IO.Compression;
using Ranking.Engine.Diffusion;

namespace Ranking.Engine.Tests.Diffusion;

public sealed class ModelArchiveTests : IDisposable
{
    private readonly TinyModel _tiny = new();
    private readonly TemporaryFolder _root = new();

    [Theory]
    [InlineData("")]
    [InlineData("a folder/inside/")]
    public async Task A_model_in_an_archive_is_unpacked_and_can_be_used(string prefix)
    {
        using var models = new Models([_root.Path], "cpu");
        var progress = new List<double>();
        var folder = await models.ImportAsync(Zip(prefix), "my-model.1", new Sink(progress));
        Assert.Null(folder.Problem);
        Assert.Equal("my-model.1", Assert.Single(models.List()).Name);
        Assert.Equal(progress.Order(), progress);
        Assert.Equal(1, progress[^1]);
        using var lease = await models.OpenAsync(models.Find("my-model.1"));
        Assert.False(File.Exists(Path.Combine(folder.Location, "notes.exe")));

        var refusal = await Assert.ThrowsAsync<SettingsException>(() => models.ImportAsync(Zip(prefix), "my-model.1"));
        Assert.Contains("already", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("../evil.json")]
    [InlineData("unet/../../evil.json")]
    [InlineData("/etc/evil.json")]
    [InlineData("..\\evil.json")]
    [InlineData("C:/evil.json")]
    public async Task A_path_that_leads_elsewhere_is_refused(string path)
    {
        var archive = Zip("", zip => Add(zip, path, "{}"u8));
        await Refused(archive, "leads elsewhere");
        Assert.Empty(Directory.EnumerateFiles(Path.GetDirectoryName(_root.Path)!, "evil.json"));
    }

    [Fact]
    public async Task A_link_is_refused() =>
        await Refused(
            Zip("", zip =>
            {
                var link = zip.CreateEntry("unet/link.json");
                link.ExternalAttributes = unchecked((int)0xA1FF0000);
                using var content = link.Open();
                content.Write("/etc/passwd"u8);
            }),
            "leads elsewhere");

    [Fact]
    public async Task An_archive_that_grows_without_end_is_refused() =>
        await Refused(Zip("", zip => Add(zip, "unet/zeros.onnx", new byte[64 << 20])), "twentyfold");

    [Fact]
    public async Task A_model_with_a_cut_file_is_refused_with_what_is_wrong()
    {
        var file = _tiny.File("unet", "model.onnx");
        File.WriteAllBytes(file, File.ReadAllBytes(file)[..^20]);
        await Refused(Zip(""), "unet/model.onnx is cut short");
    }

    [Fact]
    public async Task What_is_no_zip_or_no_model_is_refused()
    {
        await Refused(new MemoryStream([1, 2, 3, 4]), "not a zip archive");
        using var empty = new MemoryStream();
        using (new ZipArchive(empty, ZipArchiveMode.Create, leaveOpen: true))
        {
        }

        await Refused(empty, "no diffusion model");
    }

    [Theory]
    [InlineData("")]
    [InlineData("..")]
    [InlineData(".hidden")]
    [InlineData("a/b")]
    [InlineData("a b")]
    public async Task A_name_that_is_no_folder_name_is_refused(string name)
    {
        using var models = new Models([_root.Path], "cpu");
        var refusal = await Assert.ThrowsAsync<SettingsException>(() => models.ImportAsync(Zip(""), name));
        Assert.Contains("name", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cancelled_import_leaves_nothing_behind()
    {
        using var models = new Models([_root.Path], "cpu");
        using var cancel = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => models.ImportAsync(Zip(""), "model", new Sink([], cancel.Cancel), cancel.Token));
        Assert.Empty(Directory.EnumerateFileSystemEntries(_root.Path));
    }

    public void Dispose()
    {
        _tiny.Dispose();
        _root.Dispose();
    }

    private async Task Refused(Stream archive, string said)
    {
        using var models = new Models([_root.Path], "cpu");
        var refusal = await Assert.ThrowsAsync<SettingsException>(() => models.ImportAsync(archive, "model"));
        Assert.Contains(said, Assert.Single(refusal.Errors["model"]), StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_root.Path));
        Assert.Empty(models.List());
    }

    private MemoryStream Zip(string prefix, Action<ZipArchive>? more = null)
    {
        var file = new MemoryStream();
        using (var zip = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var part in Directory.EnumerateFiles(_tiny.File(), "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
            {
                Add(zip, prefix + Path.GetRelativePath(_tiny.File(), part), File.ReadAllBytes(part));
            }

            Add(zip, prefix + "notes.exe", "not wanted"u8);
            more?.Invoke(zip);
        }

        file.Position = 0;
        return file;
    }

    private static void Add(ZipArchive zip, string path, ReadOnlySpan<byte> content)
    {
        using var entry = zip.CreateEntry(path).Open();
        entry.Write(content);
    }

    private sealed class Sink(List<double> values, Action? then = null) : IProgress<double>
    {
        public void Report(double value)
        {
            values.Add(value);
            then?.Invoke();
        }
    }
}
