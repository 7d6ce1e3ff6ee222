using StockPipeline.Indicators.Candles;
using StockPipeline.Indicators.Catalogue;
using StockPipeline.Indicators.Parts;
using StockPipeline.Indicators.Signals;

namespace StockPipeline.Indicators.Formulas;

/// <summary>What the closes rose by, in percent of all they moved.</summary>
internal readonly struct Rsi(int period) : IIndicator<Rsi, Strength>
{
    public static IndicatorDescription Description { get; } = new()
    {
        Name = "rsi", Title = "Relative Strength Index",
        About = "what the price rose by in percent of all it moved; below 30 sold out, above 70 bought up",
        Parameters = [ParameterRule.Period("period", 14)], Lines = [new("rsi")], Scale = ValueScale.Percent, Levels = [30, 70],
        Signals = SignalRule.Leaving("rsi", 30, 70),
    };

    public static Rsi Create(ReadOnlySpan<double> parameters) => new((int)parameters[0]);

    public Reach Reach => new(First: period) { Window = 2, Settling = Average.WilderSettling(period) };

    public void Next(ref Strength state, CandleColumns candles, int index, Span<double> trail)
    {
        if (candles.Position(index) is > 0 and var position)
            state.Take(candles.Close[index] - candles.Close[index - 1], position, period);
    }

    public void Read(in Strength state, int position, Span<double> lines) => lines[0] = state.Index;
}
