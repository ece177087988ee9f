using System.Text.Json;

namespace Ranking.Engine.Tests.Core;

public sealed class GeometryTests
{
    [Fact]
    public void A_latent_stays_on_its_shell_and_settings_in_their_box()
    {
        double[] point = [3, 4, 0, 0, 9, -9, 1];
        Geometry geometry = new Geometry.ShellAndBox(4, OnShell: true, 2);
        geometry.Project(point);
        Assert.Equal([1.2, 1.6, 0, 0, 2, -2, 1], point.Select(x => Math.Round(x, 12)));
        double[] again = [.. point];
        geometry.Project(again);
        Assert.Equal(point, again);

        double[] free = [3, 4, 9];
        new Geometry.ShellAndBox(2, OnShell: false, 2).Project(free);
        Assert.Equal([3, 4, 2], free);
    }

    [Fact]
    public void Geometries_survive_being_stored()
    {
        Geometry[] all = [new Geometry.Flat(), new Geometry.Shell(), new Geometry.Box(-1, 2), new Geometry.ShellAndBox(5, true, 3)];
        Assert.All(all, geometry => Assert.Equal(geometry, JsonSerializer.Deserialize<Geometry>(JsonSerializer.Serialize(geometry))));
    }
}
