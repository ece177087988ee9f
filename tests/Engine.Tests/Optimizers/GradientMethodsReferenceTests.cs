using Ranking.Engine.Optimizers;
using Ranking.Engine.Tests.Reference;

namespace Ranking.Engine.Tests.Optimizers;

[Trait("Category", "Reference")]
public sealed class GradientMethodsReferenceTests
{
    [Theory]
    [ReferenceData("optimizers", "sgd.json")]
    [ReferenceData("optimizers", "heavy-ball.json")]
    public void Gradient_descent_follows_the_published_trajectory(ReferenceCase example)
    {
        ArgumentNullException.ThrowIfNull(example);
        Follow(example, new Sgd(), new Sgd.Settings
        {
            StepSize = example.Parameter("lr"),
            Momentum = example.Parameter("momentum", 0),
            Dampening = example.Parameter("dampening", 0),
            WeightDecay = example.Parameter("weightDecay", 0),
        });
    }

    [Theory]
    [ReferenceData("optimizers", "adam.json")]
    public void Adam_follows_the_published_trajectory(ReferenceCase example) => Follow(example, new Adam(), OfAdam(example));

    [Theory]
    [ReferenceData("optimizers", "lion.json")]
    public void Lion_follows_the_published_trajectory(ReferenceCase example) => Follow(example, new Lion(), OfLion(example));

    [Theory]
    [ReferenceData("optimizers", "diffgrad.json")]
    public void DiffGrad_follows_the_published_trajectory(ReferenceCase example) => Follow(example, new DiffGrad(), OfDiffGrad(example));

    [Theory]
    [ReferenceData("optimizers", "first-steps.json")]
    public void First_steps_can_be_checked_by_hand(ReferenceCase example)
    {
        ArgumentNullException.ThrowIfNull(example);
        var start = new Lazy<Problem>(() => Start(example));
        var run = example.Element.GetProperty("optimizer").GetString() switch
        {
            "adam" => new Adam().Start(start.Value, OfAdam(example), NoDraws),
            "lion" => new Lion().Start(start.Value, OfLion(example), NoDraws),
            "diffgrad" => new DiffGrad().Start(start.Value, OfDiffGrad(example), NoDraws),
            _ => null,
        };
        if (run is not null)
        {
            run.Tell(new Judgement.Gradients([0], [.. example.Inputs.Vector("gradient")]));
            example.AssertClose(example.Expected.Vector("x1"), run.Best, "x1");
        }
    }

    private static Adam.Settings OfAdam(ReferenceCase example) => new()
    {
        StepSize = example.Parameter("lr"),
        Beta1 = example.Parameter("beta1"),
        Beta2 = example.Parameter("beta2"),
        Epsilon = example.Parameter("eps"),
        WeightDecay = example.Parameter("weightDecay", 0),
    };

    private static Lion.Settings OfLion(ReferenceCase example) => new()
    {
        StepSize = example.Parameter("lr"),
        Beta1 = example.Parameter("beta1"),
        Beta2 = example.Parameter("beta2"),
        WeightDecay = example.Parameter("weightDecay", 0),
    };

    private static DiffGrad.Settings OfDiffGrad(ReferenceCase example) => new()
    {
        StepSize = example.Parameter("lr"),
        Beta1 = example.Parameter("beta1"),
        Beta2 = example.Parameter("beta2"),
        Epsilon = example.Parameter("eps"),
        WeightDecay = example.Parameter("weightDecay", 0),
        FrozenFriction = example.Parameters.TryGetProperty("frozenFriction", out var frozen) && frozen.GetBoolean(),
    };

    // The recorded gradients test the update rule alone.
    private static void Follow<TSettings, TState>(ReferenceCase example, GradientMethod<TSettings, TState> method, TSettings settings)
        where TSettings : class, new()
        where TState : class
    {
        var x = example.Expected.Rows("x");
        var gradients = (example.Expected.TryGetProperty("gradients", out var recorded) ? recorded : example.Inputs.GetProperty("gradients")).Rows();
        var run = method.Start(Start(example), settings, NoDraws);
        for (var k = 0; k < gradients.Length; k++)
        {
            example.AssertClose(x[k], run.Candidates()[0], $"x[{k}]");
            run.Tell(new Judgement.Gradients([0], [.. gradients[k]]));
        }

        example.AssertClose(x[^1], run.Best, "last x");
    }

    private static Problem Start(ReferenceCase example) => new(example.Inputs.Vector("x0"), 1, 1, new Geometry.Flat());

    private static RecordedNoise NoDraws(Purpose purpose, uint round) => new([]);
}
