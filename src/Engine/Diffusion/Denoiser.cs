using System.Numerics.Tensors;

namespace Ranking.Engine.Diffusion;

/// <summary>The network that is called in every step: sample, time and prompt in; noise, velocity or clean sample out.</summary>
public sealed class Denoiser : IDisposable
{
    private const string Text = "encoder_hidden_states";
    private const string Sizes = "time_ids";
    private const string Scale = "timestep_cond";

    // What exports call the sample, and the pooled prompt.
    private static readonly string[] SampleNames = ["sample", "hidden_states"];
    private static readonly string[] PooledNames = ["text_embeds", "pooled_projections"];
    private static readonly string[] Known = [.. SampleNames, "timestep", Text, .. PooledNames, Sizes, Scale];

    private readonly ModelFolder _folder;
    private readonly Network _network;
    private readonly Port _sample;
    private readonly Port _timestep;
    private readonly Port? _pooled;
    private NetworkCall? _call;
    private (int Count, int Tokens, int Columns) _size;
    private double[] _times = [];

    /// <summary>Loads the denoiser of a model.</summary>
    /// <exception cref="InvalidDataException">It is broken or of an unknown interface.</exception>
    public Denoiser(ModelFolder folder, Device device)
    {
        ArgumentNullException.ThrowIfNull(folder);
        _folder = folder;
        _network = new Network(folder.PathOf(folder.Denoiser, "model.onnx"), device);
        var names = _network.Inputs.Select(i => i.Name).ToArray();
        var (sample, text) = (Input(SampleNames), Input(Text));
        if (sample is null || text is null || Input("timestep") is not { } timestep || names.Except(Known).Any() || HasSizes && Input(PooledNames) is null)
        {
            throw new InvalidDataException($"{folder.Denoiser}/model.onnx takes {string.Join(", ", names)}; known are {string.Join(", ", Known)}.");
        }

        (_sample, _timestep, _pooled) = (sample, timestep, Input(PooledNames));
        var sizes = sample.Shape.Skip(1).Zip(folder.LatentShape);
        if (sample.Shape.Count != 4 || sizes.Any(size => size.First > 0 && size.First != size.Second))
        {
            throw new InvalidDataException($"{folder.Denoiser}/model.onnx takes samples of {string.Join('×', sample.Shape.Skip(1))}, config.json says {string.Join('×', folder.LatentShape)}.");
        }

        // One number for each sample where the dimension bears the batch's own name.
        TakesOwnTimes = timestep.Shape is [< 0] && sample.Symbols[0].Length > 0 && timestep.Symbols[0] == sample.Symbols[0];
        Columns = text.Shape is [_, _, > 0 and var columns] ? columns : 0;
        if (EmbedsGuidance && GuidanceColumns < 4)
        {
            throw new InvalidDataException($"{folder.Denoiser}/model.onnx takes {Scale} of an unknown size; config.json should say time_cond_proj_dim.");
        }
    }

    /// <summary>Time inside ONNX Runtime so far.</summary>
    public TimeSpan Busy => _network.Busy;

    /// <summary>How it takes prompts.</summary>
    public ConditioningKind Kind => HasSizes ? ConditioningKind.Sized : _pooled is null ? ConditioningKind.Plain : ConditioningKind.Joint;

    /// <summary>Numbers per token that it takes; 0 where it takes any.</summary>
    public int Columns { get; }

    /// <summary>Whether the strength of guidance is an input of its own, as in consistency distillation: one call does for both halves.</summary>
    public bool EmbedsGuidance => Input(Scale) is not null;

    private bool HasSizes => Input(Sizes) is not null;

    private int GuidanceColumns => Input(Scale)?.Shape is [_, > 0 and var columns] ? columns : _folder.GuidanceColumns;

    /// <summary>Whether each row may be at a time of its own, so that runs share a call wherever they are.</summary>
    public bool TakesOwnTimes { get; private set; }

    /// <summary>Prepares for calls of some rows.</summary>
    /// <param name="rows">What each row is asked for, and the strength of guidance, for networks that take it as an input.</param>
    public void Begin(IReadOnlyList<(Conditioning Prompt, double Guidance)> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        var first = rows[0].Prompt;
        var size = (rows.Count, first.Rows, first.Columns);
        if (_call is null || _size != size)
        {
            // Where memory does not hold the new call there is none.
            _call?.Dispose();
            _call = null;
            _call = Prepare(rows.Count, first);
            _size = size;
        }

        for (var row = 0; row < rows.Count; row++)
        {
            var (prompt, guidance) = rows[row];
            _call.Write(Text, prompt.Hidden, row * prompt.Hidden.Length);
            if (_pooled is not null)
            {
                _call.Write(_pooled.Name, prompt.Pooled, row * prompt.Pooled.Length);
            }

            if (HasSizes)
            {
                // Original size, the crop's corner, and target size, as a picture that was never scaled or cropped.
                _call.Write(Sizes, [_folder.Height, _folder.Width, 0, 0, _folder.Height, _folder.Width], row * 6);
            }

            if (EmbedsGuidance)
            {
                _call.Write(Scale, EmbeddedGuidance(guidance), row * GuidanceColumns);
            }
        }
    }

