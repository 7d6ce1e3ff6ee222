using StockPipeline.Indicators.Candles;
using StockPipeline.Indicators.Catalogue;

namespace StockPipeline.Indicators.Formulas;

/// <summary>By how many percent the close has changed.</summary>
internal readonly struct Roc(int period) : IIndicator<Roc, Roc.State>
{
    public static IndicatorDescription Description { get; } = new()
    {
        Name = "roc", Title = "Rate of Change", About = "by how many percent the close has changed since so many candles ago",
        Parameters = [ParameterRule.Period("period", 10, least: 1)], Lines = [new("roc")], Scale = ValueScale.Percent, Levels = [0],
    };

    public static Roc Create(ReadOnlySpan<double> parameters) => new((int)parameters[0]);

    public Reach Reach => new(First: period) { Window = period + 1 };

    public void Next(ref State state, CandleColumns candles, int index, Span<double> trail)
    {
        if (candles.Position(index) < period)
            return;
        var before = candles.Close[index - period];
        state.Value = before == 0 ? 0 : 100 * (candles.Close[index] - before) / before;
    }

    public void Read(in State state, int position, Span<double> lines) => lines[0] = state.Value;

    internal record struct State(double Value);
}
