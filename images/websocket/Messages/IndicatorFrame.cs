using StockPipeline.Contracts.Keys;
using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Time;

namespace StockPipeline.Websocket.Messages;

/// <summary>One value of any indicator but MACD as clients get it: it names itself, its parameters and its lines.</summary>
public static class IndicatorFrame
{
    public static byte[] Write(IndicatorValue value, string ticker, Interval interval) => JsonFrame.Write(json =>
    {
        json.WriteString("time", InstantText.Write(value.OpenTime));
        json.WriteString("indicator", value.Indicator);
        json.WriteString("parameters", value.Parameters);
        json.WriteStartObject("lines");
        foreach (var line in value.Lines)
            json.WriteNumber(line.Name, line.Value);
        json.WriteEndObject();
        json.WriteString("figi", value.Figi.Value);
        json.WriteString("ticker", ticker);
        json.WriteString("interval", interval.Name);
        json.WriteNumber("close", value.Close.ToDecimal());
        json.WriteBoolean("final", value.Final);
        json.WriteNumber("epoch", value.Epoch);
    });
}
