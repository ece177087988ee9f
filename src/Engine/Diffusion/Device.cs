using System.Globalization;

namespace Ranking.Engine.Diffusion;

/// <summary>The processor that runs the networks, and why it is this one.</summary>
/// <param name="Provider"><c>cpu</c> or <c>cuda</c>.</param>
/// <param name="Threads">Threads per network call on the CPU.</param>
/// <param name="Reason">One sentence for the log.</param>
public sealed record Device(string Provider, int Threads, string Reason)
{
    /// <summary>Chooses by the setting: <c>auto</c> takes CUDA where its provider loads, <c>cpu</c> never, <c>cuda</c> whenever it can.</summary>
    /// <param name="wanted"><c>auto</c>, <c>cpu</c> or <c>cuda</c>; null is <c>auto</c>.</param>
    /// <param name="threads">Threads per network call; all cores when 0.</param>
    /// <exception cref="ArgumentException">The setting is none of the three.</exception>
    public static Device Choose(string? wanted = null, int threads = 0)
    {
        var cores = threads > 0 ? threads : Environment.ProcessorCount;
        switch (wanted ?? "auto")
        {
            case "cpu":
                return OnCpu(cores, "as configured");
            case "auto" or "cuda":
                var failure = Network.CudaFailure();
                return failure is null
                    ? new Device("cuda", cores, "Networks run on CUDA.")
                    : OnCpu(cores, $"CUDA is not there: {failure}");
            default:
                throw new ArgumentException($"The device is auto, cpu or cuda, not {wanted}.", nameof(wanted));
        }
    }

    private static Device OnCpu(int threads, string why) =>
        new("cpu", threads, string.Create(CultureInfo.InvariantCulture, $"Networks run on the CPU with {threads} threads ({why})."));
}
