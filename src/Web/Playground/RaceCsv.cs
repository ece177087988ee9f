using System.Globalization;
using System.Text;
using Ranking.Engine;
using Ranking.Engine.Playground;

namespace Ranking.Web.Playground;

/// <summary>The race of an address as a file: it is run again, to the same bits.</summary>
public static class RaceCsv
{
    /// <summary>Maps the download; it takes the query of the page and needs what the page needs.</summary>
    public static void MapRaceCsv(this IEndpointRouteBuilder app) =>
        app.MapGet("/playground/race.csv", async (HttpContext http, Race race, RaceAddress address, Catalog<IOptimizer> optimizers) =>
        {
            var setup = address.Read(http.Request.QueryString.Value ?? "").Shown.Setup;
            var trajectories = await Task.Run(() => race.Run(setup, cancel: http.RequestAborted), http.RequestAborted);
            var names = RaceWords.Names(setup.Optimizers, optimizers);
            var lines = trajectories.SelectMany((t, i) => Lines(t, names[i])).Prepend("optimizer,round,evaluations,x1,x2,gap");
            return Results.Text(string.Join("\r\n", lines) + "\r\n", "text/csv", Encoding.UTF8);
        }).ExcludeFromDescription();

    /// <summary>One line for each point of a path; <c>gap</c> is f - f*, all numbers read back to the same bits.</summary>
    public static IEnumerable<string> Lines(Trajectory trajectory, string name)
    {
        ArgumentNullException.ThrowIfNull(trajectory);
        var quoted = name.Contains(',', StringComparison.Ordinal) || name.Contains('"', StringComparison.Ordinal) ? $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : name;
        for (var i = 0; i < trajectory.X.Length; i++)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"{quoted},{i},{trajectory.Evaluations[i]},{trajectory.X[i]:R},{trajectory.Y[i]:R},{trajectory.Gaps[i]:R}");
        }
    }
}
