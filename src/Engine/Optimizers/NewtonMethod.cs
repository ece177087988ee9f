using System.ComponentModel.DataAnnotations;
using System.Numerics.Tensors;

namespace Ranking.Engine.Optimizers;

/// <summary>The settings that all methods of Newton's family share.</summary>
public record NewtonSettings
{
    /// <summary>h.</summary>
    [Range(1e-8, 1.0), LogScale, Advanced,
        Display(Name = Curvature.SpacingName, Description = Curvature.SpacingHelp)]
    public double Spacing { get; init; } = 1e-5;
}

/// <summary>The state of Newton's family between two steps.</summary>
/// <param name="Centre">The point x.</param>
/// <param name="Hessian">H, row-major, as it was last measured; empty where it is measured anew in each round.</param>
/// <param name="Age">Steps since H was measured.</param>
public sealed record NewtonState(double[] Centre, double[] Hessian, int Age);

/// <summary>
/// A method that uses the whole Hessian H of its point, of d columns at two gradients each, and may use one Hessian for
/// several steps. Those that differ in the step alone say so in <see cref="Move"/>.
/// </summary>
/// <typeparam name="TSettings">The settings record.</typeparam>
public abstract class NewtonMethod<TSettings> : CurvatureMethod<TSettings, NewtonState>
    where TSettings : NewtonSettings, new()
{
    // Curvatures below this share of the largest count as zero: nothing is known along their directions.
    private const double Rank = 1e-14;

    /// <summary>How many steps use one Hessian.</summary>
    protected virtual int Period(TSettings settings) => 1;

    /// <summary>The step from the point, by the slopes along the eigenvectors of H and the curvatures there.</summary>
    /// <param name="settings">The settings.</param>
    /// <param name="slopes">The gradient's components along the eigenvectors.</param>
    /// <param name="curvatures">The eigenvalues of H.</param>
    /// <returns>The step's components along the eigenvectors.</returns>
    protected abstract double[] Move(TSettings settings, double[] slopes, double[] curvatures);

    /// <summary>The step of Newton's method with these curvatures; none along directions without curvature.</summary>
    protected static double[] Newton(double[] slopes, IEnumerable<double> curvatures)
    {
        double[] known = [.. curvatures];
        var least = Rank * known.Max(Math.Abs);
        return [.. slopes.Select((slope, k) => Math.Abs(known[k]) > least ? -slope / known[k] : 0)];
    }

    /// <inheritdoc/>
    protected override NewtonState Begin(Context<TSettings> context) => new(context.Problem.Origin(), [], 0);

    /// <inheritdoc/>
    protected override ReadOnlySpan<double> Best(NewtonState state) => state.Centre;

    /// <inheritdoc/>
    protected override double Spacing(TSettings settings) => settings.Spacing;

    /// <inheritdoc/>
    protected override int Directions(Context<TSettings> context, NewtonState state) => state.Age == 0 ? context.Problem.Dimension : 0;

    /// <inheritdoc/>
    protected override void Direction(Context<TSettings> context, NewtonState state, int index, Span<double> direction)
    {
        direction.Clear();
        direction[index] = 1;
    }

    /// <inheritdoc/>
    protected override NewtonState Step(
        Context<TSettings> context, NewtonState state, ReadOnlySpan<double> gradient, ReadOnlySpan<double> directions, ReadOnlySpan<double> products)
    {
        var period = Period(context.Settings);
        var hessian = state.Age == 0 ? Symmetric(products, gradient.Length) : state.Hessian;
        var (curvatures, vectors) = SymmetricEigen.Of([.. hessian], gradient.Length);
        var (slopes, point) = (new double[gradient.Length], state.Centre.AsSpan().ToArray());
        for (var k = 0; k < slopes.Length; k++)
        {
            slopes[k] = Reduce.Dot(Vector(k), gradient);
        }

        var step = Move(context.Settings, slopes, curvatures);
        for (var k = 0; k < step.Length; k++)
        {
            TensorPrimitives.MultiplyAdd(Vector(k), step[k], point, point);
        }

        context.Problem.Geometry.Project(point);
        return new NewtonState(point, period > 1 ? hessian : [], (state.Age + 1) % period);

        ReadOnlySpan<double> Vector(int k) => vectors.AsSpan(k * point.Length, point.Length);
    }

    // Row k of the products is H times axis k; differences do not come out symmetric to the last bit.
    private static double[] Symmetric(ReadOnlySpan<double> products, int dimension)
    {
        var hessian = new double[products.Length];
        for (var i = 0; i < dimension; i++)
        {
            for (var j = 0; j < dimension; j++)
            {
                hessian[(i * dimension) + j] = 0.5 * (products[(i * dimension) + j] + products[(j * dimension) + i]);
            }
        }

        return hessian;
    }
}
