using System.Numerics.Tensors;
using System.Text.Json.Serialization;

namespace Ranking.Engine;

/// <summary>Where points may be, and how a point that left is brought back.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(Flat), "flat")]
[JsonDerivedType(typeof(Shell), "shell")]
[JsonDerivedType(typeof(Box), "box")]
[JsonDerivedType(typeof(ShellAndBox), "shell-and-box")]
public abstract record Geometry
{
    private Geometry()
    {
    }

    /// <summary>Brings a point back in place. Doing it twice is the same as doing it once.</summary>
    public abstract void Project(Span<double> point);

    /// <summary>Writes the point at a share of the way between two points, 0 to 1; the ends are the two themselves.</summary>
    public virtual void Between(ReadOnlySpan<double> from, ReadOnlySpan<double> to, double share, Span<double> point)
    {
        Interpolation.Line(from, to, share, point);
        Project(point);
    }

    /// <summary>All of the space.</summary>
    public sealed record Flat : Geometry
    {
        /// <inheritdoc/>
        public override void Project(Span<double> point)
        {
        }
    }

    /// <summary>
    /// The sphere of radius √d on which standard normal latents of dimension d lie almost surely; away from it a
    /// diffusion model's pictures dissolve.
    /// </summary>
    public sealed record Shell : Geometry
    {
        /// <inheritdoc/>
        public override void Project(Span<double> point)
        {
            var norm = Reduce.Norm(point);
            var radius = Math.Sqrt(point.Length);
            if (norm > 0 && Math.Abs(norm - radius) > 1e-13 * radius)
            {
                TensorPrimitives.Multiply(point, radius / norm, point);
            }
        }

        /// <inheritdoc/>
        public override void Between(ReadOnlySpan<double> from, ReadOnlySpan<double> to, double share, Span<double> point)
        {
            Interpolation.Arc(from, to, share, point);
            Project(point);
        }
    }

    /// <summary>A box, the same bounds for every coordinate.</summary>
    public sealed record Box(double Lower, double Upper) : Geometry
    {
        /// <inheritdoc/>
        public override void Project(Span<double> point) => TensorPrimitives.Clamp(point, Lower, Upper, point);
    }

    /// <summary>Two parts: a latent, on its sphere or free, and settings inside a box around 0.</summary>
    /// <param name="Latent">How many numbers the latent has; they come first.</param>
    /// <param name="OnShell">Whether the latent stays on the sphere of radius √<paramref name="Latent"/>.</param>
    /// <param name="Bound">The largest absolute value of a setting.</param>
    public sealed record ShellAndBox(int Latent, bool OnShell, double Bound) : Geometry
    {
        /// <inheritdoc/>
        public override void Project(Span<double> point)
        {
            if (OnShell)
            {
                new Shell().Project(point[..Latent]);
            }

            TensorPrimitives.Clamp(point[Latent..], -Bound, Bound, point[Latent..]);
        }

        /// <inheritdoc/>
        public override void Between(ReadOnlySpan<double> from, ReadOnlySpan<double> to, double share, Span<double> point)
        {
            Interpolation.Line(from, to, share, point);
            if (OnShell)
            {
                Interpolation.Arc(from[..Latent], to[..Latent], share, point[..Latent]);
            }

            Project(point);
        }
    }
}