    /// <summary>One call for all rows.</summary>
    /// <param name="times">The time of each row; all the same unless <see cref="TakesOwnTimes"/>.</param>
    /// <param name="samples">The sample of each row.</param>
    /// <param name="output">The answers, row by row.</param>
    /// <param name="cancel">Stops inside the call.</param>
    public void Run(ReadOnlySpan<double> times, ReadOnlySpan<double> samples, Span<double> output, CancellationToken cancel)
    {
        var call = _call ?? throw new InvalidOperationException("Begin comes first.");
        call.Write(_sample.Name, samples);
        for (var i = 0; i < _times.Length; i++)
        {
            _times[i] = _timestep.IsWhole ? Math.Round(times[i]) : times[i];
        }

        call.Write("timestep", _times);
        call.Run(cancel);
        call.Read(output);
    }

    /// <summary>
    /// Finds out whether each row may be at a time of its own where the graph leaves it open: two rows at two times must
    /// answer as they do alone. Takes four rows in three calls.
    /// </summary>
    /// <param name="prompt">Any prompt.</param>
    /// <param name="cancel">Gives up.</param>
    public void TryOwnTimes(Conditioning prompt, CancellationToken cancel)
    {
        if (TakesOwnTimes || _timestep.Shape is not [< 0])
        {
            return;
        }

        double[] times = [601, 301];
        var dimension = _folder.Dimension;
        var (samples, alone, together) = (new double[2 * dimension], new double[2 * dimension], new double[2 * dimension]);
        Noise.Philox(0, Purpose.Begin, 0).Normal(0, samples);
        for (var row = 0; row < 2; row++)
        {
            Answer([times[row]], samples.AsSpan(row * dimension, dimension), alone.AsSpan(row * dimension, dimension));
        }

        TakesOwnTimes = true;
        try
        {
            Answer(times, samples, together);
            TakesOwnTimes = TensorPrimitives.Distance(alone, together) <= 1e-3 * TensorPrimitives.Norm(alone);
        }
        catch (InvalidDataException)
        {
            TakesOwnTimes = false;
        }
        finally
        {
            _call?.Dispose();
            _call = null;
        }

        void Answer(ReadOnlySpan<double> at, ReadOnlySpan<double> rows, Span<double> answers)
        {
            _call?.Dispose();
            _call = null;
            Begin([.. Enumerable.Repeat((prompt, 1.0), at.Length)]);
            Run(at, rows, answers, cancel);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _call?.Dispose();
        _network.Dispose();
    }

    private NetworkCall Prepare(int rows, Conditioning prompt)
    {
        var timesteps = TimestepShape(rows);
        _times = new double[timesteps is [var times] ? times : 1];
        var shapes = new Dictionary<string, long[]>
        {
            [_sample.Name] = [rows, .. _folder.LatentShape],
            ["timestep"] = timesteps,
            [Text] = [rows, prompt.Rows, prompt.Columns],
        };
        if (_pooled is not null)
        {
            shapes[_pooled.Name] = [rows, prompt.Pooled.Length];
        }

        if (HasSizes)
        {
            shapes[Sizes] = [rows, 6];
        }

        if (EmbedsGuidance)
        {
            shapes[Scale] = [rows, GuidanceColumns];
        }

        return _network.Prepare(shapes, _network.Outputs[0].Name);
    }

    // Sines and cosines of 1000 (w - 1) (Luo et al.: Latent Consistency Models, arXiv 2310.04378, section 4.3).
    private double[] EmbeddedGuidance(double guidance)
    {
        var embedded = new double[GuidanceColumns];
        var half = embedded.Length / 2;
        for (var i = 0; i < half; i++)
        {
            var angle = 1000 * (guidance - 1) * Math.Exp(-Math.Log(10_000) * i / (half - 1));
            (embedded[i], embedded[half + i]) = Math.SinCos(angle);
        }

        return embedded;
    }

    // Exports differ: no dimension, one of size 1, or one number for each sample.
    private long[] TimestepShape(int rows) => _timestep.Shape.Count == 0 ? [] : TakesOwnTimes ? [rows] : [1];

    private Port? Input(params ReadOnlySpan<string> names)
    {
        foreach (var input in _network.Inputs)
        {
            if (names.Contains(input.Name))
            {
                return input;
            }
        }

        return null;
    }
}
