using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Records;
using StockPipeline.Macd;

namespace StockPipeline.MacdTests;

/// <summary>The values topic as a compacted reader would see it, and everything that was said.</summary>
internal sealed class CollectedValues : IValueOutput
{
    public SortedDictionary<DateTimeOffset, MacdValue> Topic { get; } = [];

    public List<MacdValue> Said { get; } = [];

    public List<DateTimeOffset> Withdrawn { get; } = [];

    public void Publish(MacdValue value)
    {
        Topic[value.OpenTime] = value;
        Said.Add(value);
    }

    public void Withdraw(Figi figi, DateTimeOffset openTime)
    {
        Topic.Remove(openTime);
        Withdrawn.Add(openTime);
    }
}
