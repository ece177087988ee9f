using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Ranking.Data;
using Ranking.Engine.Sessions;
using Ranking.Web.Auth;

namespace Ranking.Web.Hosting;

/// <summary>Starts the server, says where it is, and turns what may fail into one sentence.</summary>
internal static class Startup
{
    /// <summary>Runs until the server is stopped.</summary>
    /// <returns>The exit code: 0, or 1 when the server could not start.</returns>
    public static async Task<int> RunRankingAsync(this WebApplication app)
    {
        try
        {
            await app.Services.GetRequiredService<Database>().PrepareAsync();
            await app.StartAsync();
            await app.Services.GetRequiredService<FirstStart>().RunAsync();
        }
        catch (IOException e) when (e.InnerException is AddressInUseException or SocketException)
        {
            Console.Error.WriteLine("The address is in use by another program. Choose another one, for example: --urls http://127.0.0.1:5081");
            return 1;
        }
        catch (StorageException e)
        {
            Console.Error.WriteLine(e.Message);
            return 1;
        }

        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault();
        app.Services.GetRequiredService<LoginLinks>().Announce(address);
        await app.WaitForShutdownAsync();
        return 0;
    }
}
