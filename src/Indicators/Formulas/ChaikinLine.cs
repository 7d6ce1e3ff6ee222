using StockPipeline.Indicators.Candles;
using StockPipeline.Indicators.Catalogue;
using StockPipeline.Indicators.Parts;

namespace StockPipeline.Indicators.Formulas;

/// <summary>Chaikin's accumulation and distribution: all volumes, each weighed by where the close stands in its candle.</summary>
internal readonly struct ChaikinLine : IIndicator<ChaikinLine, ChaikinLine.State>, IRunningTotal<ChaikinLine.State>
{
    public static IndicatorDescription Description { get; } = new()
    {
        Name = "ad", Title = "Chaikin Accumulation/Distribution",
        About = "the sum of all volumes, each weighed by where the close stands in its candle",
        Lines = [new("ad")], Fields = CandleFields.HighLow | CandleFields.Volume, Scale = ValueScale.Own,
    };

    public static ChaikinLine Create(ReadOnlySpan<double> parameters) => default;

    public Reach Reach => new(First: 0) { Settling = Reach.Never };

    public void Next(ref State state, CandleColumns candles, int index, Span<double> trail) => state.Sum += MoneyFlow.At(candles, index);

    public void Read(in State state, int position, Span<double> lines) => lines[0] = state.Sum;

    public void Move(ref State state, double by) => state.Sum += by;

    internal record struct State(double Sum);
}
