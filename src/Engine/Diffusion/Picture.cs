namespace Ranking.Engine.Diffusion;

/// <summary>A picture: rows from the top, three bytes (red, green, blue) per pixel.</summary>
/// <param name="Width">Pixels per row.</param>
/// <param name="Height">Rows.</param>
/// <param name="Rgb">3 × width × height bytes.</param>
public sealed record Picture(int Width, int Height, byte[] Rgb)
{
    /// <summary>The picture of a decoder's output: three planes of numbers from -1 to 1.</summary>
    public static Picture FromPlanes(ReadOnlySpan<double> planes, int width, int height)
    {
        var rgb = new byte[3 * width * height];
        for (var channel = 0; channel < 3; channel++)
        {
            var plane = planes.Slice(channel * width * height, width * height);
            for (var i = 0; i < plane.Length; i++)
            {
                rgb[(3 * i) + channel] = (byte)Math.Round(Math.Clamp((plane[i] + 1) * 127.5, 0, 255));
            }
        }

        return new Picture(width, height, rgb);
    }

    /// <summary>The picture with its longer side brought to a size: each pixel the mean of those it covers, or a copy of the one it lies in.</summary>
    public Picture Resize(int longerSide)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(longerSide, 1);
        var longer = Math.Max(Width, Height);
        var (width, height) = (Scale(Width, longerSide, longer), Scale(Height, longerSide, longer));
        var rgb = new byte[3 * width * height];
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                Mean(Covered(x, width, Width), Covered(y, height, Height), rgb.AsSpan(3 * ((y * width) + x), 3));
            }
        }

        return new Picture(width, height, rgb);
    }

    /// <summary>The picture cut to a shape around its middle and brought to a size: each pixel the mean of those it covers, or a copy of the one it lies in.</summary>
    public Picture Fit(int width, int height)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        var share = Math.Min((double)Width / width, (double)Height / height);
        var (columns, rows) = (Math.Max(1, (int)Math.Round(share * width)), Math.Max(1, (int)Math.Round(share * height)));
        var (left, top) = ((Width - columns) / 2, (Height - rows) / 2);
        var rgb = new byte[3 * width * height];
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                var (fromX, toX) = Covered(x, width, columns);
                var (fromY, toY) = Covered(y, height, rows);
                Mean((left + fromX, left + toX), (top + fromY, top + toY), rgb.AsSpan(3 * ((y * width) + x), 3));
            }
        }

        return new Picture(width, height, rgb);
    }

    private static int Scale(int side, int to, int from) => Math.Max(1, (int)Math.Round((double)side * to / from));

    private static (int From, int To) Covered(int position, int count, int sourceCount)
    {
        var from = (int)((long)position * sourceCount / count);
        var to = (int)((long)(position + 1) * sourceCount / count);
        return (from, Math.Max(from + 1, to));
    }

    private void Mean((int From, int To) columns, (int From, int To) rows, Span<byte> pixel)
    {
        Span<int> sums = [0, 0, 0];
        for (var y = rows.From; y < rows.To; y++)
        {
            for (var x = columns.From; x < columns.To; x++)
            {
                for (var channel = 0; channel < 3; channel++)
                {
                    sums[channel] += Rgb[(3 * ((y * Width) + x)) + channel];
                }
            }
        }

        var count = (columns.To - columns.From) * (rows.To - rows.From);
        for (var channel = 0; channel < 3; channel++)
        {
            pixel[channel] = (byte)((sums[channel] + (count / 2)) / count);
        }
    }
}
