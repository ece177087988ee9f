using System.Text.Json;

namespace Ranking.Engine.Tests.Reference;

/// <summary>The objectives of the reference files, by their <c>type</c>. All are minimised.</summary>
internal static class Objectives
{
    /// <summary>The objective of an example.</summary>
    public static Func<double[], double> Of(ReferenceCase example) => Of(example.Element.GetProperty("objective"));

    /// <summary>The objective that this JSON describes.</summary>
    public static Func<double[], double> Of(JsonElement objective)
    {
        switch (objective.GetProperty("type").GetString())
        {
            case "sphere":
                return x => x.Sum(v => v * v);
            case "shifted-sphere":
                var centre = objective.Vector("center");
                return x => x.Zip(centre, (v, c) => (v - c) * (v - c)).Sum();
            case "quadratic":
                var (a, b, c0) = (objective.Rows("A"), objective.Vector("b"), objective.GetProperty("c").GetDouble());
                return x => (0.5 * x.Select((v, i) => v * Dot(a[i], x)).Sum()) + Dot(b, x) + c0;
            case "ellipsoid":
                var condition = objective.GetProperty("cond").GetDouble();
                return x => x.Select((v, i) => Math.Pow(condition, i / Math.Max(1.0, x.Length - 1)) * v * v).Sum();
            case "rosenbrock":
                return x => Enumerable.Range(0, x.Length - 1).Sum(i => (100 * Square(x[i + 1] - (x[i] * x[i]))) + Square(1 - x[i]));
            case "rastrigin":
                return x => (10 * x.Length) + x.Sum(v => (v * v) - (10 * Math.Cos(2 * Math.PI * v)));
            case "ackley":
                return x => (-20 * Math.Exp(-0.2 * Math.Sqrt(x.Average(v => v * v)))) - Math.Exp(x.Average(v => Math.Cos(2 * Math.PI * v))) + 20 + Math.E;
            case "l1":
                return x => x.Sum(Math.Abs);
            case var other:
                throw new ArgumentException($"No objective has the type {other}.", nameof(objective));
        }
    }

    private static double Square(double x) => x * x;

    private static double Dot(double[] a, double[] b) => a.Zip(b, (x, y) => x * y).Sum();
}
