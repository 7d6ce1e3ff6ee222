using StockPipeline.Indicators.Candles;
using StockPipeline.Indicators.Catalogue;
using StockPipeline.Indicators.Parts;

namespace StockPipeline.Indicators.Formulas;

/// <summary>The mean of the last closes.</summary>
internal readonly struct Sma(int period) : IIndicator<Sma, Sma.State>
{
    public static IndicatorDescription Description { get; } = new()
    {
        Name = "sma", Title = "Simple Moving Average", About = "the mean of the last closes",
        Parameters = [ParameterRule.Period("period", 20)], Lines = [new("sma")], Scale = ValueScale.Price, IsOverlay = true,
    };

    public static Sma Create(ReadOnlySpan<double> parameters) => new((int)parameters[0]);

    public Reach Reach => new(First: period - 1) { Window = period };

    public void Next(ref State state, CandleColumns candles, int index, Span<double> trail)
    {
        if (candles.Position(index) >= period - 1)
            state.Value = Windows.Sum(candles.Close.Window(index, period)) / period;
    }

    public void Read(in State state, int position, Span<double> lines) => lines[0] = state.Value;

    internal record struct State(double Value);
}
