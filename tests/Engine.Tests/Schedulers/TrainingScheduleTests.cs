using System.Text.Json;
using Ranking.Engine.Schedulers;
using Ranking.Engine.Tests.Reference;

namespace Ranking.Engine.Tests.Schedulers;

public sealed class TrainingScheduleTests
{
    [Theory]
    [Trait("Category", "Reference")]
    [ReferenceData("diffusion", "beta-schedules.json")]
    public void Betas_and_cumulative_alphas(ReferenceCase example)
    {
        var config = example.Element.GetProperty("config");
        var schedule = new TrainingSchedule(new Ddim.Config
        {
            BetaSchedule = config.GetProperty("beta_schedule").GetString() switch
            {
                "linear" => BetaSchedule.Linear,
                "scaled_linear" => BetaSchedule.ScaledLinear,
                _ => BetaSchedule.SquaredcosCapV2,
            },
            BetaStart = Number(config, "beta_start", 0.0001),
            BetaEnd = Number(config, "beta_end", 0.02),
            NumTrainTimesteps = config.GetProperty("num_train_timesteps").GetInt32(),
            RescaleBetasZeroSnr = config.TryGetProperty("rescale_betas_zero_snr", out var rescale) && rescale.GetBoolean(),
        });
        if (example.Expected.TryGetProperty("examples", out var examples))
        {
            Assert.All(examples.EnumerateArray(), noising => AssertNoising(example, noising, schedule));
            return;
        }

        var index = example.Expected.GetProperty("index").Wholes();
        for (var i = 0; i < index.Length; i++)
        {
            example.AssertClose(example.Expected.GetProperty("betas")[i].GetDouble(), schedule.Betas[index[i]], $"beta {index[i]}");
            example.AssertClose(example.Expected.GetProperty("alphasCumprod")[i].GetDouble(), schedule.AlphasCumprod[index[i]], $"alpha {index[i]}");
        }
    }

    private static void AssertNoising(ReferenceCase example, JsonElement noising, TrainingSchedule schedule)
    {
        var level = NoiseLevel.OfAlpha(schedule.AlphasCumprod[noising.GetProperty("timestep").GetInt32()]);
        var (clean, noise) = (noising.Vector("clean"), noising.Vector("noise"));
        example.AssertClose(noising.Vector("noisy"), [.. clean.Zip(noise, (c, n) => (level.Signal * c) + (level.Noise * n))], "noisy");
        example.AssertClose(noising.Vector("velocity"), [.. clean.Zip(noise, (c, n) => (level.Signal * n) - (level.Noise * c))], "velocity");
    }

    private static double Number(JsonElement config, string name, double fallback) =>
        config.TryGetProperty(name, out var value) ? value.GetDouble() : fallback;
}
