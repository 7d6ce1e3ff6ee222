using StockPipeline.Indicators.Candles;
using StockPipeline.Indicators.Catalogue;

namespace StockPipeline.Indicators.Formulas;

/// <summary>The volumes of all candles, those of rising closes added and those of falling ones taken off.</summary>
internal readonly struct Obv : IIndicator<Obv, Obv.State>, IRunningTotal<Obv.State>
{
    public static IndicatorDescription Description { get; } = new()
    {
        Name = "obv", Title = "On-Balance Volume", About = "the sum of all volumes, counted up where the close rises and down where it falls",
        Lines = [new("obv")], Fields = CandleFields.Volume, Scale = ValueScale.Exact,
    };

    public static Obv Create(ReadOnlySpan<double> parameters) => default;

    public Reach Reach => new(First: 0) { Window = 2, Settling = Reach.Never };

    public void Next(ref State state, CandleColumns candles, int index, Span<double> trail)
    {
        var direction = candles.Position(index) == 0 ? 1 : Math.Sign(candles.Close[index] - candles.Close[index - 1]);
        state.Sum += direction * candles.Volume[index];
    }

    public void Read(in State state, int position, Span<double> lines) => lines[0] = state.Sum;

    public void Move(ref State state, double by) => state.Sum += by;

    internal record struct State(double Sum);
}
