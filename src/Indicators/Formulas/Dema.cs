using StockPipeline.Indicators.Candles;
using StockPipeline.Indicators.Catalogue;
using StockPipeline.Indicators.Parts;

namespace StockPipeline.Indicators.Formulas;

/// <summary>Twice the exponential average less the average of that average, which lags less than either.</summary>
internal readonly struct Dema(int period) : IIndicator<Dema, Dema.State>
{
    private readonly double weight = Average.Weight(period);

    public static IndicatorDescription Description { get; } = new()
    {
        Name = "dema", Title = "Double Exponential Moving Average", About = "an exponential average with the lag of one taken off",
        Parameters = [ParameterRule.Period("period", 20)], Lines = [new("dema")], Scale = ValueScale.Price, IsOverlay = true,
    };

    public static Dema Create(ReadOnlySpan<double> parameters) => new((int)parameters[0]);

    public Reach Reach => new(First: (2 * period) - 2) { Settling = 2 * Average.Settling(period) };

    public void Next(ref State state, CandleColumns candles, int index, Span<double> trail)
    {
        var position = candles.Position(index);
        var (first, second) = (state.First, state.Second);
        Average.Take(ref first, candles.Close[index], position, period, weight);
        if (position >= period - 1)
            Average.Take(ref second, first, position - period + 1, period, weight);
        state = new State(first, second);
    }

    public void Read(in State state, int position, Span<double> lines) => lines[0] = (2 * state.First) - state.Second;

    internal record struct State(double First, double Second);
}
