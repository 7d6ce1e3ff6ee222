using StockPipeline.Indicators.Candles;
using StockPipeline.Indicators.Catalogue;
using StockPipeline.Indicators.Parts;
using StockPipeline.Indicators.Signals;

namespace StockPipeline.Indicators.Formulas;

/// <summary>What MACD is, in percent of the slow average; each average is seeded with its own first closes.</summary>
internal readonly struct Ppo(int fast, int slow, int signal) : IIndicator<Ppo, Ppo.State>
{
    private readonly double fastWeight = Average.Weight(fast);
    private readonly double slowWeight = Average.Weight(slow);
    private readonly double signalWeight = Average.Weight(signal);

    public static IndicatorDescription Description { get; } = new()
    {
        Name = "ppo", Title = "Percentage Price Oscillator", About = "MACD in percent of the price, so that instruments compare",
        Parameters = [ParameterRule.Period("fast", 12), ParameterRule.Period("slow", 26), ParameterRule.Period("signal", 9, least: 1)],
        Refuse = parameters => parameters[0] < parameters[1] ? null : "fast is less than slow",
        Lines = [new("ppo"), new("signal"), new("histogram", LineStyle.Histogram)], Scale = ValueScale.Percent, Levels = [0],
        Signals = SignalRule.Crossing("ppo", "signal"),
    };

    public static Ppo Create(ReadOnlySpan<double> parameters) => new((int)parameters[0], (int)parameters[1], (int)parameters[2]);

    public Reach Reach => new(First: slow - 1) { Seeded = slow + signal - 2, Settling = Average.Settling(slow + signal) };

    public void Next(ref State state, CandleColumns candles, int index, Span<double> trail)
    {
        var (position, close) = (candles.Position(index), candles.Close[index]);
        var (fastAverage, slowAverage, signalAverage, value) = (state.Fast, state.Slow, state.Signal, 0.0);
        Average.Take(ref fastAverage, close, position, fast, fastWeight);
        Average.Take(ref slowAverage, close, position, slow, slowWeight);
        if (position >= slow - 1)
        {
            value = slowAverage == 0 ? 0 : 100 * (fastAverage - slowAverage) / slowAverage;
            Average.Take(ref signalAverage, value, position - slow + 1, signal, signalWeight);
        }
        state = new State(fastAverage, slowAverage, signalAverage, value);
    }

    public void Read(in State state, int position, Span<double> lines)
    {
        var hasSignal = position >= slow + signal - 2;
        lines[0] = state.Value;
        lines[1] = hasSignal ? state.Signal : double.NaN;
        lines[2] = hasSignal ? state.Value - state.Signal : double.NaN;
    }

    internal record struct State(double Fast, double Slow, double Signal, double Value);
}
