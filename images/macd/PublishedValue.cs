using StockPipeline.Contracts.Records;

namespace StockPipeline.Macd;

/// <summary>What is left to know of a value found in the topic at the start.</summary>
internal readonly record struct PublishedValue(double Main, double Signal, bool Final, bool SameParameters)
{
    public static PublishedValue Of(MacdValue value, MacdParameters parameters) =>
        new(value.MainLine, value.SignalLine, value.Final, value.Parameters == parameters);
}
