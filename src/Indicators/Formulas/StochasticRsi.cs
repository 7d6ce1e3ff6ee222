using StockPipeline.Indicators.Candles;
using StockPipeline.Indicators.Catalogue;
using StockPipeline.Indicators.Parts;
using StockPipeline.Indicators.Signals;

namespace StockPipeline.Indicators.Formulas;

/// <summary>Where RSI stands between its own lowest and highest value, smoothed, and the mean of that.</summary>
internal readonly struct StochasticRsi(int period, int window, int smooth, int mean) : IIndicator<StochasticRsi, StochasticRsi.State>
{
    /// <summary>RSI of a price that stands still is the same but for rounding: a range this small is none.</summary>
    private const double NoRange = 1e-9;

    public static IndicatorDescription Description { get; } = new()
    {
        Name = "stochrsi", Title = "Stochastic RSI", About = "where RSI stands between the lowest and the highest RSI of the window",
        Parameters =
        [
            ParameterRule.Period("rsi", 14), ParameterRule.Period("k", 14, least: 1), ParameterRule.Period("smooth", 3, least: 1),
            ParameterRule.Period("d", 3, least: 1),
        ],
        Lines = [new("k"), new("d")], Scale = ValueScale.Percent, Levels = [20, 80],
        Signals = SignalRule.Crossing("k", "d"),
    };

    public static StochasticRsi Create(ReadOnlySpan<double> parameters) =>
        new((int)parameters[0], (int)parameters[1], (int)parameters[2], (int)parameters[3]);

    public Reach Reach => new(First: period + window + smooth + mean - 3)
    {
        Window = 2, Trail = window + smooth + mean, RunIn = window + smooth + mean - 3, Settling = Average.WilderSettling(period) + window,
    };

    public void Next(ref State state, CandleColumns candles, int index, Span<double> trail)
    {
        if (candles.Position(index) is not (> 0 and var position))
            return;
        var strength = state.Strength;
        strength.Take(candles.Close[index] - candles.Close[index - 1], position, period);
        var (share, place) = (state.Share, state.Place);
        if (position >= period)
        {
            var indices = trail[..window];
            var now = strength.Index;
            // Before it is read: a step taken again must find in its place nothing that it needs.
            Ring.Put(indices, ref place, now);
            if (position >= period + window - 1)
            {
                var (highest, lowest) = (Extremes.Highest(indices), Extremes.Lowest(indices));
                var stands = highest - lowest > NoRange ? Math.Clamp(100 * (now - lowest) / (highest - lowest), 0, 100) : 0;
                share.Take(stands, trail.Slice(window, smooth), trail[(window + smooth)..]);
            }
        }
        state = new State(strength, share, place);
    }

    public void Read(in State state, int position, Span<double> lines)
    {
        lines[0] = state.Share.K;
        lines[1] = state.Share.D;
    }

    internal record struct State(Strength Strength, SmoothedShare Share, int Place);
}
