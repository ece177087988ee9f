using Microsoft.Data.Sqlite;
using Ranking.Engine;

namespace Ranking.E2E.Tests;

/// <summary>The server is killed again and again while a program judges as fast as it can: what was acknowledged counts, and counts once.</summary>
public sealed class KillTests : IDisposable
{
    // Two servers with a folder of their own each, one for each core: most of the time goes into starting.
    private const int Servers = 2;
    private const int KillsEach = 25;
    private const int MostJudgements = 12;
    private const double LongestDelayMs = 12;
    private const ulong Seed = 2026;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ranking-kill-");

    [Fact]
    public Task Fifty_kills_lose_no_acknowledged_judgement_and_count_none_twice() =>
        Task.WhenAll(Enumerable.Range(0, Servers).Select(KillAndCompareAsync));

    [Fact]
    public async Task Two_servers_on_one_folder_serve_one_session()
    {
        var data = Path.Combine(_folder.FullName, "data");
        using var script = new Script(new double[10]);
        using var one = await Script.StartServerAsync(data);
        using var other = await Script.StartServerAsync(data);
        await script.BeginAsync(one.Address, Study, 11);
        for (var i = 0; i < 20; i++)
        {
            // A server that has not heard of the last answer refuses once, and then knows.
            var address = (i % 2 == 0 ? one : other).Address;
            if (!await script.TryJudgeAsync(address))
            {
                await script.JudgeAsync(address);
            }
        }

        Assert.Equal(20, script.Acknowledged.Count);
        Assert.Equal(script.Acknowledged, await script.HistoryAsync(other.Address));
        Assert.False(await script.TryJudgeAsync(one.Address));
        Assert.Equal(await script.StateAsync(other.Address), await script.StateAsync(one.Address));
        Assert.Equal(script.Acknowledged, await script.HistoryAsync(one.Address));
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static object Study => new
    {
        space = new { kind = "function", function = "sphere", dimension = 10 },
        batch = new { size = 6, rankTop = 3 },
        maxRounds = 1_000_000,
    };

    private async Task KillAndCompareAsync(int number)
    {
        var data = Path.Combine(_folder.FullName, $"data-{number}");
        using var script = new Script(new double[10]);
        for (var kill = 0; kill < KillsEach; kill++)
        {
            using var server = await Script.StartServerAsync(data);
            if (kill == 0)
            {
                await script.BeginAsync(server.Address, Study, number);
            }

            await JudgeUntilKilledAsync(script, server, (number * KillsEach) + kill);
        }

        string[] history;
        string state;
        using (var server = await Script.StartServerAsync(data))
        {
            await script.JudgeAsync(server.Address);
            history = await script.HistoryAsync(server.Address);
            state = await script.StateAsync(server.Address);
            await server.KillAsync();
        }

        Assert.True(script.Acknowledged.Count > KillsEach, $"Only {script.Acknowledged.Count} judgements were acknowledged.");
        Assert.Equal(script.Acknowledged, history);
        Assert.Equal(history.Length, history.Distinct().Count());

        // The same from the log alone.
        var copy = data + "-copy";
        Copy(data, copy);
        Assert.True(DeleteSnapshots(copy) > 0, "There was no snapshot that could have differed from the log.");
        using var fresh = await Script.StartServerAsync(copy);
        Assert.Equal(state, await script.StateAsync(fresh.Address));
        Assert.Equal(history, await script.HistoryAsync(fresh.Address));
    }

    // The moment is drawn: some way into one of the first judgements, the very first after the start included.
    private static async Task JudgeUntilKilledAsync(Script script, Server server, int kill)
    {
        var noise = Noise.Philox(Seed, Purpose.Oracle, (uint)kill);
        var fatal = (int)(MostJudgements * noise.Uniform(0, 0));
        var delay = TimeSpan.FromMilliseconds(LongestDelayMs * noise.Uniform(0, 1));
        Task? killing = null;
        try
        {
            for (var judgement = 0; ; judgement++)
            {
                if (judgement == fatal)
                {
                    killing = KillAsync(server, delay);
                }

                await script.JudgeAsync(server.Address);
            }
        }
        catch (HttpRequestException) when (killing is not null)
        {
            await killing;
        }
    }

    private static async Task KillAsync(Server server, TimeSpan delay)
    {
        await Task.Delay(delay);
        await server.KillAsync();
    }

    private static void Copy(string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }

    private static int DeleteSnapshots(string data)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(data, "ranking.db")};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "DELETE FROM Snapshots";
        return command.ExecuteNonQuery();
    }
}
