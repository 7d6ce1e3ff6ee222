using StockPipeline.Contracts.Instruments;

namespace StockPipeline.Indicators.Macd;

/// <summary>One candle of a series and the state of MACD after it.</summary>
public struct MacdStep
{
    public long OpenTime { get; internal set; }

    public Price Close { get; internal set; }

    public double Fast { get; private set; }

    public double Slow { get; private set; }

    public double Signal { get; private set; }

    public bool Final { get; internal set; }

    /// <summary>Both averages and the signal are seeded.</summary>
    public bool HasValue { get; private set; }

    /// <summary>The value as it stands has been handed over.</summary>
    public bool Published { get; internal set; }

    /// <summary>A final value of this candle has been handed over at some time: a new one is a repair.</summary>
    public bool Said { get; internal set; }

    public readonly double Main => Fast - Slow;

    public readonly double Histogram => Fast - Slow - Signal;

    /// <summary>Which candle of its series this is, counted from 1; 0 until calculated.</summary>
    internal int Position { get; private set; }

    internal readonly bool Calculated => Position > 0;

    internal readonly MacdState ToState() => new(Fast, Slow, Signal, Position);

    internal void Take(in MacdState state, MacdFactors factors)
    {
        Fast = state.Fast;
        Slow = state.Slow;
        Signal = state.Signal;
        Position = state.Count;
        HasValue = state.HasValue(factors);
    }
}
