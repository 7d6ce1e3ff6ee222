using System.Buffers;
using System.Text.Json;
using Google.Protobuf;
using StockPipeline.Avro.Records;
using StockPipeline.Avro.Schemas;
using StockPipeline.Bench.Measure;
using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Records;

namespace StockPipeline.Bench.Avro;

/// <summary>Our Avro codec beside Google.Protobuf and source-generated System.Text.Json, on the same candles.</summary>
public sealed class AvroSuite : ISuite
{
    private const int Candles = 64;

    private const string Ours = "avro";
    private const string Resolved = "avro, another writer's schema";
    private const string Protobuf = "protobuf";
    private const string Json = "json";

    private readonly Candle[] candles = [.. Enumerable.Range(0, Candles).Select(Make)];
    private readonly byte[] buffer = new byte[1_024];

    public string Name => "avro";

    public Task RunAsync(Report report)
    {
        var (protos, jsons) = (candles.Select(Proto).ToArray(), candles.Select(ForJson).ToArray());
        Compare(report, "encode", Race.Run(EncodeOurs(), EncodeProtobuf(protos), EncodeJson(jsons)));
        Compare(report, "decode", Race.Run(DecodeOurs(), DecodeResolved(), DecodeProtobuf(protos), DecodeJson(jsons)));
        report.Add("size, avro", candles.Average(candle => AvroFormats.Candle.Write(candle, buffer)), "bytes");
        report.Add("size, protobuf", protos.Average(candle => candle.CalculateSize()), "bytes");
        report.Add("size, json", jsons.Average(candle => Serialize(candle).Length), "bytes");
        return Task.CompletedTask;
    }

    private static void Compare(Report report, string what, IReadOnlyDictionary<string, Timing> timings)
    {
        var (ours, protobuf, json) = (timings[Ours], timings[Protobuf], timings[Json]);
        report.Add($"{what}, {Protobuf}", protobuf.Nanoseconds, "ns");
        report.Add($"{what}, {Json}", json.Nanoseconds, "ns");
        report.Add($"{what}, {Ours}, beside {Protobuf}", ours.Nanoseconds, "ns", protobuf.Nanoseconds, Bar.AtMost(1));
        report.Add($"{what}, {Json} beside {Ours}", json.Nanoseconds, "ns", ours.Nanoseconds, Bar.AtLeast(6));
        if (timings.TryGetValue(Resolved, out var resolved))
            report.Add($"{what}, {Resolved}", resolved.Nanoseconds, "ns", ours.Nanoseconds);
        else
            report.Add($"{what}, {Ours}, allocated", ours.Bytes, "bytes", Bar.AtMost(0));
    }

    private Contender EncodeOurs() => new(Ours, count =>
    {
        var (format, total) = (AvroFormats.Candle, 0L);
        for (var index = 0; index < count; index++)
            total += format.Write(candles[index % Candles], buffer);
        return total;
    });

    private Contender EncodeProtobuf(ProtoCandle[] protos) => new(Protobuf, count =>
    {
        var total = 0L;
        for (var index = 0; index < count; index++)
        {
            var candle = protos[index % Candles];
            var size = candle.CalculateSize();
            candle.WriteTo(buffer.AsSpan(0, size));
            total += size;
        }
        return total;
    });

    private static Contender EncodeJson(JsonCandle[] jsons)
    {
        var output = new ArrayBufferWriter<byte>(1_024);
        var writer = new Utf8JsonWriter(output);
        return new Contender(Json, count =>
        {
            var total = 0L;
            for (var index = 0; index < count; index++)
            {
                output.ResetWrittenCount();
                writer.Reset(output);
                JsonSerializer.Serialize(writer, jsons[index % Candles], JsonCandles.Default.JsonCandle);
                total += output.WrittenCount;
            }
            return total;
        });
    }

