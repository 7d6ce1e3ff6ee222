using StockPipeline.Indicators.Candles;
using StockPipeline.Indicators.Catalogue;
using StockPipeline.Indicators.Parts;

namespace StockPipeline.Indicators.Formulas;

/// <summary>The mean of the last closes in which the newest weighs most.</summary>
internal readonly struct Wma(int period) : IIndicator<Wma, Wma.State>
{
    public static IndicatorDescription Description { get; } = new()
    {
        Name = "wma", Title = "Weighted Moving Average", About = "the mean of the last closes, each weighing one more than the one before",
        Parameters = [ParameterRule.Period("period", 20)], Lines = [new("wma")], Scale = ValueScale.Price, IsOverlay = true,
    };

    public static Wma Create(ReadOnlySpan<double> parameters) => new((int)parameters[0]);

    public Reach Reach => new(First: period - 1) { Window = period };

    public void Next(ref State state, CandleColumns candles, int index, Span<double> trail)
    {
        if (candles.Position(index) >= period - 1)
            state.Value = Windows.WeightedMean(candles.Close.Window(index, period));
    }

    public void Read(in State state, int position, Span<double> lines) => lines[0] = state.Value;

    internal record struct State(double Value);
}
