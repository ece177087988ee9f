namespace Ranking.Engine.Diffusion;

/// <summary>
/// A linear map from the numbers of a latent's cell to the colour of its pixels, fitted by least squares to what the decoder
/// made of latents so far: a picture on its way can be shown without the decoder. Not for several threads at once.
/// </summary>
/// <param name="shape">Channels, rows and columns of a latent.</param>
public sealed class GlimpseMap(IReadOnlyList<int> shape)
{
    // Enough for the fit; what comes later would hardly move it.
    private const int MostPictures = 16;
    private const double Ridge = 1e-6;

    private readonly int _terms = shape[0] + 1;
    private readonly double[] _matrix = new double[(shape[0] + 1) * (shape[0] + 1)];
    private readonly double[][] _sums = [new double[shape[0] + 1], new double[shape[0] + 1], new double[shape[0] + 1]];
    private int _pictures;
    private double[][]? _weights;

    /// <summary>Learns from a clean latent and its picture.</summary>
    public void Learn(ReadOnlySpan<double> clean, Picture picture)
    {
        ArgumentNullException.ThrowIfNull(picture);
        if (_pictures >= MostPictures)
        {
            return;
        }

        var (rows, columns) = (shape[1], shape[2]);
        var colours = picture.Fit(columns, rows);
        Span<double> cell = stackalloc double[_terms];
        for (var at = 0; at < rows * columns; at++)
        {
            Read(clean, at, cell);
            for (var i = 0; i < _terms; i++)
            {
                for (var j = 0; j <= i; j++)
                {
                    _matrix[(i * _terms) + j] += cell[i] * cell[j];
                }

                for (var channel = 0; channel < 3; channel++)
                {
                    _sums[channel][i] += cell[i] * colours.Rgb[(3 * at) + channel];
                }
            }
        }

        _pictures++;
        _weights = null;
    }

    /// <summary>What a clean latent looks like, one pixel for each of its cells; null before anything was learned.</summary>
    public Picture? Glimpse(ReadOnlySpan<double> clean)
    {
        if (_pictures == 0)
        {
            return null;
        }

        _weights ??= Fit();
        var (rows, columns) = (shape[1], shape[2]);
        var rgb = new byte[3 * rows * columns];
        Span<double> cell = stackalloc double[_terms];
        for (var at = 0; at < rows * columns; at++)
        {
            Read(clean, at, cell);
            for (var channel = 0; channel < 3; channel++)
            {
                rgb[(3 * at) + channel] = (byte)Math.Round(Math.Clamp(Reduce.Dot(cell, _weights[channel]), 0, 255));
            }
        }

        return new Picture(columns, rows, rgb);
    }

    private void Read(ReadOnlySpan<double> clean, int at, Span<double> cell)
    {
        var size = shape[1] * shape[2];
        for (var channel = 0; channel < shape[0]; channel++)
        {
            cell[channel] = clean[(channel * size) + at];
        }

        cell[^1] = 1;
    }

    // A trace of a ridge: channels may be constant or copies of each other.
    private double[][] Fit()
    {
        var trace = Enumerable.Range(0, _terms).Sum(i => _matrix[(i * _terms) + i]);
        var (factor, _) = Cholesky.Raised(_matrix, _terms, Ridge * trace / _terms);
        return Array.ConvertAll(_sums, sums =>
        {
            var solution = (double[])sums.Clone();
            Cholesky.Solve(factor, _terms, _terms, solution);
            return solution;
        });
    }
}