    private Contender DecodeOurs()
    {
        var encoded = candles.Select(Encode).ToArray();
        return new Contender(Ours, count =>
        {
            var (format, total) = (AvroFormats.Candle, 0L);
            for (var index = 0; index < count; index++)
                total += format.Read(encoded[index % Candles]).Volume;
            return total;
        });
    }

    /// <summary>The writer knows no revision yet and writes its bytes as ours otherwise.</summary>
    private Contender DecodeResolved()
    {
        var encoded = candles.Select(candle => Encode(candle)[..^1]).ToArray();
        var schema = AvroFormats.Candle.Schema.Json;
        var older = schema[..schema.LastIndexOf(",{\"name\":\"revision\"", StringComparison.Ordinal)] + "]}";
        var read = AvroFormats.Candle.ReaderOf(AvroSchema.Parse(older));
        return new Contender(Resolved, count =>
        {
            var total = 0L;
            for (var index = 0; index < count; index++)
                total += read(encoded[index % Candles]).Volume;
            return total;
        });
    }

    private static Contender DecodeProtobuf(ProtoCandle[] protos)
    {
        var encoded = protos.Select(candle => candle.ToByteArray()).ToArray();
        return new Contender(Protobuf, count =>
        {
            var (parser, total) = (ProtoCandle.Parser, 0L);
            for (var index = 0; index < count; index++)
                total += parser.ParseFrom(encoded[index % Candles].AsSpan()).Volume;
            return total;
        });
    }

    private static Contender DecodeJson(JsonCandle[] jsons)
    {
        var encoded = jsons.Select(Serialize).ToArray();
        return new Contender(Json, count =>
        {
            var total = 0L;
            for (var index = 0; index < count; index++)
                total += JsonSerializer.Deserialize(encoded[index % Candles], JsonCandles.Default.JsonCandle)!.Volume;
            return total;
        });
    }

    private static byte[] Serialize(JsonCandle candle) => JsonSerializer.SerializeToUtf8Bytes(candle, JsonCandles.Default.JsonCandle);

    private byte[] Encode(Candle candle) => buffer[..AvroFormats.Candle.Write(candle, buffer)];

    private static Candle Make(int number)
    {
        var open = new DateTimeOffset(2026, 1, 12, 7, 0, 0, TimeSpan.Zero).AddMinutes(number);
        var price = Price.FromUnits(301, 250_000_000).Nanos + (number * 10_000_000L);
        return new Candle
        {
            Figi = new Figi($"BBG0047301{number:00}"),
            OpenTime = open,
            Open = Price.FromNanos(price),
            High = Price.FromNanos(price + 40_000_000),
            Low = Price.FromNanos(price - 30_000_000),
            Close = Price.FromNanos(price + 10_000_000),
            Volume = 15_000 + (number * 37),
            LastTradeTime = open.AddSeconds(59),
            Final = true,
            Source = CandleSource.Stream,
        };
    }

    private static ProtoCandle Proto(Candle candle) => new()
    {
        Figi = candle.Figi.Value,
        OpenTime = candle.OpenTime.ToUnixTimeMilliseconds(),
        Open = candle.Open.Nanos,
        High = candle.High.Nanos,
        Low = candle.Low.Nanos,
        Close = candle.Close.Nanos,
        Volume = candle.Volume,
        LastTradeTime = candle.LastTradeTime!.Value.ToUnixTimeMilliseconds(),
        Final = candle.Final,
        Source = (int)candle.Source,
        Revision = candle.Revision,
    };

    private static JsonCandle ForJson(Candle candle) => new()
    {
        Figi = candle.Figi.Value,
        OpenTime = candle.OpenTime.ToUnixTimeMilliseconds(),
        Open = candle.Open.ToDecimal(),
        High = candle.High.ToDecimal(),
        Low = candle.Low.ToDecimal(),
        Close = candle.Close.ToDecimal(),
        Volume = candle.Volume,
        LastTradeTime = candle.LastTradeTime?.ToUnixTimeMilliseconds(),
        Final = candle.Final,
        Source = (int)candle.Source,
        Revision = candle.Revision,
    };
}
