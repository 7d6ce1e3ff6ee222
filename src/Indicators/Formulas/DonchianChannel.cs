using StockPipeline.Indicators.Candles;
using StockPipeline.Indicators.Catalogue;
using StockPipeline.Indicators.Parts;
using StockPipeline.Indicators.Signals;

namespace StockPipeline.Indicators.Formulas;

/// <summary>The highest high and the lowest low of the last candles, or of those up to some candles ago.</summary>
internal readonly struct DonchianChannel(int period, int lag) : IIndicator<DonchianChannel, DonchianChannel.State>
{
    public static IndicatorDescription Description { get; } = new()
    {
        Name = "donchian", Title = "Donchian Channel", About = "the highest and the lowest price of the window; with lag 1 a close can pass them",
        Parameters = [ParameterRule.Period("period", 20), ParameterRule.Period("lag", 0, least: 0)],
        Lines = [new("upper", LineStyle.Cloud), new("middle"), new("lower")], Fields = CandleFields.HighLow, Scale = ValueScale.Price,
        IsOverlay = true,
        Signals = SignalRule.Bands("upper", "lower"),
    };

    public static DonchianChannel Create(ReadOnlySpan<double> parameters) => new((int)parameters[0], (int)parameters[1]);

    public Reach Reach => new(First: period - 1 + lag) { Window = period + lag };

    public void Next(ref State state, CandleColumns candles, int index, Span<double> trail)
    {
        if (candles.Position(index) < period - 1 + lag)
            return;
        state = new State(Extremes.Highest(candles.High.Window(index - lag, period)), Extremes.Lowest(candles.Low.Window(index - lag, period)));
    }

    public void Read(in State state, int position, Span<double> lines)
    {
        lines[0] = state.Upper;
        lines[1] = (state.Upper + state.Lower) / 2;
        lines[2] = state.Lower;
    }

    internal record struct State(double Upper, double Lower);
}
