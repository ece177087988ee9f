using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using Ranking.Engine.Functions;

namespace Ranking.Engine.Spaces;

/// <summary>A test function: the truth is known, and points are shown on its contour plot.</summary>
[Entry("function", "Test function", Summary = "Points on a function whose minimum is known, to try the loop and to measure optimisers.")]
public sealed class FunctionSpace : ISpace
{
    // A picture evaluates the function 16,384 times: beyond this a batch would take seconds.
    private const int MostDimensionsDrawn = 2_000;

    private readonly Catalog<TestFunction> _functions = new();

    /// <summary>The settings of a test function.</summary>
    public sealed record Settings
    {
        /// <summary>The function's key.</summary>
        [StringLength(40, MinimumLength = 1), Display(Name = "Function", Description = "The key of a test function, such as sphere or rosenbrock.")]
        public string Function { get; init; } = "sphere";

        /// <summary>d.</summary>
        [Range(1, 1_000_000), LogScale, Display(Name = "Dimension", Description = "How many numbers d a point has.")]
        public int Dimension { get; init; } = 2;
    }

    /// <inheritdoc/>
    public SettingsSchema Schema => SettingsSchema.Of(typeof(Settings));

    /// <inheritdoc/>
    public Task<IOpenSpace> OpenAsync(JsonElement settings, CancellationToken cancel = default)
    {
        var chosen = (Settings)Schema.Read(settings);
        if (!_functions.Contains(chosen.Function))
        {
            throw Refused("function", $"There is no function {chosen.Function}; known are {string.Join(", ", _functions.Entries.Select(e => e.Key))}.");
        }

        var function = _functions[chosen.Function];
        return function.Admits(chosen.Dimension)
            ? Task.FromResult<IOpenSpace>(new Open(function, chosen.Dimension))
            : throw Refused("dimension", function.MinDimension == function.MaxDimension
                ? $"{_functions.Entry(chosen.Function).Title} has {function.MinDimension} dimensions."
                : $"{_functions.Entry(chosen.Function).Title} has {function.MinDimension} to {function.MaxDimension} dimensions.");
    }

    private static SettingsException Refused(string member, string why) => new(new Dictionary<string, string[]> { [member] = [why] });

    private sealed class Open(TestFunction function, int dimension) : IOpenSpace
    {
        private readonly Lazy<Landscape> _landscape = new(() => new Landscape(function, dimension));
        private readonly Lazy<Curve> _curve = new(() => new Curve(function));

        public int Dimension => dimension;

        public Geometry Geometry { get; } = new Geometry.Flat();

        public bool Renders => dimension <= MostDimensionsDrawn;

        public void Start(Noise noise, Span<double> point) => function.Start(dimension).CopyTo(point);

        public double? Value(ReadOnlySpan<double> point) => function.Value(point);

        public Task RenderAsync(ReadOnlyMemory<double> points, int count, Action<int, Artifact> done, IProgress<double>? progress = null, CancellationToken cancel = default) =>
            Task.Run(
                () =>
                {
                    for (var i = 0; i < count; i++)
                    {
                        cancel.ThrowIfCancellationRequested();
                        done(i, new Artifact(Draw(points.Span.Slice(i * dimension, dimension)), "image/png"));
                        progress?.Report((i + 1.0) / count);
                    }
                },
                cancel);

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;

        private byte[] Draw(ReadOnlySpan<double> point) => dimension == 1 ? _curve.Value.Draw(point) : _landscape.Value.Draw(point);
    }
}
