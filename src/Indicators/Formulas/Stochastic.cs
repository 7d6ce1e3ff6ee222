using StockPipeline.Indicators.Candles;
using StockPipeline.Indicators.Catalogue;
using StockPipeline.Indicators.Parts;
using StockPipeline.Indicators.Signals;

namespace StockPipeline.Indicators.Formulas;

/// <summary>Where the close stands between the lowest low and the highest high, smoothed, and the mean of that.</summary>
internal readonly struct Stochastic(int window, int smooth, int mean) : IIndicator<Stochastic, SmoothedShare>
{
    public static IndicatorDescription Description { get; } = new()
    {
        Name = "stoch", Title = "Stochastic Oscillator", About = "where the close stands between the lowest and the highest price of the window",
        Parameters = [ParameterRule.Period("k", 14, least: 1), ParameterRule.Period("smooth", 3, least: 1), ParameterRule.Period("d", 3, least: 1)],
        Lines = [new("k"), new("d")], Fields = CandleFields.HighLow, Scale = ValueScale.Percent, Levels = [20, 80],
        Signals = SignalRule.Crossing("k", "d"),
    };

    public static Stochastic Create(ReadOnlySpan<double> parameters) => new((int)parameters[0], (int)parameters[1], (int)parameters[2]);

    public Reach Reach => new(First: window + smooth + mean - 3) { Window = window, Trail = smooth + mean, RunIn = smooth + mean - 2 };

    public void Next(ref SmoothedShare state, CandleColumns candles, int index, Span<double> trail)
    {
        if (candles.Position(index) < window - 1)
            return;
        var highest = Extremes.Highest(candles.High.Window(index, window));
        var lowest = Extremes.Lowest(candles.Low.Window(index, window));
        var share = highest > lowest ? Math.Clamp(100 * (candles.Close[index] - lowest) / (highest - lowest), 0, 100) : 0;
        state.Take(share, trail[..smooth], trail[smooth..]);
    }

    public void Read(in SmoothedShare state, int position, Span<double> lines)
    {
        lines[0] = state.K;
        lines[1] = state.D;
    }
}
