using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace Ranking.E2E.Tests;

/// <summary>The built app as a process of its own over a data folder of its own, as a user starts it; it can be killed.</summary>
public sealed partial class Server : IDisposable
{
    private readonly TaskCompletionSource<Uri> _link = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<string> _output = [];
    private readonly Process _process;

    private Server(string dataDirectory, int port, string[] settings)
    {
        DataDirectory = dataDirectory;
        var program = Path.Combine(RepositoryRoot(), "src", "Web", "bin", Configuration, "net10.0", "Ranking.Web.dll");
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = Path.GetTempPath() };
        string[] arguments = [program, "--urls", $"http://127.0.0.1:{port}", "--Ranking:DataDirectory", dataDirectory, .. settings];
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        // Measuring what runs often pays in hours, and a server of a test lives for seconds.
        start.Environment["DOTNET_TieredPGO"] = "0";

        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Read(line.Data);
        _process.ErrorDataReceived += (_, line) => Read(line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>The folder with database and pictures.</summary>
    public string DataDirectory { get; }

    /// <summary>The one-time login link that the server printed.</summary>
    public Uri LoginLink { get; private set; } = null!;

    /// <summary>The address, without a path.</summary>
    public Uri Address => new(LoginLink.GetLeftPart(UriPartial.Authority));

    private static string Configuration => new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;

    /// <summary>Starts the app and waits for its login link.</summary>
    /// <param name="dataDirectory">The folder with database and pictures.</param>
    /// <param name="port">Where it listens; null for a free port.</param>
    /// <param name="settings">Further settings, as on the command line.</param>
    /// <exception cref="InvalidOperationException">The app ended or printed no link within three minutes; the message has its output.</exception>
    public static async Task<Server> StartAsync(string dataDirectory, int? port = null, params string[] settings)
    {
        var server = new Server(dataDirectory, port ?? FreePort(), settings);
        var ended = server._process.WaitForExitAsync();
        if (await Task.WhenAny(server._link.Task, ended, Task.Delay(TimeSpan.FromMinutes(3))) != server._link.Task)
        {
            server.Dispose();
            throw new InvalidOperationException("The server printed no login link:\n" + string.Join('\n', server._output));
        }

        server.LoginLink = await server._link.Task;
        return server;
    }

    /// <summary>Ends the process at once, as SIGKILL does.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit();
        }

        _process.Dispose();
    }

    /// <summary>The folder of the solution.</summary>
    public static string RepositoryRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Ranking.sln")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("The tests run inside the repository.");
        }

        return folder;
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private void Read(string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (_output)
        {
            _output.Add(line);
        }

        if (Link().Match(line) is { Success: true } match)
        {
            _link.TrySetResult(new Uri(match.Value));
        }
    }

    [GeneratedRegex(@"http://[^\s]+/login\?token=[A-Za-z0-9_\-]+")]
    private static partial Regex Link();
}
