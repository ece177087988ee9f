using Ranking.Engine.Tests.Reference;

namespace Ranking.Engine.Tests.Core;

public sealed class InterpolationTests
{
    [Theory]
    [Trait("Category", "Reference")]
    [ReferenceData("diffusion", "latent-geometry.json")]
    public void Lines_arcs_and_the_shell_are_those_of_the_reference(ReferenceCase example)
    {
        ArgumentNullException.ThrowIfNull(example);
        var (from, to) = (example.Inputs.Vector("a"), example.Inputs.Vector("b"));
        foreach (var expected in example.Expected.GetProperty("points").EnumerateArray())
        {
            var share = expected.GetProperty("t").GetDouble();
            var point = new double[from.Length];
            Interpolation.Line(from, to, share, point);
            example.AssertClose(expected.Vector("lerp"), point, $"line at {share}");
            new Geometry.Shell().Project(point);
            example.AssertClose(expected.Vector("lerpOnShell"), point, $"line on the shell at {share}");
            Interpolation.Arc(from, to, share, point);
            example.AssertClose(expected.Vector("slerp"), point, $"arc at {share}");
        }
    }

    [Theory]
    [InlineData(2)]
    [InlineData(1000)]
    public void Between_two_points_of_the_shell_all_lie_on_it_evenly_and_the_ends_are_the_two(int dimension)
    {
        var shell = new Geometry.Shell();
        var (from, to) = (Start(1, dimension, shell), Start(2, dimension, shell));
        var points = Enumerable.Range(0, 7).Select(i => Between(shell, from, to, i / 6.0)).ToArray();
        Assert.Equal(from, points[0]);
        Assert.Equal(to, points[^1]);
        Assert.All(points, point => Assert.Equal(Math.Sqrt(dimension), Reduce.Norm(point), 1e-12 * Math.Sqrt(dimension)));
        var steps = points.Zip(points.Skip(1), (a, b) => Reduce.Dot(a, b) / dimension).ToArray();
        Assert.All(steps, cosine => Assert.Equal(steps[0], cosine, 1e-9));
    }

    [Fact]
    public void In_flat_space_and_in_a_box_the_way_is_straight()
    {
        double[] from = [0, -1], to = [1, 3];
        Assert.Equal([0.25, 0], Between(new Geometry.Flat(), from, to, 0.25));
        Assert.Equal([0.25, 0], Between(new Geometry.Box(-1, 3), from, to, 0.25));
    }

    [Fact]
    public void A_latent_goes_by_the_arc_and_its_settings_straight()
    {
        double[] from = [2, 0, 0, 0, -1], to = [0, 2, 0, 0, 2];
        var middle = Between(new Geometry.ShellAndBox(4, OnShell: true, 2), from, to, 0.5);
        Assert.Equal([Math.Sqrt(2), Math.Sqrt(2), 0, 0, 0.5], middle.Select(x => Math.Round(x, 12)), (a, b) => Math.Abs(a - b) < 1e-11);
        Assert.Equal(from, Between(new Geometry.ShellAndBox(4, OnShell: true, 2), from, to, 0));
        Assert.Equal([1, 1, 0, 0, 0.5], Between(new Geometry.ShellAndBox(4, OnShell: false, 2), from, to, 0.5));
    }

    private static double[] Start(ulong seed, int dimension, Geometry geometry)
    {
        var point = new double[dimension];
        Noise.Philox(seed, Purpose.Begin, 0).Normal(0, point);
        geometry.Project(point);
        return point;
    }

    private static double[] Between(Geometry geometry, double[] from, double[] to, double share)
    {
        var point = new double[from.Length];
        geometry.Between(from, to, share, point);
        return point;
    }
}
