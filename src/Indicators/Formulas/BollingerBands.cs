using StockPipeline.Indicators.Candles;
using StockPipeline.Indicators.Catalogue;
using StockPipeline.Indicators.Parts;
using StockPipeline.Indicators.Signals;

namespace StockPipeline.Indicators.Formulas;

/// <summary>The mean of the last closes, and bands at some standard deviations (of the whole window) from it.</summary>
internal readonly struct BollingerBands(int period, double multiplier) : IIndicator<BollingerBands, BollingerBands.State>
{
    public static IndicatorDescription Description { get; } = new()
    {
        Name = "bollinger", Title = "Bollinger Bands", About = "the mean of the last closes with a band on each side that widens as the price moves",
        Parameters = [ParameterRule.Period("period", 20), ParameterRule.Factor("multiplier", 2, 0.01, 100)],
        Lines = [new("upper", LineStyle.Cloud), new("middle"), new("lower")], Scale = ValueScale.Price, IsOverlay = true,
        Signals = SignalRule.Bands("upper", "lower"),
    };

    public static BollingerBands Create(ReadOnlySpan<double> parameters) => new((int)parameters[0], parameters[1]);

    public Reach Reach => new(First: period - 1) { Window = period };

    public void Next(ref State state, CandleColumns candles, int index, Span<double> trail)
    {
        if (candles.Position(index) < period - 1)
            return;
        var closes = candles.Close.Window(index, period);
        var middle = Windows.Sum(closes) / period;
        state = new State(middle, multiplier * Math.Sqrt(Windows.SumOfSquares(closes, middle) / period));
    }

    public void Read(in State state, int position, Span<double> lines)
    {
        lines[0] = state.Middle + state.Distance;
        lines[1] = state.Middle;
        lines[2] = state.Middle - state.Distance;
    }

    internal record struct State(double Middle, double Distance);
}
