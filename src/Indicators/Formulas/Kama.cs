using StockPipeline.Indicators.Candles;
using StockPipeline.Indicators.Catalogue;
using StockPipeline.Indicators.Parts;

namespace StockPipeline.Indicators.Formulas;

/// <summary>Kaufman's average, fast where the price goes straight and slow where it goes to and fro.</summary>
internal readonly struct Kama(int period, int fast, int slow) : IIndicator<Kama, Kama.State>
{
    private readonly double fastWeight = Average.Weight(fast);
    private readonly double slowWeight = Average.Weight(slow);

    public static IndicatorDescription Description { get; } = new()
    {
        Name = "kama", Title = "Kaufman Adaptive Moving Average", About = "an average that is quick in a trend and slow without one",
        Parameters = [ParameterRule.Period("period", 10), ParameterRule.Period("fast", 2), ParameterRule.Period("slow", 30)],
        Refuse = parameters => parameters[1] < parameters[2] ? null : "fast is less than slow",
        Lines = [new("kama")], Scale = ValueScale.Price, IsOverlay = true,
    };

    public static Kama Create(ReadOnlySpan<double> parameters) => new((int)parameters[0], (int)parameters[1], (int)parameters[2]);

    public Reach Reach => new(First: period) { Window = period + 1, Settling = Average.Settling(period + slow) };

    public void Next(ref State state, CandleColumns candles, int index, Span<double> trail)
    {
        var position = candles.Position(index);
        var close = candles.Close[index];
        if (position < period)
        {
            state.Value = position == period - 1 ? close : 0;
            return;
        }
        var closes = candles.Close.Window(index, period + 1);
        var way = 0.0;
        for (var i = 1; i < closes.Length; i++)
            way += Math.Abs(closes[i] - closes[i - 1]);
        var efficiency = way > 0 ? Math.Min(1, Math.Abs(close - closes[0]) / way) : 1;
        var root = (efficiency * (fastWeight - slowWeight)) + slowWeight;
        state.Value += root * root * (close - state.Value);
    }

    public void Read(in State state, int position, Span<double> lines) => lines[0] = state.Value;

    internal record struct State(double Value);
}
