using Ranking.Engine.Diffusion;

namespace Ranking.Engine.Rendering;

/// <summary>A colour, each part 0 to 255.</summary>
public readonly record struct Colour(byte R, byte G, byte B);

/// <summary>
/// A square picture to draw on with soft edges. Coordinates are those of the drawing: x to the right and y upwards from
/// (-1, -1) to (1, 1).
/// </summary>
public sealed class Canvas
{
    private readonly byte[] _rgb;

    /// <summary>An empty canvas.</summary>
    /// <param name="size">Its edge in pixels.</param>
    /// <param name="paper">The colour of the ground.</param>
    public Canvas(int size, Colour paper)
    {
        Size = size;
        _rgb = new byte[size * size * 3];
        for (var i = 0; i < _rgb.Length; i += 3)
        {
            (_rgb[i], _rgb[i + 1], _rgb[i + 2]) = (paper.R, paper.G, paper.B);
        }
    }

    /// <summary>The edge in pixels.</summary>
    public int Size { get; }

    /// <summary>The picture so far.</summary>
    public Picture ToPicture() => new(Size, Size, [.. _rgb]);

    /// <summary>A filled disc.</summary>
    public void Disc(double x, double y, double radius, Colour colour) => Line(x, y, x, y, 2 * radius, colour);

    /// <summary>A line with round ends.</summary>
    public void Line(double fromX, double fromY, double toX, double toY, double width, Colour colour)
    {
        var half = Size / 2.0;
        var (ax, ay, bx, by) = ((fromX + 1) * half, (1 - fromY) * half, (toX + 1) * half, (1 - toY) * half);
        var radius = Math.Max(width * half / 2, 0.5);
        var (dx, dy) = (bx - ax, by - ay);
        var length = (dx * dx) + (dy * dy);
        for (var row = Math.Max(0, (int)(Math.Min(ay, by) - radius - 1)); row <= Math.Min(Size - 1, (int)(Math.Max(ay, by) + radius + 1)); row++)
        {
            for (var column = Math.Max(0, (int)(Math.Min(ax, bx) - radius - 1)); column <= Math.Min(Size - 1, (int)(Math.Max(ax, bx) + radius + 1)); column++)
            {
                var (px, py) = (column + 0.5 - ax, row + 0.5 - ay);
                var along = length > 0 ? Math.Clamp(((px * dx) + (py * dy)) / length, 0, 1) : 0;
                var (qx, qy) = (px - (along * dx), py - (along * dy));
                Mix(column, row, colour, Math.Clamp(radius + 0.5 - Math.Sqrt((qx * qx) + (qy * qy)), 0, 1));
            }
        }
    }

    /// <summary>A filled upright rectangle.</summary>
    public void Box(double left, double bottom, double right, double top, Colour colour)
    {
        var half = Size / 2.0;
        for (var row = 0; row < Size; row++)
        {
            var high = Overlap(row, (1 - top) * half, (1 - bottom) * half);
            for (var column = 0; high > 0 && column < Size; column++)
            {
                Mix(column, row, colour, high * Overlap(column, (left + 1) * half, (right + 1) * half));
            }
        }
    }

    /// <summary>Copies another canvas into this one.</summary>
    /// <param name="from">What is copied; it must fit.</param>
    /// <param name="column">Where its left edge comes to lie, in pixels.</param>
    /// <param name="row">Where its upper edge comes to lie, in pixels.</param>
    public void Place(Canvas from, int column, int row)
    {
        ArgumentNullException.ThrowIfNull(from);
        for (var y = 0; y < from.Size; y++)
        {
            from._rgb.AsSpan(y * from.Size * 3, from.Size * 3).CopyTo(_rgb.AsSpan((((row + y) * Size) + column) * 3));
        }
    }

    private static double Overlap(int pixel, double from, double to) => Math.Clamp(Math.Min(pixel + 1, to) - Math.Max(pixel, from), 0, 1);

    private void Mix(int column, int row, Colour colour, double cover)
    {
        if (cover <= 0)
        {
            return;
        }

        var at = ((row * Size) + column) * 3;
        _rgb[at] = (byte)Math.Round(_rgb[at] + (cover * (colour.R - _rgb[at])));
        _rgb[at + 1] = (byte)Math.Round(_rgb[at + 1] + (cover * (colour.G - _rgb[at + 1])));
        _rgb[at + 2] = (byte)Math.Round(_rgb[at + 2] + (cover * (colour.B - _rgb[at + 2])));
    }
}
