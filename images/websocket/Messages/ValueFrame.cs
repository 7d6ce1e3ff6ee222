using StockPipeline.Contracts.Keys;
using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Time;

namespace StockPipeline.Websocket.Messages;

/// <summary>One MACD value as clients get it.</summary>
public static class ValueFrame
{
    public static byte[] Write(MacdValue value, string ticker, Interval interval) => JsonFrame.Write(json =>
    {
        json.WriteString("time", InstantText.Write(value.OpenTime));
        json.WriteNumber("main_line", value.MainLine);
        json.WriteNumber("signal_line", value.SignalLine);
        json.WriteNumber("histogram", value.Histogram);
        json.WriteString("figi", value.Figi.Value);
        json.WriteString("ticker", ticker);
        json.WriteString("interval", interval.Name);
        json.WriteNumber("close", value.Close.ToDecimal());
        json.WriteBoolean("final", value.Final);
        json.WriteNumber("epoch", value.Epoch);
    });
}
