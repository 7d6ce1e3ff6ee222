using StockPipeline.Indicators.Candles;
using StockPipeline.Indicators.Catalogue;
using StockPipeline.Indicators.Parts;

namespace StockPipeline.Indicators.Formulas;

/// <summary>How long ago the highest high and the lowest low were; of equals the newest counts.</summary>
internal readonly struct Aroon(int period) : IIndicator<Aroon, Aroon.State>
{
    public static IndicatorDescription Description { get; } = new()
    {
        Name = "aroon", Title = "Aroon",
        About = "how fresh the highest and the lowest price of the window are: 100 is now, 0 is as old as the window",
        Parameters = [ParameterRule.Period("period", 14)], Lines = [new("up"), new("down"), new("oscillator")], Fields = CandleFields.HighLow,
        Scale = ValueScale.Exact, Levels = [0, 50],
    };

    public static Aroon Create(ReadOnlySpan<double> parameters) => new((int)parameters[0]);

    public Reach Reach => new(First: period) { Window = period + 1 };

    public void Next(ref State state, CandleColumns candles, int index, Span<double> trail)
    {
        if (candles.Position(index) < period)
            return;
        var highs = candles.High.Window(index, period + 1);
        var lows = candles.Low.Window(index, period + 1);
        var up = 100.0 * Extremes.NewestOf(highs, Extremes.Highest(highs)) / period;
        var down = 100.0 * Extremes.NewestOf(lows, Extremes.Lowest(lows)) / period;
        state = new State(up, down);
    }

    public void Read(in State state, int position, Span<double> lines)
    {
        lines[0] = state.Up;
        lines[1] = state.Down;
        lines[2] = state.Up - state.Down;
    }

    internal record struct State(double Up, double Down);
}
