using System.Collections.Immutable;
using System.Numerics.Tensors;

namespace Ranking.Engine.Diffusion;

/// <summary>
/// A prompt moved in the space of what the text encoders make of it: h + r (Σⱼ sⱼ (hⱼ - h) + ‖h‖/√n · Σⱼ tⱼ bⱼ/√p), with h
/// the prompt's hidden states of n numbers, hⱼ those of other prompts, and p fixed directions bⱼ of standard normal numbers.
/// </summary>
/// <param name="Towards">Other prompts.</param>
/// <param name="Shares">s: how far it is moved towards each of them, in multiples of the reach.</param>
/// <param name="Turns">t: how far it is moved along each of the fixed directions.</param>
/// <param name="Reach">r: what a coordinate of 1 moves: the share of the way to another prompt, or of the prompt's own length.</param>
public sealed record PromptShift(ImmutableArray<string> Towards, ImmutableArray<double> Shares, ImmutableArray<double> Turns, double Reach)
{
    /// <summary>What the moved prompt tells the denoiser.</summary>
    /// <param name="prompt">What the prompt itself tells it.</param>
    /// <param name="encode">Encodes another prompt.</param>
    /// <exception cref="InvalidDataException">Another prompt has another number of tokens or columns.</exception>
    public Conditioning Move(Conditioning prompt, Func<string, Conditioning> encode)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        ArgumentNullException.ThrowIfNull(encode);
        var (hidden, pooled) = ((double[])prompt.Hidden.Clone(), (double[])prompt.Pooled.Clone());
        for (var j = 0; j < Towards.Length; j++)
        {
            var other = encode(Towards[j]);
            if (other.Hidden.Length != hidden.Length || other.Pooled.Length != pooled.Length)
            {
                throw new InvalidDataException($"The prompt {Towards[j]} is encoded in another shape.");
            }

            Blend(hidden, prompt.Hidden, other.Hidden, Reach * Shares[j]);
            Blend(pooled, prompt.Pooled, other.Pooled, Reach * Shares[j]);
        }

        var direction = new double[Turns.Length > 0 ? hidden.Length : 0];
        for (var j = 0; j < Turns.Length; j++)
        {
            Noise.Philox(0, Purpose.Begin, 1).Normal(j, direction);
            var size = Reach * Turns[j] * Reduce.Norm(prompt.Hidden) / Math.Sqrt((double)hidden.Length * Turns.Length);
            TensorPrimitives.MultiplyAdd(direction, size, hidden, hidden);
        }

        return prompt with { Hidden = hidden, Pooled = pooled };
    }

    private static void Blend(Span<double> moved, ReadOnlySpan<double> own, ReadOnlySpan<double> other, double share)
    {
        for (var i = 0; i < moved.Length; i++)
        {
            moved[i] += share * (other[i] - own[i]);
        }
    }
}
