using System.Buffers.Text;
using System.Security.Cryptography;

namespace Ranking.Web.Auth;

/// <summary>
/// One-time login links for the admin, printed where the server was started. Only the hash of the present token is
/// kept, in memory.
/// </summary>
public sealed class LoginLinks
{
    private readonly Lock _gate = new();
    private byte[]? _hash;
    private string? _address;

    /// <summary>Remembers the server's address and prints the first link.</summary>
    /// <param name="address">The address; null when the server does not listen on one, as in tests.</param>
    public void Announce(string? address)
    {
        _address = address;
        Renew();
    }

    /// <summary>Prints a new link when the last one was used, so that whoever reads the console can always enter.</summary>
    public void Renew()
    {
        lock (_gate)
        {
            if (_hash is null && _address is not null)
            {
                Console.WriteLine($"Ranking is ready: {_address}/login?token={Create()} (this link works once)");
            }
        }
    }

    /// <summary>A new token; the one before it works no more.</summary>
    public string Create()
    {
        Span<byte> secret = stackalloc byte[32];
        RandomNumberGenerator.Fill(secret);
        var token = Base64Url.EncodeToString(secret);
        lock (_gate)
        {
            _hash = Hash(token);
        }

        return token;
    }

    /// <summary>Uses a token up.</summary>
    /// <returns>Whether it was the present one.</returns>
    public bool TryUse(string? token)
    {
        lock (_gate)
        {
            if (token is null || _hash is null || !CryptographicOperations.FixedTimeEquals(_hash, Hash(token)))
            {
                return false;
            }

            _hash = null;
            return true;
        }
    }

    private static byte[] Hash(string token) => SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(token));
}
