using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Ranking.Engine;

/// <summary>What a random number is for. Each purpose has numbers of its own.</summary>
public enum Purpose : byte
{
    /// <summary>The starting point.</summary>
    Begin,

    /// <summary>The candidates of a round.</summary>
    Ask,

    /// <summary>An update's own chance.</summary>
    Tell,

    /// <summary>A simulated judge.</summary>
    Oracle,

    /// <summary>The order in which candidates are shown.</summary>
    Presentation,

    /// <summary>A stochastic sampler.</summary>
    Scheduler,
}

/// <summary>
/// Random numbers of one purpose in one round, as a pure function of (candidate, position): nothing is consumed, so the
/// same question always has the same answer.
/// </summary>
public abstract class Noise
{
    /// <summary>The generator of a session: Philox keyed by its seed.</summary>
    public static Noise Philox(ulong seed, Purpose purpose, uint round) => new Philox(seed, purpose, round);

    /// <summary>Fills <paramref name="destination"/> with independent standard normal numbers of <paramref name="candidate"/>.</summary>
    public abstract void Normal(int candidate, Span<double> destination);

    /// <summary>A number uniform in the open interval (0, 1).</summary>
    public abstract double Uniform(int candidate, int position);

    /// <summary>Fills <paramref name="destination"/> with a direction uniform on the unit sphere.</summary>
    public virtual void Direction(int candidate, Span<double> destination)
    {
        Normal(candidate, destination);
        TensorPrimitives.Divide(destination, Reduce.Norm(destination), destination);
    }

    /// <summary>A random order of 0 … count-1 (Fisher and Yates).</summary>
    public int[] Permutation(int candidate, int count)
    {
        var order = Enumerable.Range(0, count).ToArray();
        for (var i = count - 1; i > 0; i--)
        {
            var j = (int)(Uniform(candidate, i) * (i + 1));
            (order[i], order[j]) = (order[j], order[i]);
        }

        return order;
    }
}

/// <summary>
/// Philox 4×32-10 (Salmon, Moraes, Dror, Shaw, SC 2011): key = seed, counter = (block, candidate, round, purpose).
/// Normals by Wichura's AS 241 from additions, multiplications, divisions and square roots only, which IEEE 754 rounds
/// alike on every machine.
/// </summary>
public sealed class Philox(ulong seed, Purpose purpose, uint round) : Noise
{
    /// <inheritdoc/>
    public override void Normal(int candidate, Span<double> destination)
    {
        var position = Avx2.IsSupported ? Four(candidate, destination) : 0;
        for (; position < destination.Length; position += 2)
        {
            var (x0, x1, x2, x3) = Block(seed, (uint)(position >> 1), (uint)candidate, round, (uint)purpose);
            destination[position] = ToUnit(x0, x1);
            if (position + 1 < destination.Length)
            {
                destination[position + 1] = ToUnit(x2, x3);
            }
        }

        NormalQuantiles.Replace(destination);
    }

    /// <inheritdoc/>
    public override double Uniform(int candidate, int position)
    {
        // Far from the blocks that normals use, so that an optimiser may draw both for one candidate.
        var (x0, x1, x2, x3) = Block(seed, 0x8000_0000u + (uint)(position >> 1), (uint)candidate, round, (uint)purpose);
        return (position & 1) == 0 ? ToUnit(x0, x1) : ToUnit(x2, x3);
    }

    /// <summary>One block of four 32-bit words: ten rounds over the counter (c0, c1, c2, c3).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (uint X0, uint X1, uint X2, uint X3) Block(ulong key, uint c0, uint c1, uint c2, uint c3)
    {
        var (k0, k1) = ((uint)key, (uint)(key >> 32));
        for (var i = 0; i < 10; i++)
        {
            var p0 = 0xD2511F53UL * c0;
            var p1 = 0xCD9E8D57UL * c2;
            (c0, c1, c2, c3) = ((uint)(p1 >> 32) ^ c1 ^ k0, (uint)p1, (uint)(p0 >> 32) ^ c3 ^ k1, (uint)p0);
            k0 += 0x9E3779B9;
            k1 += 0xBB67AE85;
        }

        return (c0, c1, c2, c3);
    }

    // Four blocks at once, eight numbers; gives how many numbers are done. Each lane of 64 bits holds a word of 32 in
    // its lower half; the upper half may hold anything, for multiplication does not read it.
    private int Four(int candidate, Span<double> destination)
    {
        var (low, high) = (Vector256.Create(0xD2511F53u), Vector256.Create(0xCD9E8D57u));
        var position = 0;
        for (; position + 8 <= destination.Length; position += 8)
        {
            var c0 = Vector256.Create((ulong)(position >> 1)) + Vector256.Create(0ul, 1, 2, 3);
            var c1 = Vector256.Create((ulong)(uint)candidate);
            var c2 = Vector256.Create((ulong)round);
            var c3 = Vector256.Create((ulong)purpose);
            var (k0, k1) = ((uint)seed, (uint)(seed >> 32));
            for (var i = 0; i < 10; i++)
            {
                var p0 = Avx2.Multiply(low, c0.AsUInt32());
                var p1 = Avx2.Multiply(high, c2.AsUInt32());
                (c0, c1, c2, c3) = ((p1 >> 32) ^ c1 ^ Vector256.Create((ulong)k0), p1, (p0 >> 32) ^ c3 ^ Vector256.Create((ulong)k1), p0);
                k0 += 0x9E3779B9;
                k1 += 0xBB67AE85;
            }

            var (even, odd) = (ToUnit(c0, c1), ToUnit(c2, c3));
            var (first, second) = (Avx.UnpackLow(even, odd), Avx.UnpackHigh(even, odd));
            Avx.Permute2x128(first, second, 0x20).CopyTo(destination[position..]);
            Avx.Permute2x128(first, second, 0x31).CopyTo(destination[(position + 4)..]);
        }

        return position;
    }

    // As below; a whole number under 2^52 becomes a double by taking it as the mantissa of 2^52.
    private static Vector256<double> ToUnit(Vector256<ulong> low, Vector256<ulong> high)
    {
        var bits = ((high << 32) | (low & Vector256.Create(0xFFFF_FFFFul))) >> 12;
        var whole = (bits | Vector256.Create(0x4330_0000_0000_0000ul)).AsDouble() - Vector256.Create(4503599627370496.0);
        return (whole + Vector256.Create(0.5)) * (1.0 / (1UL << 52));
    }

    // 52 random bits and a half, so that neither 0 nor 1 can come out.
    private static double ToUnit(uint low, uint high) => ((((ulong)high << 32 | low) >> 12) + 0.5) * (1.0 / (1UL << 52));
}
