using Ranking.Engine.Functions;

namespace Ranking.Engine.Tests.Contracts;

/// <summary>What every test function of the catalogue must keep.</summary>
public sealed class TestFunctionContractTests
{
    private static readonly Catalog<TestFunction> Functions = new();

    // The published values at the minimum, where it is not 0.
    private static readonly Dictionary<string, double> LowestPerDimension = new()
    {
        ["styblinski-tang"] = -39.16616570377141,
        ["branin"] = 0.39788735772973816 / 2,
        ["steep-wall"] = 0.00011977146994468502,
    };

    public static TheoryData<string, int> Cases
    {
        get
        {
            var cases = new TheoryData<string, int>();
            foreach (var entry in Functions.Entries)
            {
                foreach (var dimension in new[] { 1, 2, 7, 13 }.Where(Functions[entry.Key].Admits))
                {
                    cases.Add(entry.Key, dimension);
                }
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_value_at_the_minimum_is_the_published_one_and_no_random_point_is_better(string key, int dimension)
    {
        var function = Functions[key];
        var lowest = LowestPerDimension.GetValueOrDefault(key) * dimension;
        Assert.Equal(lowest, function.Value(function.Minimum(dimension)), 1e-9);
        foreach (var point in Points(function, dimension, 2000))
        {
            Assert.True(function.Value(point) >= lowest - 1e-9, $"{key} is lower at {string.Join(", ", point)}.");
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_gradient_agrees_with_differences_and_is_zero_at_the_minimum(string key, int dimension)
    {
        var function = Functions[key];
        var gradient = new double[dimension];
        foreach (var point in Points(function, dimension, 50))
        {
            function.Gradient(point, gradient);
            for (var i = 0; i < dimension; i++)
            {
                var (up, down) = (point.AsSpan().ToArray(), point.AsSpan().ToArray());
                var h = 1e-5 * Math.Max(1, Math.Abs(point[i]));
                up[i] += h;
                down[i] -= h;
                var difference = (function.Value(up) - function.Value(down)) / (up[i] - down[i]);
                Assert.Equal(difference, gradient[i], 1e-5 * Math.Max(1, Math.Abs(function.Value(point)) + Math.Abs(gradient[i])));
            }
        }

        function.Gradient(function.Minimum(dimension), gradient);
        Assert.All(gradient, g => Assert.Equal(0, g, 1e-6));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_start_lies_in_the_domain_and_is_worse_than_the_minimum(string key, int dimension)
    {
        var function = Functions[key];
        var (start, minimum) = (function.Start(dimension), function.Minimum(dimension));
        Assert.Equal(dimension, start.Length);
        Assert.Equal(dimension, minimum.Length);
        Assert.All(start.Concat(minimum), x => Assert.InRange(x, function.Domain.Lower, function.Domain.Upper));
        Assert.True(function.Value(start) > function.Value(minimum) + 0.1);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_function_says_what_it_is_and_where_it_comes_from(string key, int dimension)
    {
        var entry = Functions.Entry(key);
        Assert.EndsWith(".", entry.Summary, StringComparison.Ordinal);
        Assert.StartsWith("f(x) = ", entry.Formula, StringComparison.Ordinal);
        Assert.NotEmpty(entry.Source);
        Assert.True(Functions[key].Admits(dimension));
    }

    [Fact]
    public void There_are_at_least_25_functions_and_six_landscapes_can_be_drawn_in_the_plane()
    {
        Assert.True(Functions.Entries.Count() >= 25);
        Assert.True(Functions.Entries.Count(entry => Functions[entry.Key].Admits(2)) >= 6);
    }

    private static IEnumerable<double[]> Points(TestFunction function, int dimension, int count)
    {
        var noise = Noise.Philox(3, Purpose.Oracle, 0);
        var (lower, upper) = function.Domain;
        for (var n = 0; n < count; n++)
        {
            yield return [.. Enumerable.Range(0, dimension).Select(i => lower + ((upper - lower) * noise.Uniform(n, i)))];
        }
    }
}
