using System.Globalization;
using System.Text;

namespace Ranking.Benchmarks;

/// <summary>Curves with quartile bands over a linear and below a logarithmic axis, as an SVG that needs nothing else.</summary>
internal static class Chart
{
    private const double Width = 700;
    private const double Height = 360;
    private const double Left = 64;
    private const double Right = 250;
    private const double Top = 32;
    private const double Bottom = 44;

    // Okabe and Ito's colours, which people who see colours differently can tell apart; then the same ones dashed, then dotted.
    private static readonly string[] Colours = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#555555"];
    private static readonly string[] Dashes = ["", " stroke-dasharray=\"5 3\"", " stroke-dasharray=\"1.5 2.5\""];

    /// <summary>One curve.</summary>
    internal sealed record Curve(string Label, (double X, double Lower, double Median, double Upper)[] Points);

    /// <summary>Draws the curves.</summary>
    /// <param name="title">Over the chart.</param>
    /// <param name="across">Below the horizontal axis.</param>
    /// <param name="curves">The curves; values below <paramref name="floor"/> are drawn at it, values above the first ones at the top.</param>
    /// <param name="floor">The smallest value of the vertical axis.</param>
    public static string Draw(string title, string across, IReadOnlyList<Curve> curves, double floor)
    {
        var most = curves.SelectMany(c => c.Points).Max(p => p.X);
        var low = Math.Floor(Math.Log10(Math.Max(floor, curves.SelectMany(c => c.Points).Min(p => p.Lower))));
        var high = Math.Max(low + 1, Math.Ceiling(Math.Log10(Math.Max(floor, curves.Max(c => c.Points[0].Median)))));
        double X(double x) => Left + (x / most * (Width - Left - Right));
        double Y(double y) => Top + ((high - Math.Clamp(Math.Log10(Math.Max(y, floor)), low, high)) / (high - low) * (Height - Top - Bottom));

        var svg = new StringBuilder();
        Line(svg, $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Width} {Height}\" font-family=\"sans-serif\" font-size=\"11\">");
        Line(svg, $"<rect width=\"{Width}\" height=\"{Height}\" fill=\"#ffffff\"/><text x=\"{Left}\" y=\"18\" font-size=\"13\" font-weight=\"bold\">{title}</text>");
        for (var power = (int)low; power <= high; power++)
        {
            Line(svg, $"<path d=\"M{Left} {Y(Math.Pow(10, power)):F1}H{Width - Right}\" stroke=\"#dddddd\"/><text x=\"{Left - 6}\" y=\"{Y(Math.Pow(10, power)) + 4:F1}\" text-anchor=\"end\">1e{power}</text>");
        }

        for (var tick = 0; tick <= 4; tick++)
        {
            Line(svg, $"<text x=\"{X(most * tick / 4):F1}\" y=\"{Height - Bottom + 16}\" text-anchor=\"middle\">{most * tick / 4:G4}</text>");
        }

        Line(svg, $"<text x=\"{(Left + Width - Right) / 2}\" y=\"{Height - 8}\" text-anchor=\"middle\">{across}</text>");
        for (var i = 0; i < curves.Count; i++)
        {
            var (colour, dash) = (Colours[i % Colours.Length], Dashes[Math.Min(i / Colours.Length, Dashes.Length - 1)]);
            var points = curves[i].Points;
            var band = points.Select(p => (p.X, p.Lower)).Concat(points.Reverse().Select(p => (p.X, p.Upper))).Select(p => FormattableString.Invariant($"{X(p.Item1):F1},{Y(p.Item2):F1}"));
            var line = points.Select(p => FormattableString.Invariant($"{X(p.X):F1},{Y(p.Median):F1}"));
            Line(svg, $"<polygon points=\"{string.Join(' ', band)}\" fill=\"{colour}\" fill-opacity=\"0.12\"/>");
            Line(svg, $"<polyline points=\"{string.Join(' ', line)}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"1.8\"{dash}/>");
            var y = Top + 10 + (i * 15);
            Line(svg, $"<path d=\"M{Width - Right + 10} {y - 4}h18\" stroke=\"{colour}\" stroke-width=\"2\"{dash}/><text x=\"{Width - Right + 33}\" y=\"{y}\">{curves[i].Label}</text>");
        }

        return svg.Append("</svg>\n").ToString();
    }

    private static void Line(StringBuilder svg, FormattableString line) => svg.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
}
