using StockPipeline.Indicators.Candles;
using StockPipeline.Indicators.Catalogue;
using StockPipeline.Indicators.Parts;

namespace StockPipeline.Indicators.Formulas;

/// <summary>A band at some average ranges from the middle price that only moves towards it, and changes sides where the close passes it.</summary>
internal readonly struct SuperTrend(int period, double multiplier) : IIndicator<SuperTrend, SuperTrend.State>
{
    public static IndicatorDescription Description { get; } = new()
    {
        Name = "supertrend", Title = "SuperTrend",
        About = "a stop at some average ranges from the price, below it in an upward trend, above it otherwise",
        Parameters = [ParameterRule.Period("period", 10), ParameterRule.Factor("multiplier", 3, 0, 100)],
        Lines = [new("supertrend"), new("direction", LineStyle.Direction)], Fields = CandleFields.HighLow, Scale = ValueScale.Price, IsOverlay = true,
    };

    public static SuperTrend Create(ReadOnlySpan<double> parameters) => new((int)parameters[0], parameters[1]);

    public Reach Reach => new(First: period) { Window = 2, Settling = Average.WilderSettling(period) + 200 };

    public void Next(ref State state, CandleColumns candles, int index, Span<double> trail)
    {
        var position = candles.Position(index);
        if (position == 0)
            return;
        var (range, upper, lower, isDown) = state;
        Average.TakeWilder(ref range, TrueRange.At(candles, index), position - 1, period);
        if (position >= period)
        {
            var middle = (candles.High[index] + candles.Low[index]) / 2;
            var (newUpper, newLower) = (middle + (multiplier * range), middle - (multiplier * range));
            if (position == period)
            {
                (upper, lower, isDown) = (newUpper, newLower, false);
            }
            else
            {
                var (before, close) = (candles.Close[index - 1], candles.Close[index]);
                upper = newUpper < upper || before > upper ? newUpper : upper;
                lower = newLower > lower || before < lower ? newLower : lower;
                isDown = isDown ? close <= upper : close < lower;
            }
        }
        state = new State(range, upper, lower, isDown);
    }

    public void Read(in State state, int position, Span<double> lines)
    {
        lines[0] = state.IsDown ? state.Upper : state.Lower;
        lines[1] = state.IsDown ? -1 : 1;
    }

    internal record struct State(double Range, double Upper, double Lower, bool IsDown);
}
