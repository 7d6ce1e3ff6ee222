using StockPipeline.Indicators.Candles;
using StockPipeline.Indicators.Catalogue;
using StockPipeline.Indicators.Parts;

namespace StockPipeline.Indicators.Formulas;

/// <summary>The distance of a fast and a slow mean of the middles of the candles.</summary>
internal readonly struct AwesomeOscillator(int fast, int slow) : IIndicator<AwesomeOscillator, AwesomeOscillator.State>
{
    public static IndicatorDescription Description { get; } = new()
    {
        Name = "ao", Title = "Awesome Oscillator", About = "the distance of a fast and a slow mean of the middle prices",
        Parameters = [ParameterRule.Period("fast", 5, least: 1), ParameterRule.Period("slow", 34)],
        Refuse = parameters => parameters[0] < parameters[1] ? null : "fast is less than slow",
        Lines = [new("ao", LineStyle.Histogram)], Fields = CandleFields.HighLow, Scale = ValueScale.Price, Levels = [0],
    };

    public static AwesomeOscillator Create(ReadOnlySpan<double> parameters) => new((int)parameters[0], (int)parameters[1]);

    public Reach Reach => new(First: slow - 1) { Window = slow };

    public void Next(ref State state, CandleColumns candles, int index, Span<double> trail)
    {
        if (candles.Position(index) >= slow - 1)
            state.Value = Mean(candles, index, fast) - Mean(candles, index, slow);
    }

    public void Read(in State state, int position, Span<double> lines) => lines[0] = state.Value;

    private static double Mean(CandleColumns candles, int index, int period) =>
        (Windows.Sum(candles.High.Window(index, period)) + Windows.Sum(candles.Low.Window(index, period))) / (2 * period);

    internal record struct State(double Value);
}
