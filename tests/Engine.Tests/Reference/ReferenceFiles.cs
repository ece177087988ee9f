using System.Reflection;
using System.Text.Json;
using Xunit.Sdk;

namespace Ranking.Engine.Tests.Reference;

/// <summary>
/// The published examples beside this file, one folder a subject: the test's own copy always, and the same file below
/// the folder that the environment variable RANKING_REFERENCE_DIR names when it is there.
/// </summary>
internal static class ReferenceFiles
{
    /// <summary>Every case of a file, in all the places where the file is.</summary>
    /// <param name="folder">The subject, such as <c>zo</c>.</param>
    /// <param name="file">The file's name.</param>
    public static IEnumerable<ReferenceCase> Cases(string folder, string file)
    {
        foreach (var path in Paths(folder, file))
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path));
            var root = document.RootElement.Clone();
            foreach (var element in root.GetProperty("cases").EnumerateArray())
            {
                yield return new ReferenceCase(path, root.GetProperty("header"), element);
            }
        }
    }

    /// <summary>Where a file is: the test's own copy first.</summary>
    public static IEnumerable<string> Paths(string folder, string file)
    {
        yield return Path.Combine(AppContext.BaseDirectory, "Reference", folder, file);
        var further = Environment.GetEnvironmentVariable("RANKING_REFERENCE_DIR");
        if (!string.IsNullOrWhiteSpace(further) && File.Exists(Path.Combine(further, folder, file)))
        {
            yield return Path.Combine(further, folder, file);
        }
    }
}

/// <summary>The cases of a reference file as the data of a theory.</summary>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
internal sealed class ReferenceDataAttribute(string folder, string file) : DataAttribute
{
    public override IEnumerable<object[]> GetData(MethodInfo testMethod) =>
        ReferenceFiles.Cases(folder, file).Select(example => new object[] { example });
}

/// <summary>One example of a reference file: inputs, expected outputs, and the tolerance of its file.</summary>
public sealed class ReferenceCase(string path, JsonElement header, JsonElement element)
{
    /// <summary>The file it comes from.</summary>
    public string Path => path;

    /// <summary>What holds for all examples of the file.</summary>
    public JsonElement Header => header;

    /// <summary>The whole example.</summary>
    public JsonElement Element { get; } = element;

    /// <summary>The example's name within its file.</summary>
    public string Id => Element.GetProperty("id").GetString()!;

    /// <summary>Numbers per point.</summary>
    public int Dimension => Element.GetProperty("dimension").GetInt32();

    /// <summary>The member <c>parameters</c>.</summary>
    public JsonElement Parameters => Element.GetProperty("parameters");

    /// <summary>The member <c>inputs</c>.</summary>
    public JsonElement Inputs => Element.GetProperty("inputs");

    /// <summary>The member <c>expected</c>.</summary>
    public JsonElement Expected => Element.GetProperty("expected");

    /// <summary>A number of <see cref="Parameters"/>, or a default where the example leaves it out.</summary>
    public double Parameter(string name, double fallback = double.NaN) =>
        Parameters.TryGetProperty(name, out var value) ? value.GetDouble() : fallback;

    /// <summary>A whole number of <see cref="Parameters"/>; examples print some with a fraction of zero.</summary>
    public int Whole(string name) => (int)Parameters.GetProperty(name).GetDouble();

    /// <summary>Asserts that a number agrees: |a − b| ≤ absolute + relative·scale, where the scale is |b| unless given.</summary>
    public void AssertClose(double expected, double actual, string what, double? scale = null)
    {
        var tolerance = Element.TryGetProperty("tolerance", out var own) ? own : header.GetProperty("tolerance");
        var allowed = tolerance.GetProperty("absolute").GetDouble() + (tolerance.GetProperty("relative").GetDouble() * (scale ?? Math.Abs(expected)));
        Assert.True(Math.Abs(actual - expected) <= allowed, $"{what}: expected {expected:R}, got {actual:R}, allowed {allowed:R}");
    }

    /// <summary>Asserts that a vector agrees entry by entry.</summary>
    public void AssertClose(ReadOnlySpan<double> expected, ReadOnlySpan<double> actual, string what)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++)
        {
            AssertClose(expected[i], actual[i], $"{what}[{i}]");
        }
    }

    /// <inheritdoc/>
    public override string ToString() => $"{System.IO.Path.GetFileName(path)}/{Id}";
}

/// <summary>Shorthands for reading arrays.</summary>
internal static class JsonArrays
{
    public static double[] Vector(this JsonElement array) => [.. array.EnumerateArray().Select(x => x.GetDouble())];

    public static int[] Wholes(this JsonElement array) => [.. array.EnumerateArray().Select(x => (int)x.GetDouble())];

    public static double[] Vector(this JsonElement element, string name) => element.GetProperty(name).Vector();

    public static double[][] Rows(this JsonElement array) => [.. array.EnumerateArray().Select(row => row.Vector())];

    public static double[][] Rows(this JsonElement element, string name) => element.GetProperty(name).Rows();
}

/// <summary>Draws that a reference file gives: row i belongs to candidate i.</summary>
internal sealed class RecordedNoise(double[][] draws) : Noise
{
    public override void Normal(int candidate, Span<double> destination) => draws[candidate].CopyTo(destination);

    // Recorded directions have length 1 up to rounding and are to be used as they are.
    public override void Direction(int candidate, Span<double> destination) => Normal(candidate, destination);

    public override double Uniform(int candidate, int position) =>
        throw new InvalidOperationException("The reference files record normal draws only.");
}
