using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Ranking.Engine.Playground;

namespace Ranking.Web.Playground;

/// <summary>What the browser is told of one run beside its numbers.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Points">How many points its path has.</param>
/// <param name="Candidates">How many candidates were evaluated.</param>
/// <param name="Lost">What stands at the end of a path that went astray; null for the others.</param>
public sealed record LaneHead(string Name, int Points, int Candidates, string? Lost);

/// <summary>
/// Races and maps as bytes, little-endian: for each run x, y and evaluations of its points (4 bytes each), then x and y of
/// its candidates. The browser draws them and asks nothing while it plays.
/// </summary>
public static class RacePacket
{
    // Farther away than any screen, and still a number when squared in 4 bytes.
    private const double Farthest = 1e15;

    /// <summary>The heads of the runs.</summary>
    public static LaneHead[] Heads(ImmutableArray<Trajectory> race, ImmutableArray<string> names) =>
    [
        .. race.Select((t, i) => new LaneHead(names[i], t.X.Length, t.Candidates.Length / 2, Lost(t))),
    ];

    /// <summary>The numbers of the runs.</summary>
    public static byte[] Bytes(ImmutableArray<Trajectory> race)
    {
        var numbers = new List<byte>();
        foreach (var trajectory in race)
        {
            Add(trajectory.X);
            Add(trajectory.Y);
            numbers.AddRange(MemoryMarshal.AsBytes(trajectory.Evaluations.AsSpan()));
            Add(trajectory.Candidates);
        }

        return [.. numbers];

        void Add(ImmutableArray<double> values) =>
            numbers.AddRange(MemoryMarshal.AsBytes<float>(values.Select(v => (float)Math.Clamp(v, -Farthest, Farthest)).ToArray()));
    }

    private static string? Lost(Trajectory trajectory) => trajectory.Outcome is Outcome.LeftMap or Outcome.Diverged or Outcome.Failed && RaceWords.Ending(trajectory) is var ending
        ? $"{ending.Text} {ending.Where}"
        : null;

    /// <summary>The shades of a map, 16 bits each.</summary>
    public static byte[] Bytes(Relief relief)
    {
        ArgumentNullException.ThrowIfNull(relief);
        return MemoryMarshal.AsBytes<ushort>(relief.Shades.Select(s => (ushort)Math.Round(s * ushort.MaxValue)).ToArray()).ToArray();
    }
}
