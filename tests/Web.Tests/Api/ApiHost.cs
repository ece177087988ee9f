using System.Net;
using System.Net.Http.Headers;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;

namespace Ranking.Web.Tests.Api;

/// <summary>The real server in memory over a data folder of its own.</summary>
public sealed class ApiHost : IDisposable
{
    /// <summary>The admin's key in tests.</summary>
    public const string AdminKey = "the-admin-key-of-the-tests";

    private readonly WebApplicationFactory<Program> _factory;
    private readonly bool _ownsFolder;

    /// <summary>A server over a new folder, which goes with it.</summary>
    public ApiHost()
        : this(null, [], null)
    {
    }

    private ApiHost(string? folder, (string Key, string Value)[] settings, Action<IServiceCollection>? services)
    {
        _ownsFolder = folder is null;
        Folder = folder ?? NewFolder();
        _factory = new WebApplicationFactory<Program>().WithWebHostBuilder(host =>
        {
            host.UseSetting("Ranking:DataDirectory", Folder);
            host.UseSetting("Ranking:AdminKey", AdminKey);
            host.UseSetting("Ranking:Sample", "false");
            foreach (var (key, value) in settings)
            {
                host.UseSetting(key, value);
            }

            if (services is not null)
            {
                host.ConfigureTestServices(services);
            }
        });
        Admin = Client(AdminKey);
    }

    /// <summary>The data folder.</summary>
    public string Folder { get; }

    /// <summary>A client with the admin's key.</summary>
    public HttpClient Admin { get; }

    /// <summary>The server's services.</summary>
    public IServiceProvider Services => _factory.Services;

    /// <summary>A server over a folder that stays when it stops.</summary>
    public static ApiHost Over(string folder, params (string Key, string Value)[] settings) => new(folder, settings, null);

    /// <summary>A server over a folder that stays when it stops, with services of its own.</summary>
    public static ApiHost Over(string folder, Action<IServiceCollection> services) => new(folder, [], services);

    /// <summary>A server over a new folder, with settings of its own.</summary>
    public static ApiHost With(params (string Key, string Value)[] settings) => new(null, settings, null);

    /// <summary>A server over a new folder, with services of its own.</summary>
    public static ApiHost With(Action<IServiceCollection> services) => new(null, [], services);

    /// <summary>A new folder for a server that is started more than once.</summary>
    public static string NewFolder() => Directory.CreateTempSubdirectory("ranking-api-").FullName;

    /// <summary>A client with a key, or without one.</summary>
    public HttpClient Client(string? key = null)
    {
        var client = _factory.CreateClient(new WebApplicationFactoryClientOptions { AllowAutoRedirect = false });
        if (key is not null)
        {
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        }

        return client;
    }

    /// <summary>A client with a new key of the given scope.</summary>
    public async Task<HttpClient> ClientAsync(string scope, string? studyId = null) =>
        Client((await Admin.PostAsync("/api/v1/keys", new { name = "someone", scope, studyId }, HttpStatusCode.Created)).GetProperty("key").GetString());

    /// <summary>A study on the sphere.</summary>
    public async Task<string> StudyAsync(int dimension = 2, int size = 4, int rankTop = 4, int maxRounds = 100, int judgementsPerRound = 1, bool revealValues = false, string optimizer = "zo-rank-sgd")
    {
        var study = await Admin.PostAsync("/api/v1/studies", new
        {
            name = "a study",
            space = new { kind = "function", function = "sphere", dimension },
            optimizer = new { name = optimizer },
            batch = new { size, rankTop },
            maxRounds,
            judgementsPerRound,
            revealValues,
            seed = 7,
        }, HttpStatusCode.Created);
        return study.GetProperty("id").GetString()!;
    }

    /// <summary>A session of a new study on the sphere.</summary>
    public async Task<string> SessionAsync(int dimension = 2, int size = 4, int rankTop = 4, int maxRounds = 100, int judgementsPerRound = 1, bool revealValues = false, string optimizer = "zo-rank-sgd")
    {
        var study = await StudyAsync(dimension, size, rankTop, maxRounds, judgementsPerRound, revealValues, optimizer);
        var session = await Admin.PostAsync($"/api/v1/studies/{study}/sessions", new { seed = 11 }, HttpStatusCode.Created);
        return session.GetProperty("id").GetString()!;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _factory.Dispose();
        if (_ownsFolder)
        {
            Directory.Delete(Folder, recursive: true);
        }
    }
}
