using StockPipeline.Contracts.Instruments;

namespace StockPipeline.IndicatorValues;

/// <summary>Where the values of one topic go: the topic, or what a test looks at.</summary>
public interface IValueOutput<TRecord>
    where TRecord : class
{
    void Publish(byte[] key, TRecord value);

    /// <summary>What was said of this candle no longer holds, and nothing takes its place.</summary>
    void Withdraw(byte[] key, Figi figi, long openTime);
}
