using Ranking.Engine.Diffusion;
using Ranking.Engine.Rendering;

namespace Ranking.Engine.Spaces;

/// <summary>
/// Draws the way of a sample over a scatter plot of a mixture: grey points are draws of the mixture, dark ones of what is wanted, the
/// line leads from the initial noise to the sample.
/// </summary>
internal sealed class MixturePlot
{
    private const int Size = 256;
    private const int Draws = 600;

    // Three standard deviations of the initial noise lie within.
    private const double Reach = 3;

    private static readonly Colour Paper = new(0xFB, 0xFC, 0xFC);
    private static readonly Colour Faint = new(0xC9, 0xD2, 0xD5);
    private static readonly Colour Dark = new(0x7C, 0x9D, 0xA8);
    private static readonly Colour White = new(0xFF, 0xFF, 0xFF);
    private static readonly Colour Petrol = new(0x0B, 0x6B, 0x73);

    private readonly Canvas _ground = new(Size, Paper);

    public MixturePlot(GaussianMixture mixture, GaussianMixture wanted)
    {
        Scatter(mixture, Faint);
        if (wanted.Count < mixture.Count)
        {
            Scatter(wanted, Dark);
        }
    }

    /// <summary>The picture of a sample.</summary>
    /// <param name="way">Where it was after each call, the initial noise first.</param>
    public Picture Draw(IReadOnlyList<(double X, double Y)> way)
    {
        var canvas = new Canvas(Size, Paper);
        canvas.Place(_ground, 0, 0);
        for (var i = 1; i < way.Count; i++)
        {
            canvas.Line(At(way[i - 1].X), At(way[i - 1].Y), At(way[i].X), At(way[i].Y), 0.012, Petrol);
        }

        canvas.Disc(At(way[^1].X), At(way[^1].Y), 0.075, White);
        canvas.Disc(At(way[^1].X), At(way[^1].Y), 0.055, Petrol);
        return canvas.ToPicture();
    }

    // Points outside are shown at the border.
    private static double At(double x) => Math.Clamp(x / Reach, -0.97, 0.97);

    private void Scatter(GaussianMixture mixture, Colour colour)
    {
        var point = new double[mixture.Dimension];
        for (var i = 0; i < Draws / (colour == Dark ? 3 : 1); i++)
        {
            mixture.Draw(Noise.Philox(0, Purpose.Presentation, 0), i, point);
            _ground.Disc(At(point[0]), At(point[1]), 0.013, colour);
        }
    }
}
