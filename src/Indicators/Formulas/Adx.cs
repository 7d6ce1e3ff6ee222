using StockPipeline.Indicators.Candles;
using StockPipeline.Indicators.Catalogue;
using StockPipeline.Indicators.Parts;

namespace StockPipeline.Indicators.Formulas;

/// <summary>Wilder's directional movement: how much of the range is upward, how much downward, and how one-sided that has been.</summary>
internal readonly struct Adx(int period) : IIndicator<Adx, Adx.State>
{
    private const double Least = 1e-200;

    private static readonly double Lift = Math.ScaleB(1, 300);

    public static IndicatorDescription Description { get; } = new()
    {
        Name = "adx", Title = "Average Directional Index", About = "how strong the trend is, and how much of the movement goes up and down",
        Parameters = [ParameterRule.Period("period", 14)], Lines = [new("adx"), new("plus_di"), new("minus_di")], Fields = CandleFields.HighLow,
        Scale = ValueScale.Percent, Levels = [20],
    };

    public static Adx Create(ReadOnlySpan<double> parameters) => new((int)parameters[0]);

    public Reach Reach => new(First: period)
    {
        Seeded = (2 * period) - 1, Window = 2, Settling = 2 * Average.WilderSettling(period),
    };

    public void Next(ref State state, CandleColumns candles, int index, Span<double> trail)
    {
        var position = candles.Position(index);
        if (position == 0)
            return;
        var rise = candles.High[index] - candles.High[index - 1];
        var fall = candles.Low[index - 1] - candles.Low[index];
        var plus = rise > 0 && rise > fall ? rise : 0;
        var minus = fall > 0 && fall > rise ? fall : 0;
        var range = TrueRange.At(candles, index);
        var (plusSum, minusSum, rangeSum, average) = state;
        if (position < period)
        {
            state = new State(plusSum + plus, minusSum + minus, rangeSum + range, average);
            return;
        }
        plusSum += plus - (plusSum / period);
        minusSum += minus - (minusSum / period);
        rangeSum += range - (rangeSum / period);
        if (rangeSum < Least && rangeSum > 0)
            (plusSum, minusSum, rangeSum) = (plusSum * Lift, minusSum * Lift, rangeSum * Lift);
        var sum = plusSum + minusSum;
        var isDefined = sum > 0 && rangeSum > 0;
        var index100 = isDefined ? 100 * Math.Abs(plusSum - minusSum) / sum : 0;
        if (isDefined || position < 2 * period)
            Average.TakeWilder(ref average, index100, position - period, period);
        state = new State(plusSum, minusSum, rangeSum, average);
    }

    public void Read(in State state, int position, Span<double> lines)
    {
        lines[0] = position >= (2 * period) - 1 ? Math.Clamp(state.Average, 0, 100) : double.NaN;
        lines[1] = state.Range > 0 ? Math.Clamp(100 * state.Plus / state.Range, 0, 100) : 0;
        lines[2] = state.Range > 0 ? Math.Clamp(100 * state.Minus / state.Range, 0, 100) : 0;
    }

    internal record struct State(double Plus, double Minus, double Range, double Average);
}
