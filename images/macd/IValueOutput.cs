using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Records;

namespace StockPipeline.Macd;

/// <summary>Where values go: the topic, or what a test looks at.</summary>
internal interface IValueOutput
{
    void Publish(MacdValue value);

    /// <summary>What was said of this candle no longer holds, and nothing takes its place.</summary>
    void Withdraw(Figi figi, DateTimeOffset openTime);
}
