using StockPipeline.Indicators.Candles;
using StockPipeline.Indicators.Catalogue;
using StockPipeline.Indicators.Parts;

namespace StockPipeline.Indicators.Formulas;

/// <summary>Wilder's average of the true range.</summary>
internal readonly struct Atr(int period) : IIndicator<Atr, Atr.State>
{
    public static IndicatorDescription Description { get; } = new()
    {
        Name = "atr", Title = "Average True Range", About = "how far the price usually goes in one candle, gaps included",
        Parameters = [ParameterRule.Period("period", 14, least: 1)], Lines = [new("atr")], Fields = CandleFields.HighLow, Scale = ValueScale.Price,
    };

    public static Atr Create(ReadOnlySpan<double> parameters) => new((int)parameters[0]);

    public Reach Reach => new(First: period) { Window = 2, Settling = Average.WilderSettling(period) };

    public void Next(ref State state, CandleColumns candles, int index, Span<double> trail)
    {
        var position = candles.Position(index);
        if (position == 0)
            return;
        var value = state.Value;
        Average.TakeWilder(ref value, TrueRange.At(candles, index), position - 1, period);
        state.Value = value;
    }

    public void Read(in State state, int position, Span<double> lines) => lines[0] = state.Value;

    internal record struct State(double Value);
}
