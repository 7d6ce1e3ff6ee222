using StockPipeline.Contracts.Time;
using StockPipeline.Hosting;

namespace StockPipeline.Workers;

/// <summary>The interval a worker is for: <c>INTERVAL</c>, by name or by the exchange interface's number.</summary>
public static class IntervalSetting
{
    public static Interval RequiredInterval(this Settings settings) =>
        settings.RequiredValue<Interval>("INTERVAL", Interval.Allowed, Interval.TryParse) ?? Interval.OneMinute;
}
