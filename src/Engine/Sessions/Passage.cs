using System.Collections.Immutable;
using Ranking.Engine.Rendering;
using Ranking.Engine.Spaces;

namespace Ranking.Engine.Sessions;

/// <summary>
/// The way from one candidate of a session to another. Its points are named by what they look like, so that the two
/// candidates' own pictures, and passages that were looked at before, are found again.
/// </summary>
internal sealed class Passage
{
    private readonly ImmutableArray<double> _shares;
    private readonly double[][] _points;
    private readonly RenderJob? _job;

    /// <summary>Finds the points, and has the missing pictures made in one batch.</summary>
    public Passage(double[] from, double[] to, ImmutableArray<double> shares, SpaceLease lease)
    {
        _shares = shares;
        _points = [.. shares.Select(share =>
        {
            var point = new double[from.Length];
            lease.Space.Geometry.Between(from, to, share, point);
            return point;
        })];
        if (lease.Space.Renders)
        {
            _job = new RenderJob(null, [.. _points.Select(point => lease.Key.Of(point))], _points.SelectMany(numbers => numbers).ToArray());
            lease.Queue.Add(_job);
        }
    }

    /// <summary>The points, with their pictures once all are there.</summary>
    /// <exception cref="RenderException">They could not be made.</exception>
    public async Task<ImmutableArray<PointBetween>> WhenDrawnAsync(IArtifactStore artifacts, CancellationToken cancel)
    {
        var pictures = new Artifact?[_shares.Length];
        if (_job is not null)
        {
            var made = await _job.Done.WaitAsync(cancel).ConfigureAwait(false);
            for (var i = 0; i < pictures.Length; i++)
            {
                pictures[i] = await artifacts.GetAsync(made[_job.Names[i]], cancel).ConfigureAwait(false);
            }
        }

        return [.. _shares.Select((share, i) => new PointBetween(share, _points[i], pictures[i]))];
    }
}
