using Ranking.Engine.Functions;
using Ranking.Engine.Playground;

namespace Ranking.Engine.Tests.Playground;

public sealed class ReliefTests
{
    private static readonly Catalog<TestFunction> Functions = new();

    public static TheoryData<string> Landscapes => new(Functions.Entries.Select(e => e.Key).Where(key => Functions[key].Admits(2)));

    [Theory]
    [MemberData(nameof(Landscapes))]
    public void Shades_go_up_with_the_value_and_every_minimum_is_lowest(string key)
    {
        var function = Functions[key];
        var relief = Relief.Of(function);
        Assert.Equal(Relief.Size * Relief.Size, relief.Shades.Length);
        Assert.All(relief.Shades, shade => Assert.InRange(shade, 0, 1));
        Assert.Equal(1, relief.Shades.Max());
        Assert.True(relief.Shades.Count(s => s is > 0.1 and < 0.9) > relief.Shades.Length / 3, "The map is nearly all of one shade.");
        var lowest = function.Value(function.Minimum(2));
        Assert.All(relief.Minima, m => Assert.Equal(lowest, function.Value([m.X, m.Y]), 1e-6));

        var (lower, upper) = relief.Domain;
        double Coordinate(int i) => lower + ((upper - lower) * i / (Relief.Size - 1));
        for (var i = 0; i + 1 < Relief.Size; i++)
        {
            var (here, right) = (function.Value([Coordinate(i), Coordinate(50)]), function.Value([Coordinate(i + 1), Coordinate(50)]));
            var (shade, next) = (relief.Shades[(50 * Relief.Size) + i], relief.Shades[(50 * Relief.Size) + i + 1]);
            Assert.True(here > right ? shade >= next : shade <= next, $"{key} at {i}");
        }
    }

    [Theory]
    [InlineData("himmelblau", 4)]
    [InlineData("rastrigin", 1)]
    [InlineData("rosenbrock", 1)]
    [InlineData("sphere", 1)]
    public void All_lowest_points_are_found_and_no_others(string key, int count) =>
        Assert.Equal(count, Relief.Of(Functions[key]).Minima.Length);
}
