using System.Data.Common;
using System.Net;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Ranking.Data;
using Ranking.Engine.Sessions;
using Ranking.Engine.Spaces;

namespace Ranking.Web.Tests.Api;

/// <summary>What happens when the disk or another program gets in the way: an answer is stored or refused, and the server stays alive.</summary>
public sealed class StorageTroubleTests
{
    [Fact]
    public async Task A_locked_database_refuses_a_judgement_and_takes_it_later()
    {
        using var host = new ApiHost();
        var session = await host.SessionAsync(dimension: 2500);
        await host.Admin.JudgeAsync(session);
        var batch = await host.Admin.BatchAsync(session);
        var answer = new { batchId = batch.Text("id"), ranking = batch.BySphere() };
        using (var other = new SqliteConnection($"Data Source={Path.Combine(host.Folder, "ranking.db")};Pooling=False"))
        {
            other.Open();
            using var transaction = other.BeginTransaction(deferred: false);

            var problem = await host.Admin.AnswerAsync(session, answer, HttpStatusCode.ServiceUnavailable);

            Assert.Contains("in use by another program", problem.Text("detail"), StringComparison.Ordinal);
            Assert.Equal(1, (await host.Admin.SessionAsync(session)).Whole("judgements"));
            await host.Admin.GetAsync("/api/v1/studies", HttpStatusCode.OK);
        }

        await host.Admin.AnswerAsync(session, answer, HttpStatusCode.OK);
        Assert.Equal(2, (await host.Admin.SessionAsync(session)).Whole("judgements"));
    }

    [Theory]
    [InlineData("PRAGMA query_only = 1", "PRAGMA query_only = 0", "read-only")]
    [InlineData("PRAGMA max_page_count = 1", "PRAGMA max_page_count = 1000000000", "disk is full")]
    public async Task What_cannot_be_stored_is_refused_and_what_was_acknowledged_is_there(string trouble, string relief, string said)
    {
        var disk = new Disk(relief);
        var folder = ApiHost.NewFolder();
        try
        {
            string session;
            var acknowledged = 0;
            using (var host = ApiHost.Over(folder, services => services.ConfigureDbContext<RankingDb>(options => options.AddInterceptors(disk))))
            {
                session = await host.SessionAsync(dimension: 2500, maxRounds: 1000);
                await host.Admin.JudgeAsync(session);
                acknowledged++;
                disk.Command = trouble;

                // What is free inside the file may still be filled.
                var isRefused = false;
                for (var i = 0; i < 100 && !isRefused; i++)
                {
                    var batch = await host.Admin.BatchAsync(session);
                    using var response = await host.Admin.PostAsync(
                        new Uri($"/api/v1/sessions/{session}/judgements", UriKind.Relative),
                        System.Net.Http.Json.JsonContent.Create(new { batchId = batch.Text("id"), ranking = batch.BySphere(), rater = new string('x', 100) }));
                    isRefused = response.StatusCode == HttpStatusCode.ServiceUnavailable;
                    acknowledged += response.IsSuccessStatusCode ? 1 : 0;
                    if (isRefused)
                    {
                        Assert.NotNull(response.Headers.RetryAfter);
                        Assert.Contains(said, await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
                    }
                }

                Assert.True(isRefused);
                Assert.Equal(acknowledged, (await host.Admin.SessionAsync(session)).Whole("judgements"));
                await host.Admin.PostAsync("/api/v1/studies", new { description = new string('x', 4000), space = new { kind = "function" } }, HttpStatusCode.ServiceUnavailable);

                disk.Command = relief;
                await host.Admin.JudgeAsync(session);
                acknowledged++;
            }

            using (var host = ApiHost.Over(folder))
            {
                Assert.Equal(acknowledged, (await host.Admin.SessionAsync(session)).Whole("judgements"));
            }
        }
        finally
        {
            SqliteConnection.ClearAllPools();
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task Where_pictures_cannot_be_stored_the_batch_says_so_and_judgements_are_stored_all_the_same()
    {
        using var host = ApiHost.With(services => services.AddSingleton<IArtifactStore, FullArtifacts>());
        var session = await host.SessionAsync();

        var batch = await host.Admin.ReadyAsync(session);

        Assert.Equal("failed", batch.Text("status"));
        Assert.Contains("disk is full", batch.Text("error"), StringComparison.OrdinalIgnoreCase);
        await host.Admin.GetAsync($"/api/v1/candidates/{batch.Ids()[0]}/image", HttpStatusCode.ServiceUnavailable);
        Assert.Equal(1, (await host.Admin.JudgeAsync(session)).Whole("round"));
        Assert.Equal(1, (await host.Admin.SessionAsync(session)).Whole("judgements"));
    }

    [Fact]
    public async Task A_data_folder_that_cannot_be_one_ends_the_start_in_a_sentence()
    {
        var file = Path.GetTempFileName();
        var (error, said) = (Console.Error, new StringWriter());
        try
        {
            Console.SetError(said);
            var exit = await Task.Run(() => typeof(Program).Assembly.EntryPoint!.Invoke(null, [new[] { $"--Ranking:DataDirectory={file}", $"--applicationName={typeof(Program).Assembly.GetName().Name}" }]));

            Assert.Equal(1, exit);
            Assert.Contains(file, said.ToString(), StringComparison.Ordinal);
            Assert.DoesNotContain(" at Ranking.", said.ToString(), StringComparison.Ordinal);
        }
        finally
        {
            Console.SetError(error);
            File.Delete(file);
        }
    }

    // Real SQLite that meets real limits, from the next use of a connection on.
    private sealed class Disk(string command) : DbConnectionInterceptor
    {
        public string Command { get; set; } = command;

        public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData) => Limit(connection);

        public override Task ConnectionOpenedAsync(DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
        {
            Limit(connection);
            return Task.CompletedTask;
        }

        private void Limit(DbConnection connection)
        {
            using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Both commands stand in this file.
            command.CommandText = Command;
#pragma warning restore CA2100
            command.ExecuteNonQuery();
        }
    }

    private sealed class FullArtifacts : IArtifactStore
    {
        private const int NoSpaceLeft = 28;

        public Task<string> PutAsync(Artifact artifact, CancellationToken cancel = default) =>
            Storage.GuardAsync<string>(() => throw new IOException("No space left on device", NoSpaceLeft));

        public Task<Artifact?> GetAsync(string hash, CancellationToken cancel = default) => Task.FromResult<Artifact?>(null);

        public Task<IReadOnlyDictionary<string, string>> FindAsync(IReadOnlyCollection<string> keys, CancellationToken cancel = default) =>
            Task.FromResult<IReadOnlyDictionary<string, string>>(new Dictionary<string, string>());

        public Task LinkAsync(string key, string hash, CancellationToken cancel = default) => Task.CompletedTask;
    }
}
