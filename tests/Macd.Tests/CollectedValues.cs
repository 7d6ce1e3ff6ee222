using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Records;
using StockPipeline.IndicatorValues;

namespace StockPipeline.MacdTests;

/// <summary>The values topic as a compacted reader would see it, and everything that was said.</summary>
internal sealed class CollectedValues : IValueOutput<MacdValue>
{
    public SortedDictionary<DateTimeOffset, MacdValue> Topic { get; } = [];

    public List<MacdValue> Said { get; } = [];

    public List<DateTimeOffset> Withdrawn { get; } = [];

    public void Publish(byte[] key, MacdValue value)
    {
        Topic[value.OpenTime] = value;
        Said.Add(value);
    }

    public void Withdraw(byte[] key, Figi figi, long openTime)
    {
        var instant = DateTimeOffset.FromUnixTimeMilliseconds(openTime);
        Topic.Remove(instant);
        Withdrawn.Add(instant);
    }
}
