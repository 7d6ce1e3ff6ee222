using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Keys;
using StockPipeline.Contracts.Time;

namespace StockPipeline.Websocket.Messages;

/// <summary>What clients are told besides values; told apart by the member <c>type</c>, which values do not have.</summary>
public static class NoticeFrame
{
    /// <summary>The snapshot is complete; what follows happens now.</summary>
    public static byte[] Mark(int values, long epoch) => JsonFrame.Write(json =>
    {
        json.WriteString("type", "mark");
        json.WriteNumber("values", values);
        json.WriteNumber("epoch", epoch);
    });

    /// <summary>Values of a stretch of time are replaced by the ones that follow with this epoch.</summary>
    public static byte[] Repair(long epoch, DateTimeOffset from, DateTimeOffset to) => JsonFrame.Write(json =>
    {
        json.WriteString("type", "repair");
        json.WriteNumber("epoch", epoch);
        json.WriteString("from", InstantText.Write(from));
        json.WriteString("to", InstantText.Write(to));
    });

    /// <summary>What was said of this open time no longer holds, and nothing takes its place.</summary>
    public static byte[] Removed(Figi figi, Interval interval, DateTimeOffset openTime) => JsonFrame.Write(json =>
    {
        json.WriteString("type", "removed");
        json.WriteString("time", InstantText.Write(openTime));
        json.WriteString("figi", figi.Value);
        json.WriteString("interval", interval.Name);
    });
}
