using StockPipeline.Contracts.Keys;
using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Time;

namespace StockPipeline.Websocket.Messages;

/// <summary>One candle as clients get it.</summary>
public static class CandleFrame
{
    public static byte[] Write(Candle candle, string ticker, Interval interval) => JsonFrame.Write(json =>
    {
        json.WriteString("time", InstantText.Write(candle.OpenTime));
        json.WriteNumber("open", candle.Open.ToDecimal());
        json.WriteNumber("high", candle.High.ToDecimal());
        json.WriteNumber("low", candle.Low.ToDecimal());
        json.WriteNumber("close", candle.Close.ToDecimal());
        json.WriteNumber("volume", candle.Volume);
        json.WriteString("figi", candle.Figi.Value);
        json.WriteString("ticker", ticker);
        json.WriteString("interval", interval.Name);
        json.WriteBoolean("final", candle.Final);
        json.WriteNumber("revision", candle.Revision);
    });
}
