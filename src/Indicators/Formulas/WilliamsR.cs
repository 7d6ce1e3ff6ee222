using StockPipeline.Indicators.Candles;
using StockPipeline.Indicators.Catalogue;
using StockPipeline.Indicators.Parts;

namespace StockPipeline.Indicators.Formulas;

/// <summary>How far the close stands below the highest high, in percent of the range.</summary>
internal readonly struct WilliamsR(int period) : IIndicator<WilliamsR, WilliamsR.State>
{
    public static IndicatorDescription Description { get; } = new()
    {
        Name = "willr", Title = "Williams %R", About = "how far the close stands below the highest price of the window, from 0 down to -100",
        Parameters = [ParameterRule.Period("period", 14)], Lines = [new("willr")], Fields = CandleFields.HighLow, Scale = ValueScale.Percent,
        Levels = [-80, -20],
    };

    public static WilliamsR Create(ReadOnlySpan<double> parameters) => new((int)parameters[0]);

    public Reach Reach => new(First: period - 1) { Window = period };

    public void Next(ref State state, CandleColumns candles, int index, Span<double> trail)
    {
        if (candles.Position(index) < period - 1)
            return;
        var highest = Extremes.Highest(candles.High.Window(index, period));
        var lowest = Extremes.Lowest(candles.Low.Window(index, period));
        state.Value = highest > lowest ? Math.Clamp(-100 * (highest - candles.Close[index]) / (highest - lowest), -100, 0) : 0;
    }

    public void Read(in State state, int position, Span<double> lines) => lines[0] = state.Value;

    internal record struct State(double Value);
}
