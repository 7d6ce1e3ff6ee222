using StockPipeline.Indicators.Candles;
using StockPipeline.Indicators.Catalogue;

namespace StockPipeline.Indicators.Formulas;

/// <summary>By how much the close has changed.</summary>
internal readonly struct Momentum(int period) : IIndicator<Momentum, Momentum.State>
{
    public static IndicatorDescription Description { get; } = new()
    {
        Name = "mom", Title = "Momentum", About = "by how much the close has changed since so many candles ago",
        Parameters = [ParameterRule.Period("period", 10, least: 1)], Lines = [new("mom")], Scale = ValueScale.Price, Levels = [0],
    };

    public static Momentum Create(ReadOnlySpan<double> parameters) => new((int)parameters[0]);

    public Reach Reach => new(First: period) { Window = period + 1 };

    public void Next(ref State state, CandleColumns candles, int index, Span<double> trail)
    {
        if (candles.Position(index) >= period)
            state.Value = candles.Close[index] - candles.Close[index - period];
    }

    public void Read(in State state, int position, Span<double> lines) => lines[0] = state.Value;

    internal record struct State(double Value);
}
