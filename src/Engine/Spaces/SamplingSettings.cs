using System.ComponentModel.DataAnnotations;
using Ranking.Engine.Guidances;
using Ranking.Engine.Schedulers;

namespace Ranking.Engine.Spaces;

/// <summary>The settings of spaces whose points are initial noise: how a sampler and a guidance make something of it.</summary>
public abstract record SamplingSettings
{
    /// <summary>How calls are spread.</summary>
    [Advanced, Display(Name = "Schedule", Description = "How the steps are spread over the noise levels; own is as the model's file says.")]
    public Spread Schedule { get; init; }

    /// <summary>The timesteps themselves.</summary>
    [StringLength(1000), Advanced, Display(Name = "Timesteps", Description = "The timesteps themselves, falling, with commas, in place of steps and schedule.")]
    public string Timesteps { get; init; } = "";

    /// <summary>The guidance.</summary>
    [EntryKey(typeof(Guidance)), Advanced, Display(Name = "Kind of guidance", Description = "How the answers with and without the prompt are combined; adaptive kinds save network calls.")]
    public string GuidanceMethod { get; init; } = "classifier-free";

    /// <summary>How much of the guided answer's spread is brought back.</summary>
    [Range(0.0, 1.0), Advanced, Display(Name = "Guidance rescale", Description = "Share of rescaled guidance φ, against oversaturation.")]
    public double GuidanceRescale { get; init; }

    /// <summary>The weight of the parallel part.</summary>
    [Range(-1.0, 2.0), Advanced, Display(Name = "Parallel weight", Description = "Weight η of the part of projected guidance that oversaturates; 1 keeps all of it.")]
    public double GuidanceParallel { get; init; }

    /// <summary>The momentum of differences.</summary>
    [Range(-1.0, 1.0), Advanced, Display(Name = "Guidance momentum", Description = "Momentum β of projected guidance; negative values push away from the last step's direction.")]
    public double GuidanceMomentum { get; init; } = -0.5;

    /// <summary>The longest difference.</summary>
    [Range(0.0, 1000.0), Advanced, Display(Name = "Norm limit", Description = "Longest difference r of both estimates in projected guidance; 0 for no limit.")]
    public double GuidanceNorm { get; init; }

    /// <summary>When adaptive guidance ends.</summary>
    [Range(-1.0, 1.01), Advanced, Display(Name = "Agreement", Description = "Cosine γ of both answers at which adaptive guidance ends; 1.01 never ends it.")]
    public double GuidanceThreshold { get; init; } = 0.991;

    /// <summary>Where guidance in an interval ends.</summary>
    [Range(0.0, 1000.0), Advanced, Display(Name = "Guided above", Description = "Guidance in an interval acts at noise levels σ above this.")]
    public double GuidanceFrom { get; init; } = 0.28;

    /// <summary>Where guidance in an interval begins.</summary>
    [Range(0.0, 1000.0), Advanced, Display(Name = "Guided up to", Description = "Guidance in an interval acts at noise levels σ up to this.")]
    public double GuidanceUntil { get; init; } = 5.42;

    /// <summary>What they ask of the schedule.</summary>
    internal ScheduleChoice ScheduleChoice() => new(Schedule, Timesteps);

    /// <summary>What they set the guidance to.</summary>
    /// <param name="scale">The strength.</param>
    internal GuidanceSettings GuidanceSettings(double scale) => new()
    {
        Method = GuidanceMethod,
        Scale = scale,
        Rescale = GuidanceRescale,
        ParallelWeight = GuidanceParallel,
        Momentum = GuidanceMomentum,
        NormLimit = GuidanceNorm,
        Threshold = GuidanceThreshold,
        SigmaLow = GuidanceFrom,
        SigmaHigh = GuidanceUntil,
    };
}
