using System.Collections.Immutable;
using System.Text.Json;

namespace Ranking.Engine.Oracles;

/// <summary>A judge made of code: it knows the value of every candidate and tells as much of it as its kind would.</summary>
public interface IOracle : IConfigurable
{
    /// <summary>The kind of judgement it gives.</summary>
    JudgementKind Gives { get; }

    /// <summary>Judges a batch. The same noise gives the same judgement.</summary>
    /// <param name="losses">The known value of each candidate, at least one, all finite; lower is better.</param>
    /// <param name="rankTop">How many places are asked for, from 1.</param>
    /// <param name="noise">The judge's own chance.</param>
    /// <param name="settings">Its settings.</param>
    /// <exception cref="SettingsException">The settings are refused.</exception>
    Judgement Judge(ReadOnlySpan<double> losses, int rankTop, Noise noise, JsonElement settings);
}

/// <summary>An oracle whose settings are a record.</summary>
/// <typeparam name="TSettings">A record that declares the settings.</typeparam>
public abstract class Oracle<TSettings> : IOracle
    where TSettings : class, new()
{
    /// <inheritdoc/>
    public virtual JudgementKind Gives => JudgementKind.Ranking;

    /// <inheritdoc/>
    public SettingsSchema Schema => SettingsSchema.Of(typeof(TSettings));

    /// <inheritdoc/>
    public Judgement Judge(ReadOnlySpan<double> losses, int rankTop, Noise noise, JsonElement settings) =>
        Judge(losses, rankTop, noise, (TSettings)Schema.Read(settings));

    /// <summary>Judges a batch with settings that have been read.</summary>
    public abstract Judgement Judge(ReadOnlySpan<double> losses, int rankTop, Noise noise, TSettings settings);

    /// <summary>Candidates by ascending key, equal ones by index.</summary>
    protected static int[] Ascending(ReadOnlySpan<double> keys)
    {
        var values = keys.ToArray();
        return [.. Enumerable.Range(0, values.Length).OrderBy(i => values[i])];
    }

    /// <summary>The best <paramref name="places"/> tiers by ascending key: keys within <paramref name="width"/> of the best of a tier tie with it.</summary>
    protected static Judgement.Ranking Tiered(ReadOnlySpan<double> keys, double width, int places)
    {
        var order = Ascending(keys);
        var tiers = ImmutableArray.CreateBuilder<ImmutableArray<int>>();
        for (var start = 0; start < order.Length && tiers.Count < places;)
        {
            var end = start + 1;
            while (width > 0 && end < order.Length && keys[order[end]] - keys[order[start]] <= width)
            {
                end++;
            }

            tiers.Add([.. order[start..end]]);
            start = end;
        }

        return new Judgement.Ranking(tiers.ToImmutable());
    }
}
