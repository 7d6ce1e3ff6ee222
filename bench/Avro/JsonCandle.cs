using System.Text.Json.Serialization;

namespace StockPipeline.Bench.Avro;

/// <summary>The same candle, as somebody who uses JSON would write it: exact prices are decimals, instants whole milliseconds.</summary>
public sealed record JsonCandle
{
    public required string Figi { get; init; }

    public required long OpenTime { get; init; }

    public required decimal Open { get; init; }

    public required decimal High { get; init; }

    public required decimal Low { get; init; }

    public required decimal Close { get; init; }

    public required long Volume { get; init; }

    public long? LastTradeTime { get; init; }

    public required bool Final { get; init; }

    public required int Source { get; init; }

    public int Revision { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(JsonCandle))]
internal sealed partial class JsonCandles : JsonSerializerContext;
