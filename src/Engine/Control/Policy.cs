namespace Ranking.Engine.Control;

/// <summary>
/// A feed-forward policy with parameters in one vector: tanh(W o + b), or with a hidden layer tanh(V tanh(W o + b) + c).
/// </summary>
/// <param name="observations">Numbers that it sees.</param>
/// <param name="hidden">Hidden units; 0 for a linear policy.</param>
/// <param name="actions">Numbers that it gives, each in (-1, 1).</param>
public sealed class Policy(int observations, int hidden, int actions)
{
    private readonly double[] _hidden = new double[hidden];

    /// <summary>How many parameters there are: the weights of each unit followed by its bias, first layer first.</summary>
    public int Parameters => Count(observations, hidden, actions);

    /// <summary>How many parameters a policy of this shape has.</summary>
    public static int Count(int observations, int hidden, int actions) =>
        hidden == 0 ? actions * (observations + 1) : (hidden * (observations + 1)) + (actions * (hidden + 1));

    /// <summary>Writes the action for an observation.</summary>
    public void Act(ReadOnlySpan<double> parameters, ReadOnlySpan<double> observation, Span<double> action)
    {
        if (_hidden.Length == 0)
        {
            Layer(parameters, observation, action);
            return;
        }

        Layer(parameters, observation, _hidden);
        Layer(parameters[(_hidden.Length * (observation.Length + 1))..], _hidden, action);
    }

    private static void Layer(ReadOnlySpan<double> parameters, ReadOnlySpan<double> input, Span<double> output)
    {
        for (var unit = 0; unit < output.Length; unit++)
        {
            var row = parameters.Slice(unit * (input.Length + 1), input.Length + 1);
            output[unit] = Tanh(Reduce.Dot(row[..^1], input) + row[^1]);
        }
    }

    // By the engine's own exponential, which gives the same bits on every machine.
    private static double Tanh(double x)
    {
        var shrink = Exponential.Of(-2 * Math.Abs(x));
        return Math.Sign(x) * (1 - shrink) / (1 + shrink);
    }
}
