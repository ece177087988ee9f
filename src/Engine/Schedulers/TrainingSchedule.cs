namespace Ranking.Engine.Schedulers;

/// <summary>How a noise-prediction model's training mixed pictures with noise.</summary>
public enum BetaSchedule
{
    /// <summary>β on a line (arXiv:2006.11239).</summary>
    Linear,

    /// <summary>√β on a line (arXiv:2112.10752).</summary>
    ScaledLinear,

    /// <summary>ᾱ follows a squared cosine (arXiv:2102.09672).</summary>
    SquaredcosCapV2,
}

/// <summary>How the timesteps of a short run are spread over those of training.</summary>
public enum TimestepSpacing
{
    /// <summary>Multiples of one stride from 0, plus an offset.</summary>
    Leading,

    /// <summary>Evenly from the last to 0.</summary>
    Linspace,

    /// <summary>Evenly from the last, without 0.</summary>
    Trailing,

    /// <summary>Evenly from the last to 0, with one step more of which the last is left out.</summary>
    SgmUniform,
}

/// <summary>The configuration of samplers for noise-prediction models.</summary>
public abstract record TrainingConfig : SchedulerConfig
{
    /// <summary>β at the first timestep.</summary>
    public double BetaStart { get; init; } = 0.0001;

    /// <summary>β at the last timestep.</summary>
    public double BetaEnd { get; init; } = 0.02;

    /// <summary>How β goes from one to the other.</summary>
    public BetaSchedule BetaSchedule { get; init; }

    /// <summary>Whether the schedule is rescaled to end in pure noise (arXiv:2305.08891).</summary>
    public bool RescaleBetasZeroSnr { get; init; }

    /// <summary>What the network answers.</summary>
    public Prediction PredictionType { get; init; }

    /// <summary>Added to timesteps of leading spacing.</summary>
    public int StepsOffset { get; init; }
}

/// <summary>The training schedule of a noise-prediction model: betas and their cumulative alphas ᾱ.</summary>
public sealed class TrainingSchedule
{
    /// <summary>Computes the tables.</summary>
    public TrainingSchedule(TrainingConfig config)
    {
        var count = config.NumTrainTimesteps;
        Betas = new double[count];
        for (var i = 0; i < count; i++)
        {
            var share = count > 1 ? (double)i / (count - 1) : 0;
            Betas[i] = config.BetaSchedule switch
            {
                BetaSchedule.Linear => Line(config.BetaStart, config.BetaEnd, share),
                BetaSchedule.ScaledLinear => Square(Line(Math.Sqrt(config.BetaStart), Math.Sqrt(config.BetaEnd), share)),
                _ => Math.Min(1 - (Cosine((i + 1.0) / count) / Cosine((double)i / count)), 0.999),
            };
        }

        if (config.RescaleBetasZeroSnr)
        {
            RescaleToZeroSnr(Betas);
        }

        AlphasCumprod = CumulativeAlphas(Betas);
    }

    /// <summary>β by timestep.</summary>
    public double[] Betas { get; }

    /// <summary>ᾱ by timestep: the product of all 1 - β up to it.</summary>
    public double[] AlphasCumprod { get; }

    /// <summary>σ by timestep, rising.</summary>
    public double[] Sigmas(TrainingConfig config)
    {
        // Pure noise has no finite σ: the published samplers put a little signal there.
        const double LeastAlpha = 1.0 / (1 << 24);
        return Array.ConvertAll(AlphasCumprod, alpha => Math.Sqrt((1 - Seen(alpha)) / Seen(alpha)));

        double Seen(double alpha) => config.RescaleBetasZeroSnr ? Math.Max(alpha, LeastAlpha) : alpha;
    }

    /// <summary>The whole timesteps of a run, largest first.</summary>
    public static int[] Timesteps(TrainingConfig config, TimestepSpacing spacing, int steps)
    {
        var count = config.NumTrainTimesteps;
        return config.Timesteps ?? [.. Enumerable.Range(0, steps).Select(i => Math.Clamp(spacing switch
        {
            TimestepSpacing.Leading => ((steps - 1 - i) * (count / steps)) + config.StepsOffset,
            TimestepSpacing.Linspace => (int)Math.Round(steps == 1 ? 0 : (double)(count - 1) * (steps - 1 - i) / (steps - 1)),
            TimestepSpacing.SgmUniform => (int)Math.Round((double)(count - 1) * (steps - i) / steps),
            _ => (int)Math.Round(count - ((double)i * count / steps)) - 1,
        }, 0, count - 1))];
    }

    /// <summary>A network call at a level, with the clean picture that its output stands for; what the step does is still to be said.</summary>
    public static SamplingStep Call(Prediction prediction, double timestep, NoiseLevel from, NoiseLevel to)
    {
        var (sample, output) = Clean(prediction, from);
        return new SamplingStep { Timestep = timestep, From = from, To = to, CleanSample = sample, CleanOutput = output };
    }

    /// <summary>The factors (of sample, of output) that give the clean picture.</summary>
    public static (double Sample, double Output) Clean(Prediction prediction, NoiseLevel at) => prediction switch
    {
        Prediction.Epsilon => (1 / at.Signal, -at.Noise / at.Signal),
        Prediction.Velocity => (at.Signal, -at.Noise),
        _ => (0, 1),
    };

    /// <summary>The factors (of sample, of output) that give the noise.</summary>
    public static (double Sample, double Output) Noise(Prediction prediction, NoiseLevel at) => prediction switch
    {
        Prediction.Epsilon => (0, 1),
        Prediction.Velocity => (at.Noise, at.Signal),
        _ => (1 / at.Noise, -at.Signal / at.Noise),
    };

    private static double Line(double from, double to, double share) => from + (share * (to - from));

    private static double Square(double x) => x * x;

    private static double Cosine(double t) => Square(Math.Cos((t + 0.008) / 1.008 * Math.PI / 2));

    private static double[] CumulativeAlphas(double[] betas)
    {
        var product = 1.0;
        return Array.ConvertAll(betas, beta => product *= 1 - beta);
    }

    private static void RescaleToZeroSnr(double[] betas)
    {
        var roots = Array.ConvertAll(CumulativeAlphas(betas), Math.Sqrt);
        var (first, last) = (roots[0], roots[^1]);
        var before = 1.0;
        for (var i = 0; i < betas.Length; i++)
        {
            var alphaCumprod = Square((roots[i] - last) * first / (first - last));
            betas[i] = 1 - (alphaCumprod / before);
            before = alphaCumprod;
        }
    }
}
