using System.Runtime.CompilerServices;
using StockPipeline.Indicators.Candles;
using StockPipeline.Indicators.Catalogue;
using StockPipeline.Indicators.Parts;
using StockPipeline.Indicators.Signals;

namespace StockPipeline.Indicators.Formulas;

/// <summary>
/// The distance of two exponential averages and the average of that distance, in TA-Lib's definition and its order of arithmetic: the windows of
/// both seeds end together.
/// </summary>
internal readonly struct Macd(int fast, int slow, int signal) : IIndicator<Macd, Macd.State>
{
    private readonly double fastWeight = Average.Weight(fast);
    private readonly double slowWeight = Average.Weight(slow);
    private readonly double signalWeight = Average.Weight(signal);
    private readonly int first = slow + signal - 2;

    public static IndicatorDescription Description { get; } = new()
    {
        Name = "macd", Title = "Moving Average Convergence Divergence",
        About = "the distance of a fast and a slow average, and how it moves against its own average",
        Parameters = [ParameterRule.Period("fast", 12), ParameterRule.Period("slow", 26), ParameterRule.Period("signal", 9, least: 1)],
        Refuse = parameters => parameters[0] < parameters[1] ? null : "fast is less than slow",
        Lines = [new("macd"), new("signal"), new("histogram", LineStyle.Histogram)], Scale = ValueScale.Price, Levels = [0],
        Signals = SignalRule.Crossing("macd", "signal"),
    };

    public static Macd Create(ReadOnlySpan<double> parameters) => new((int)parameters[0], (int)parameters[1], (int)parameters[2]);

    public Reach Reach => new(First: first) { Settling = Average.Settling(slow + signal) };

    /// <summary>Hands the state on to nobody, so that a loop over many candles keeps it in registers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Next(ref State state, CandleColumns candles, int index, Span<double> trail)
    {
        var (position, close) = (candles.Position(index), candles.Close[index]);
        var (fastAverage, slowAverage, signalAverage) = (state.Fast, state.Slow, state.Signal);
        if (position > first)
        {
            fastAverage += (close - fastAverage) * fastWeight;
            slowAverage += (close - slowAverage) * slowWeight;
            signalAverage += (fastAverage - slowAverage - signalAverage) * signalWeight;
        }
        else
        {
            Average.Take(ref slowAverage, close, position, slow, slowWeight);
            if (position >= slow - fast)
                Average.Take(ref fastAverage, close, position - slow + fast, fast, fastWeight);
            if (position >= slow - 1)
                Average.Take(ref signalAverage, fastAverage - slowAverage, position - slow + 1, signal, signalWeight);
        }
        state = new State(fastAverage, slowAverage, signalAverage);
    }

    public void Read(in State state, int position, Span<double> lines)
    {
        var main = state.Fast - state.Slow;
        lines[0] = main;
        lines[1] = state.Signal;
        lines[2] = main - state.Signal;
    }

    internal record struct State(double Fast, double Slow, double Signal);
}
