using System.Collections.Immutable;
using Ranking.Engine.Schedulers;

namespace Ranking.Engine.Diffusion;

/// <summary>What a search for timesteps scores.</summary>
public enum PresetMeasure
{
    /// <summary>The root mean square difference, in levels of 255, to the pictures that many steps make of the same latents.</summary>
    Fidelity,

    /// <summary>The sliced Riesz distance of the pictures, made small, to as many that many steps make of other latents.</summary>
    Distribution,
}

/// <summary>Searches good timesteps for a model and a request (arXiv:2309.10438).</summary>
/// <param name="pipeline">The model.</param>
/// <param name="request">How its pictures are made.</param>
/// <param name="measure">What is scored.</param>
public sealed class PresetSearch(DiffusionPipeline pipeline, PictureRequest request, PresetMeasure measure)
{
    private const int Directions = 64;
    private const int SmallSide = 8;

    /// <summary>Pictures of each score.</summary>
    public int Pictures { get; init; } = 8;

    /// <summary>Steps of the pictures that scores compare with.</summary>
    public int ManySteps { get; init; } = 50;

    /// <summary>Searches.</summary>
    /// <param name="name">The preset's name.</param>
    /// <param name="steps">Its number of timesteps.</param>
    /// <param name="generations">How many generations.</param>
    /// <param name="seed">Of the search.</param>
    /// <param name="cancel">Stops it.</param>
    public async Task<SamplerPreset> RunAsync(string name, int steps, int generations, ulong seed, CancellationToken cancel = default)
    {
        var latents = Latents(0);
        var target = await DrawAsync(measure == PresetMeasure.Fidelity ? latents : Latents(Pictures), request with { Steps = ManySteps, Schedule = new() }, cancel);
        var search = new TimestepSearch(steps, ScoreAsync, Noise.Philox(seed, Purpose.Scheduler, 0));
        var best = (await search.RunAsync(generations, cancel))[^1];
        return new SamplerPreset(name, request.Sampler, best.Timesteps, measure, best.Score, await ScoreAsync(search.Uniform()));

        async Task<double> ScoreAsync(ImmutableArray<int> timesteps)
        {
            var pictures = await DrawAsync(latents, request with { Schedule = new(Timesteps: string.Join(',', timesteps)) }, cancel);
            return measure == PresetMeasure.Fidelity ? Difference(pictures, target) : Distance(pictures, target);
        }
    }

    private static double Difference(Picture[] pictures, Picture[] target) =>
        Math.Sqrt(pictures.Zip(target).SelectMany(pair => pair.First.Rgb.Zip(pair.Second.Rgb, (a, b) => (double)(a - b) * (a - b))).Average());

    private static double Distance(Picture[] pictures, Picture[] target)
    {
        var (one, other) = (Small(pictures), Small(target));
        return RieszDistance.Sliced(one, other, one.Length / pictures.Length, Directions, Noise.Philox(0, Purpose.Scheduler, 1));
    }

    private static double[] Small(Picture[] pictures) => [.. pictures.SelectMany(picture => picture.Resize(SmallSide).Rgb.Select(level => (double)level))];

    private double[] Latents(int first)
    {
        var latents = new double[Pictures * pipeline.Folder.Dimension];
        for (var i = 0; i < Pictures; i++)
        {
            Noise.Philox(0, Purpose.Begin, 0).Normal(first + i, latents.AsSpan(i * pipeline.Folder.Dimension, pipeline.Folder.Dimension));
        }

        return latents;
    }

    private async Task<Picture[]> DrawAsync(double[] latents, PictureRequest how, CancellationToken cancel)
    {
        var pictures = new Picture[Pictures];
        await pipeline.DrawAsync(latents, Pictures, how, (i, picture) => pictures[i] = picture, cancel: cancel);
        return pictures;
    }
}
