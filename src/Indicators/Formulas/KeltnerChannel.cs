using StockPipeline.Indicators.Candles;
using StockPipeline.Indicators.Catalogue;
using StockPipeline.Indicators.Parts;
using StockPipeline.Indicators.Signals;

namespace StockPipeline.Indicators.Formulas;

/// <summary>The exponential average of the closes, and bands at some average ranges from it.</summary>
internal readonly struct KeltnerChannel(int period, double multiplier, int rangePeriod) : IIndicator<KeltnerChannel, KeltnerChannel.State>
{
    private readonly double weight = Average.Weight(period);

    public static IndicatorDescription Description { get; } = new()
    {
        Name = "keltner", Title = "Keltner Channel", About = "an exponential average of the closes with a band of average ranges on each side",
        Parameters =
        [
            ParameterRule.Period("period", 20), ParameterRule.Factor("multiplier", 2, 0.01, 100), ParameterRule.Period("atr", 10, least: 1),
        ],
        Lines = [new("upper", LineStyle.Cloud), new("middle"), new("lower")], Fields = CandleFields.HighLow, Scale = ValueScale.Price,
        IsOverlay = true,
        Signals = SignalRule.Bands("upper", "lower"),
    };

    public static KeltnerChannel Create(ReadOnlySpan<double> parameters) => new((int)parameters[0], parameters[1], (int)parameters[2]);

    public Reach Reach => new(First: Math.Max(period - 1, rangePeriod))
    {
        Window = 2, Settling = Math.Max(Average.Settling(period), Average.WilderSettling(rangePeriod)),
    };

    public void Next(ref State state, CandleColumns candles, int index, Span<double> trail)
    {
        var position = candles.Position(index);
        var (middle, range) = state;
        Average.Take(ref middle, candles.Close[index], position, period, weight);
        if (position > 0)
            Average.TakeWilder(ref range, TrueRange.At(candles, index), position - 1, rangePeriod);
        state = new State(middle, range);
    }

    public void Read(in State state, int position, Span<double> lines)
    {
        lines[0] = state.Middle + (multiplier * state.Range);
        lines[1] = state.Middle;
        lines[2] = state.Middle - (multiplier * state.Range);
    }

    internal record struct State(double Middle, double Range);
}
