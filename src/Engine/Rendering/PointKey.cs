using System.Security.Cryptography;
using System.Text;

namespace Ranking.Engine.Rendering;

/// <summary>Names a point by what it looks like: equal points of equal spaces have one picture.</summary>
/// <param name="space">The space's key, revision and canonical settings.</param>
public sealed class PointKey(string space)
{
    private readonly byte[] _space = SHA256.HashData(Encoding.UTF8.GetBytes(space));

    /// <summary>The SHA-256 over the space's settings and the point's bytes, lower-case hex.</summary>
    public string Of(ReadOnlySpan<double> point)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(_space);
        hash.AppendData(StateJson.ToBytes(point));
        return Convert.ToHexStringLower(hash.GetCurrentHash());
    }
}
