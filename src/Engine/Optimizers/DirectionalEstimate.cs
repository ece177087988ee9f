using System.Numerics.Tensors;

namespace Ranking.Engine.Optimizers;

/// <summary>
/// The estimate of a gradient from values along random directions: g = s/q Σ cᵢuᵢ with forward differences
/// c = (f(x+μu) - f(x))/μ or central ones c = (f(x+μu) - f(x-μu))/2μ; s = 1 for normal directions and the number of
/// perturbed coordinates for unit ones. Directions are read off the candidates, so that those which the geometry brought
/// back count with the offset they really have.
/// </summary>
internal static class DirectionalEstimate
{
    // Numbers that choose coordinates are those of a candidate no batch has.
    private const int Chooser = -1;

    /// <summary>How many directions <paramref name="points"/> points are good for, at least one.</summary>
    public static int Directions(EstimateSettings settings, int points) =>
        Math.Max(1, settings.Form == Difference.Central ? points / 2 : points - 1);

    /// <summary>How many points <paramref name="directions"/> directions need.</summary>
    public static int Points(EstimateSettings settings, int directions) =>
        settings.Form == Difference.Central ? 2 * directions : directions + 1;

    /// <summary>The two candidates whose difference belongs to direction <paramref name="direction"/>.</summary>
    public static (int Ahead, int Behind) Pair(EstimateSettings settings, int first, int direction) =>
        settings.Form == Difference.Central ? (first + (2 * direction), first + (2 * direction) + 1) : (first + 1 + direction, first);

    /// <summary>The query for one estimate with as many points as the problem's batch has.</summary>
    public static Query Plan<TSettings>(Context<TSettings> context, JudgementKind wants = JudgementKind.Values)
        where TSettings : EstimateSettings
    {
        var roles = new Role[Points(context.Settings, Directions(context.Settings, context.Problem.Candidates))];
        roles[0] = new Role(context.Settings.Form == Difference.Central ? RoleKind.Sample : RoleKind.Incumbent, 0);
        return new Query(roles.Length, Math.Min(context.Problem.RankTop, roles.Length), wants, Stage.Explore, [.. roles]);
    }

    /// <summary>
    /// Writes the points of an estimate at <paramref name="centre"/>: the centre and x + μuᵢ, or x + μuᵢ and x - μuᵢ in turn.
    /// </summary>
    /// <param name="context">Settings and noise; the same noise gives the same directions.</param>
    /// <param name="centre">x.</param>
    /// <param name="batch">Where to write.</param>
    /// <param name="first">The first candidate to write.</param>
    /// <param name="directions">How many directions.</param>
    public static void Ask<TSettings>(Context<TSettings> context, ReadOnlySpan<double> centre, Batch batch, int first, int directions)
        where TSettings : EstimateSettings
    {
        var settings = context.Settings;
        var spared = Spared(context);
        var isCentral = settings.Form == Difference.Central;
        if (!isCentral)
        {
            centre.CopyTo(batch[first]);
        }

        for (var i = 0; i < directions; i++)
        {
            var (at, behind) = Pair(settings, first, i);
            var ahead = batch[at];
            Draw(context, spared, i, ahead);
            if (isCentral)
            {
                TensorPrimitives.MultiplyAdd(ahead, -settings.Smoothing, centre, batch[behind]);
            }

            TensorPrimitives.MultiplyAdd(ahead, settings.Smoothing, centre, ahead);
        }
    }

    /// <summary>Adds <paramref name="factor"/> times the estimate at <paramref name="centre"/> to <paramref name="sum"/>.</summary>
    /// <param name="context">The settings; the noise is not read.</param>
    /// <param name="centre">x.</param>
    /// <param name="batch">The points as <see cref="Ask"/> wrote them.</param>
    /// <param name="losses">Their values.</param>
    /// <param name="first">The first point.</param>
    /// <param name="directions">How many directions.</param>
    /// <param name="factor">What the estimate is multiplied by.</param>
    /// <param name="sum">What it is added to.</param>
    public static void Add<TSettings>(
        Context<TSettings> context, ReadOnlySpan<double> centre, ReadOnlyBatch batch, ReadOnlySpan<double> losses, int first, int directions, double factor, Span<double> sum)
        where TSettings : EstimateSettings
    {
        var settings = context.Settings;
        var isCentral = settings.Form == Difference.Central;
        var scale = factor * Scale(context) / directions;
        var direction = new double[batch.Dimension];
        for (var i = 0; i < directions; i++)
        {
            var (ahead, behind) = Pair(settings, first, i);
            var slope = (losses[ahead] - losses[behind]) / ((isCentral ? 2 : 1) * settings.Smoothing);
            TensorPrimitives.Subtract(batch[ahead], centre, direction);
            TensorPrimitives.MultiplyAdd(direction, scale * slope / settings.Smoothing, sum, sum);
        }
    }

    /// <summary>s: what makes the estimate unbiased for small μ.</summary>
    public static double Scale<TSettings>(Context<TSettings> context)
        where TSettings : EstimateSettings =>
        context.Settings.Directions == Distribution.Sphere ? Count(context.Settings, Block(context).Length) : 1;

    private static (int Start, int Length) Block<TSettings>(Context<TSettings> context)
        where TSettings : EstimateSettings
    {
        var dimension = context.Problem.Dimension;
        var blocks = Math.Min(context.Settings.Blocks, dimension);
        var block = (int)(context.Round % (uint)blocks);
        var start = (int)((long)dimension * block / blocks);
        return (start, (int)((long)dimension * (block + 1) / blocks) - start);
    }

    private static int Count(EstimateSettings settings, int length) =>
        Math.Clamp((int)Math.Round(settings.PerturbedShare * length), 1, length);

    // The coordinates that are left alone, of the round's block; none unless only a share is perturbed.
    private static ReadOnlySpan<int> Spared<TSettings>(Context<TSettings> context)
        where TSettings : EstimateSettings
    {
        var length = Block(context).Length;
        var count = Count(context.Settings, length);
        return count == length ? [] : context.Noise.Permutation(Chooser, length).AsSpan(count);
    }

    private static void Draw<TSettings>(Context<TSettings> context, ReadOnlySpan<int> spared, int direction, Span<double> destination)
        where TSettings : EstimateSettings
    {
        var (start, length) = Block(context);
        destination[..start].Clear();
        destination[(start + length)..].Clear();
        var block = destination.Slice(start, length);
        var isUnit = context.Settings.Directions == Distribution.Sphere;
        if (isUnit)
        {
            context.Noise.Direction(direction, block);
        }
        else
        {
            context.Noise.Normal(direction, block);
        }

        foreach (var coordinate in spared)
        {
            block[coordinate] = 0;
        }

        if (isUnit && !spared.IsEmpty && Reduce.Norm(block) is var norm and > 0)
        {
            TensorPrimitives.Divide(block, norm, block);
        }
    }
}
