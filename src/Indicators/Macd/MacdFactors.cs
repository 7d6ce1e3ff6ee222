using StockPipeline.Contracts.Records;

namespace StockPipeline.Indicators.Macd;

/// <summary>What follows from the three periods: the smoothing factors and where the first value stands.</summary>
public sealed class MacdFactors
{
    public const int MaxPeriod = 100_000;

    public MacdFactors(MacdParameters parameters)
    {
        if (parameters.Fast < 2 || parameters.Slow <= parameters.Fast || parameters.Slow > MaxPeriod || parameters.Signal is < 1 or > MaxPeriod)
            throw new ArgumentException($"MACD({parameters.Fast}, {parameters.Slow}, {parameters.Signal}): "
                + $"2 <= fast < slow <= {MaxPeriod} and 1 <= signal <= {MaxPeriod} are expected");
        Parameters = parameters;
        FirstMain = parameters.Slow - 1;
        FirstValue = parameters.Slow + parameters.Signal - 2;
        FastSeedStart = parameters.Slow - parameters.Fast;
        Fast = Smoothing(parameters.Fast);
        Slow = Smoothing(parameters.Slow);
        Signal = Smoothing(parameters.Signal);
        Settling = 20 * (parameters.Slow + parameters.Signal);
    }

    public MacdParameters Parameters { get; }

    /// <summary>Index of the first candle with a main line.</summary>
    public int FirstMain { get; }

    /// <summary>Index of the first candle with a whole value: both averages and the signal are seeded by then.</summary>
    public int FirstValue { get; }

    /// <summary>Where the seed of the fast average begins, so that it ends with the slow one's.</summary>
    public int FastSeedStart { get; }

    public double Fast { get; }

    public double Slow { get; }

    public double Signal { get; }

    /// <summary>
    /// After so many candles the start of a series no longer shows in a double: an exponential average of period n forgets by
    /// e^-2 every n candles, and e^-40 lies below the last bit.
    /// </summary>
    public int Settling { get; }

    private static double Smoothing(int period) => 2.0 / (period + 1);
}
