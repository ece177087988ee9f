using System.Text.Json;

namespace Ranking.Engine.Tests.Reference;

/// <summary>An objective of the reference files with its derivatives, as programs of their own.</summary>
internal abstract class SmoothObjective
{
    /// <summary>f(x).</summary>
    public abstract double Value(double[] x);

    /// <summary>∇f(x).</summary>
    public abstract double[] Gradient(double[] x);

    /// <summary>The Hessian at x, row by row.</summary>
    public abstract double[][] Hessian(double[] x);

    /// <summary>The objective of an example.</summary>
    public static SmoothObjective Of(ReferenceCase example)
    {
        var objective = example.Element.GetProperty("objective");
        return objective.GetProperty("type").GetString() switch
        {
            "rosenbrock" => new Valley(),
            "quadratic" => new Quadratic(objective),
            "double-well" => new DoubleWell(objective.GetProperty("coupling").GetDouble()),
            var other => throw new ArgumentException($"No objective has the type {other}.", nameof(example)),
        };
    }

    /// <summary>
    /// Tells a run the values at all its candidates, and gradients as if the function were its own second-order model
    /// around the first of them, so that differences of gradients give the Hessian without an error.
    /// </summary>
    public void TellAroundFirst(IRun run)
    {
        var candidates = Optimizers.Rounds.Candidates(run);
        var (centre, gradient, hessian) = (candidates[0], Gradient(candidates[0]), Hessian(candidates[0]));
        var rows = candidates.SelectMany(point => gradient.Select((g, i) => g + hessian[i].Select((h, j) => h * (point[j] - centre[j])).Sum()));
        run.Tell(new Judgement.Gradients([.. candidates.Select(Value)], [.. rows]));
    }

    /// <summary>Tells a run values and gradients at all its candidates.</summary>
    public void Tell(IRun run)
    {
        var candidates = Optimizers.Rounds.Candidates(run);
        run.Tell(new Judgement.Gradients([.. candidates.Select(Value)], [.. candidates.SelectMany(Gradient)]));
    }

    private static double[][] Zero(int dimension) => [.. Enumerable.Range(0, dimension).Select(_ => new double[dimension])];

    private sealed class Valley : SmoothObjective
    {
        public override double Value(double[] x) =>
            Enumerable.Range(0, x.Length - 1).Sum(i => (100 * Math.Pow(x[i + 1] - (x[i] * x[i]), 2)) + Math.Pow(1 - x[i], 2));

        public override double[] Gradient(double[] x)
        {
            var gradient = new double[x.Length];
            for (var i = 0; i + 1 < x.Length; i++)
            {
                gradient[i] += (-400 * x[i] * (x[i + 1] - (x[i] * x[i]))) - (2 * (1 - x[i]));
                gradient[i + 1] += 200 * (x[i + 1] - (x[i] * x[i]));
            }

            return gradient;
        }

        public override double[][] Hessian(double[] x)
        {
            var hessian = Zero(x.Length);
            for (var i = 0; i + 1 < x.Length; i++)
            {
                hessian[i][i] += (1200 * x[i] * x[i]) - (400 * x[i + 1]) + 2;
                hessian[i][i + 1] -= 400 * x[i];
                hessian[i + 1][i] -= 400 * x[i];
                hessian[i + 1][i + 1] += 200;
            }

            return hessian;
        }
    }

    private sealed class Quadratic(JsonElement objective) : SmoothObjective
    {
        private readonly double[][] _a = objective.Rows("A");
        private readonly double[] _b = objective.Vector("b");
        private readonly double _c = objective.GetProperty("c").GetDouble();

        public override double Value(double[] x) => x.Zip(Gradient(x), (v, g) => 0.5 * v * g).Sum() + x.Zip(_b, (v, b) => 0.5 * v * b).Sum() + _c;

        public override double[] Gradient(double[] x) => [.. _a.Select((row, i) => row.Zip(x, (a, v) => a * v).Sum() + _b[i])];

        public override double[][] Hessian(double[] x) => _a;
    }

    private sealed class DoubleWell(double coupling) : SmoothObjective
    {
        public override double Value(double[] x) =>
            x.Sum(v => 0.25 * Math.Pow((v * v) - 1, 2)) + (coupling * Enumerable.Range(0, x.Length - 1).Sum(i => x[i] * x[i + 1]));

        public override double[] Gradient(double[] x) => [.. x.Select((v, i) =>
            (v * ((v * v) - 1)) + (coupling * ((i > 0 ? x[i - 1] : 0) + (i + 1 < x.Length ? x[i + 1] : 0))))];

        public override double[][] Hessian(double[] x)
        {
            var hessian = Zero(x.Length);
            for (var i = 0; i < x.Length; i++)
            {
                hessian[i][i] = (3 * x[i] * x[i]) - 1;
                if (i + 1 < x.Length)
                {
                    hessian[i][i + 1] = coupling;
                    hessian[i + 1][i] = coupling;
                }
            }

            return hessian;
        }
    }
}
