using Ranking.Engine.Diffusion;
using Ranking.Engine.Tests.Reference;

namespace Ranking.Engine.Tests.Diffusion;

public sealed class GuidanceTests
{
    [Theory]
    [Trait("Category", "Reference")]
    [ReferenceData("diffusion", "guidance-cfg.json")]
    public void Guidance_and_its_rescaled_form(ReferenceCase example)
    {
        var unconditional = example.Inputs.GetProperty("unconditional").Vector("data");
        var conditional = example.Inputs.GetProperty("conditional").Vector("data");
        var length = unconditional.Length / (int)example.Inputs.GetProperty("conditional").GetProperty("shape")[0].GetDouble();
        var scale = example.Parameter("scale");
        Assert.All(example.Expected.GetProperty("rescaled").EnumerateArray(), rescaled =>
            example.AssertClose(rescaled.GetProperty("guided").Vector("data"), Guided(rescaled.GetProperty("phi").GetDouble()), "rescaled"));
        example.AssertClose(example.Expected.GetProperty("guided").Vector("data"), Guided(0), "guided");

        double[] Guided(double rescale)
        {
            var guided = new double[unconditional.Length];
            for (var at = 0; at < guided.Length; at += length)
            {
                Guidance.Combine(unconditional.AsSpan(at, length), conditional.AsSpan(at, length), scale, rescale, guided.AsSpan(at, length));
            }

            return guided;
        }
    }

    [Fact]
    public void The_result_may_be_written_over_an_input()
    {
        double[] unconditional = [1, 2, -3];
        Guidance.Combine(unconditional, [2, 0, -1], 3, 0, unconditional);
        Assert.Equal([4, -4, 3], unconditional);
    }
}
