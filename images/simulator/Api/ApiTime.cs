using Google.Protobuf.WellKnownTypes;

namespace StockPipeline.Simulator.Api;

/// <summary>Reads the instants of requests: what is beyond the calendar becomes its end, and is then refused as out of range.</summary>
internal static class ApiTime
{
    public static DateTimeOffset Read(Timestamp time)
    {
        var seconds = Math.Clamp(time.Seconds, DateTimeOffset.MinValue.ToUnixTimeSeconds(), DateTimeOffset.MaxValue.ToUnixTimeSeconds());
        return DateTimeOffset.FromUnixTimeSeconds(seconds) + TimeSpan.FromTicks(Math.Clamp(time.Nanos, 0, 999_999_999) / 100);
    }
}
