using System.ComponentModel.DataAnnotations;
using System.Numerics.Tensors;

namespace Ranking.Engine.Optimizers;

/// <summary>
/// Preferential Bayesian optimisation: a Gaussian process learns from rankings how much points are liked, and each
/// round shows the favourite so far beside points that may beat it. Made for up to about thirty dimensions.
/// </summary>
[Entry("preferential-bo", "Preferential Bayesian optimisation",
    Summary = "Learns a smooth map of what is liked and shows what may beat the favourite; made for few dimensions.",
    Source = "González et al.: Preferential Bayesian Optimization, ICML 2017; Astudillo et al.: qEUBO, AISTATS 2023")]
public sealed class PreferentialBo : PreferenceSearch<PreferentialBo.Settings>
{
    /// <summary>How candidates are chosen.</summary>
    public enum Acquisition
    {
        /// <summary>So that the best of those shown is as good as can be expected.</summary>
        Eubo,

        /// <summary>What posterior draws like best.</summary>
        Thompson,
    }

    /// <summary>The settings of preferential Bayesian optimisation.</summary>
    public sealed record Settings : PreferenceModel
    {
        /// <summary>How candidates are chosen.</summary>
        [Display(Name = "Choice", Description = "Show what makes the best of the shown as good as can be expected (eubo), or what random draws of the map like best (thompson).")]
        public Acquisition Choice { get; init; } = Acquisition.Eubo;
    }

    /// <inheritdoc/>
    protected override Query Plan(Context<Settings> context, PreferenceState state)
    {
        var roles = new Role[Math.Max(2, context.Problem.Candidates)];
        roles[0] = new Role(RoleKind.Incumbent, 0);
        return new Query(roles.Length, Math.Min(context.Problem.RankTop, roles.Length), JudgementKind.Ranking, Stage.Explore, [.. roles]);
    }

    /// <inheritdoc/>
    protected override void Ask(Context<Settings> context, PreferenceState state, Batch batch)
    {
        state.Favourite.CopyTo(batch[0]);
        var pool = Pool(context, state);
        var chosen = pool is null ? [] : context.Settings.Choice == Acquisition.Eubo ? pool.Expected(context.Noise, batch.Count - 1) : pool.Drawn(context.Noise, batch.Count - 1);
        for (var i = 1; i < batch.Count; i++)
        {
            if (pool is not null && chosen[i - 1] >= 0)
            {
                pool.Points[chosen[i - 1]].CopyTo(batch[i]);
                continue;
            }

            context.Noise.Normal(i, batch[i]);
            TensorPrimitives.MultiplyAdd(batch[i], context.Settings.Spread * state.Reach, state.Favourite, batch[i]);
        }
    }

    /// <inheritdoc/>
    protected override int Place(PreferenceState state, ReadOnlyBatch batch) => 0;
}
