using System.Runtime.CompilerServices;

namespace StockPipeline.Indicators.Macd;

/// <summary>
/// MACD after some number of candles, in TA-Lib's definition and its order of arithmetic. A value: copying it is taking a snapshot, and
/// the value of a forming candle is the state before it, moved on in a copy.
/// </summary>
public struct MacdState
{
    // While an average is being seeded its field holds the sum so far.
    private double fast;
    private double slow;
    private double signal;
    private int count;

    internal MacdState(double fast, double slow, double signal, int count)
    {
        this.fast = fast;
        this.slow = slow;
        this.signal = signal;
        this.count = count;
    }

    /// <summary>Candles so far.</summary>
    public readonly int Count => count;

    public readonly double Fast => fast;

    public readonly double Slow => slow;

    /// <summary>Fast minus slow average; meaningful once <see cref="HasValue"/>.</summary>
    public readonly double Main => fast - slow;

    public readonly double Signal => signal;

    public readonly double Histogram => fast - slow - signal;

    public readonly bool HasValue(MacdFactors factors) => count > factors.FirstValue;

    /// <summary>Takes the next close.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Next(double close, MacdFactors factors)
    {
        if (count > factors.FirstValue)
        {
            fast += (close - fast) * factors.Fast;
            slow += (close - slow) * factors.Slow;
            signal += (fast - slow - signal) * factors.Signal;
            count++;
            return;
        }
        Seed(close, factors);
    }

    private void Seed(double close, MacdFactors factors)
    {
        var index = count++;
        if (index < factors.FirstMain)
        {
            slow += close;
            if (index >= factors.FastSeedStart)
                fast += close;
            return;
        }
        if (index == factors.FirstMain)
        {
            slow = (slow + close) / factors.Parameters.Slow;
            fast = (fast + close) / factors.Parameters.Fast;
        }
        else
        {
            fast += (close - fast) * factors.Fast;
            slow += (close - slow) * factors.Slow;
        }
        signal += fast - slow;
        if (index == factors.FirstValue)
            signal /= factors.Parameters.Signal;
    }
}
