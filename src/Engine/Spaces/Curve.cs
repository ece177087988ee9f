using Ranking.Engine.Control;
using Ranking.Engine.Diffusion;
using Ranking.Engine.Functions;
using Ranking.Engine.Rendering;

namespace Ranking.Engine.Spaces;

/// <summary>
/// Draws where a point lies on a test function of one number: its curve over the domain, the point as a petrol dot and
/// the start as a grey one. Heights are to scale from the lowest to the highest value on the domain.
/// </summary>
internal sealed class Curve
{
    private const int Size = 256;

    // Where the domain and the values lie on the canvas: room for a dot on every side.
    private const double Left = -0.92;
    private const double Width = 1.84;
    private const double Bottom = -0.85;
    private const double Height = 1.65;

    private static readonly Colour White = new(0xFF, 0xFF, 0xFF);
    private static readonly Colour Grey = new(0x7C, 0x86, 0x8A);

    private readonly TestFunction _function;
    private readonly double[] _heights = new double[Size];
    private readonly double _lowest;
    private readonly double _span;

    public Curve(TestFunction function)
    {
        _function = function;
        var (lower, upper) = function.Domain;
        for (var i = 0; i < Size; i++)
        {
            _heights[i] = function.Value([lower + ((upper - lower) * i / (Size - 1))]);
        }

        _lowest = Math.Min(_heights.Min(), function.Value(function.Minimum(1)));
        _span = Math.Max(_heights.Max() - _lowest, 1e-12);
    }

    /// <summary>The picture of a point as a PNG file.</summary>
    public byte[] Draw(ReadOnlySpan<double> point)
    {
        var canvas = new Canvas(Size, Ink.Paper);
        for (var i = 1; i < Size; i++)
        {
            canvas.Line(Across(i - 1), Up(_heights[i - 1]), Across(i), Up(_heights[i]), 0.02, Ink.Ground);
        }

        Dot(canvas, _function.Start(1), 0.035, Grey);
        Dot(canvas, point, 0.055, Ink.Body);
        return Png.Encode(canvas.ToPicture());
    }

    private static double Across(double sample) => Left + (Width * sample / (Size - 1));

    private double Up(double value) => Bottom + (Height * Math.Clamp((value - _lowest) / _span, 0, 1));

    // Points outside the domain are shown at its border.
    private void Dot(Canvas canvas, ReadOnlySpan<double> point, double radius, Colour colour)
    {
        var (lower, upper) = _function.Domain;
        var x = Math.Clamp(point[0], lower, upper);
        var (across, up) = (Across((Size - 1) * (x - lower) / (upper - lower)), Up(_function.Value([x])));
        canvas.Disc(across, up, radius + 0.02, White);
        canvas.Disc(across, up, radius, colour);
    }
}
