using StockPipeline.Indicators.Candles;
using StockPipeline.Indicators.Catalogue;
using StockPipeline.Indicators.Parts;

namespace StockPipeline.Indicators.Formulas;

/// <summary>The distance of a fast and a slow average of Chaikin's line, both of which begin with its first value.</summary>
internal readonly struct ChaikinOscillator(int fast, int slow) : IIndicator<ChaikinOscillator, ChaikinOscillator.State>
{
    private readonly double fastWeight = Average.Weight(fast);
    private readonly double slowWeight = Average.Weight(slow);

    public static IndicatorDescription Description { get; } = new()
    {
        Name = "adosc", Title = "Chaikin Oscillator", About = "the distance of a fast and a slow average of accumulation/distribution",
        Parameters = [ParameterRule.Period("fast", 3), ParameterRule.Period("slow", 10)],
        Refuse = parameters => parameters[0] < parameters[1] ? null : "fast is less than slow",
        Lines = [new("adosc")], Fields = CandleFields.HighLow | CandleFields.Volume, Scale = ValueScale.Own, Levels = [0],
    };

    public static ChaikinOscillator Create(ReadOnlySpan<double> parameters) => new((int)parameters[0], (int)parameters[1]);

    public Reach Reach => new(First: slow - 1) { Settling = 2 * Average.Settling(slow) };

    public void Next(ref State state, CandleColumns candles, int index, Span<double> trail)
    {
        var sum = state.Sum + MoneyFlow.At(candles, index);
        state = candles.Position(index) == 0
            ? new State(sum, sum, sum)
            : new State(sum, state.Fast + ((sum - state.Fast) * fastWeight), state.Slow + ((sum - state.Slow) * slowWeight));
    }

    public void Read(in State state, int position, Span<double> lines) => lines[0] = state.Fast - state.Slow;

    internal record struct State(double Sum, double Fast, double Slow);
}
