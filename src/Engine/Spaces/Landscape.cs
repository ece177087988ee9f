using Ranking.Engine.Diffusion;
using Ranking.Engine.Functions;

namespace Ranking.Engine.Spaces;

/// <summary>
/// Draws where a point lies on a test function of two numbers or more: the plane of the first two coordinates through the point, light where
/// the function is low, with contour lines, the point as a petrol dot and the start as a grey one. One colour stands
/// for one value in all pictures of a space, so that pictures can be compared.
/// </summary>
internal sealed class Landscape
{
    private const int Size = 256;
    private const int Samples = 128;
    private const int Levels = 10;

    // The sequential scale of the design, low to high.
    private static readonly (double At, Rgb Colour)[] Scale =
    [
        (0, new(0xFB, 0xFC, 0xFC)), (0.22, new(0xD6, 0xE5, 0xE8)), (0.44, new(0xA3, 0xC6, 0xCE)),
        (0.67, new(0x68, 0x9E, 0xAE)), (0.89, new(0x33, 0x6F, 0x85)), (1, new(0x1E, 0x56, 0x6D)),
    ];

    private static readonly Rgb White = new(0xFF, 0xFF, 0xFF);
    private static readonly Rgb Petrol = new(0x0B, 0x6B, 0x73);
    private static readonly Rgb Grey = new(0x7C, 0x86, 0x8A);

    private readonly TestFunction _function;
    private readonly double[] _start;
    private readonly double _lowest;
    private readonly double _knee;
    private readonly double _span;

    public Landscape(TestFunction function, int dimension)
    {
        _function = function;
        _start = function.Start(dimension);
        _lowest = function.Value(function.Minimum(dimension));
        var heights = Heights(_start);
        Array.Sort(heights);

        // Half of the start's plane takes most of the colours: functions grow too fast for an even scale.
        _knee = Math.Max(1e-12, 0.1 * (heights[heights.Length / 2] - _lowest));
        _span = Math.Log(1 + (Math.Max(heights[^1] - _lowest, 1e-9) / _knee));
    }

    /// <summary>The picture of a point as a PNG file.</summary>
    public byte[] Draw(ReadOnlySpan<double> point)
    {
        var shades = Heights(point);
        for (var i = 0; i < shades.Length; i++)
        {
            shades[i] = Math.Clamp(Math.Log(1 + (Math.Max(shades[i] - _lowest, 0) / _knee)) / _span, 0, 1);
        }

        var rgb = new byte[Size * Size * 3];
        for (var row = 0; row < Size; row++)
        {
            for (var column = 0; column < Size; column++)
            {
                Paint(rgb, column, row, 1, Coloured(shades, column, row));
            }
        }

        Dot(rgb, _start, 4, Grey);
        Dot(rgb, point, 7, Petrol);
        return Png.Encode(new Picture(Size, Size, rgb));
    }

    private double[] Heights(ReadOnlySpan<double> point)
    {
        var (lower, upper) = _function.Domain;
        var x = point.ToArray();
        var heights = new double[Samples * Samples];
        for (var row = 0; row < Samples; row++)
        {
            for (var column = 0; column < Samples; column++)
            {
                x[0] = lower + ((upper - lower) * column / (Samples - 1));
                x[1] = upper - ((upper - lower) * row / (Samples - 1));
                var height = _function.Value(x);
                heights[(row * Samples) + column] = double.IsFinite(height) ? height : double.MaxValue;
            }
        }

        return heights;
    }

    private static Rgb Coloured(double[] shades, int column, int row)
    {
        var here = Shade(shades, column, row);
        var (right, below) = (Shade(shades, column + 1, row) - here, Shade(shades, column, row + 1) - here);
        var slope = Levels * Math.Sqrt((right * right) + (below * below));
        var pixels = slope > 0 ? Math.Abs((Levels * here) - Math.Round(Levels * here)) / slope : double.MaxValue;
        return Mix(Colour(here), White, 0.5 * Math.Clamp(1.2 - pixels, 0, 1));
    }

    private static double Shade(double[] shades, int column, int row)
    {
        var (u, v) = (Math.Min(column, Size - 1) * (Samples - 1.0) / (Size - 1), Math.Min(row, Size - 1) * (Samples - 1.0) / (Size - 1));
        var (c, r) = (Math.Min((int)u, Samples - 2), Math.Min((int)v, Samples - 2));
        var (a, b) = (u - c, v - r);
        var at = (r * Samples) + c;
        return ((1 - b) * (((1 - a) * shades[at]) + (a * shades[at + 1]))) + (b * (((1 - a) * shades[at + Samples]) + (a * shades[at + Samples + 1])));
    }

    private static Rgb Colour(double shade)
    {
        var next = 1;
        while (next < Scale.Length - 1 && Scale[next].At < shade)
        {
            next++;
        }

        var (from, to) = (Scale[next - 1], Scale[next]);
        return Mix(from.Colour, to.Colour, (shade - from.At) / (to.At - from.At));
    }

    // Points outside the domain are shown at its border.
    private void Dot(byte[] rgb, ReadOnlySpan<double> point, double radius, Rgb colour)
    {
        var (lower, upper) = _function.Domain;
        double Across(double x) => Math.Clamp((x - lower) / (upper - lower), 0, 1) * (Size - 1);
        var (cx, cy) = (Across(point[0]), Size - 1 - Across(point[1]));
        var halo = radius + 2.5;
        for (var row = Math.Max(0, (int)(cy - halo - 1)); row <= Math.Min(Size - 1, cy + halo + 1); row++)
        {
            for (var column = Math.Max(0, (int)(cx - halo - 1)); column <= Math.Min(Size - 1, cx + halo + 1); column++)
            {
                var distance = Math.Sqrt(((column - cx) * (column - cx)) + ((row - cy) * (row - cy)));
                Paint(rgb, column, row, Math.Clamp(halo + 0.5 - distance, 0, 1), White);
                Paint(rgb, column, row, Math.Clamp(radius + 0.5 - distance, 0, 1), colour);
            }
        }
    }

    private static void Paint(byte[] rgb, int column, int row, double cover, Rgb colour)
    {
        var at = ((row * Size) + column) * 3;
        var mixed = Mix(new Rgb(rgb[at], rgb[at + 1], rgb[at + 2]), colour, cover);
        (rgb[at], rgb[at + 1], rgb[at + 2]) = ((byte)Math.Round(mixed.R), (byte)Math.Round(mixed.G), (byte)Math.Round(mixed.B));
    }

    private static Rgb Mix(Rgb from, Rgb to, double share) =>
        new(from.R + (share * (to.R - from.R)), from.G + (share * (to.G - from.G)), from.B + (share * (to.B - from.B)));

    private readonly record struct Rgb(double R, double G, double B);
}
