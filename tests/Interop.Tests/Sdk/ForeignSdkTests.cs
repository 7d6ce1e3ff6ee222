using System.Globalization;
using System.Text.Json;
using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Time;
using StockPipeline.Simulator;
using StockPipeline.Testing;

namespace StockPipeline.InteropTests.Sdk;

/// <summary>An SDK of the real API, written by others, cannot tell the simulator from it.</summary>
public sealed class ForeignSdkTests
{
    private const string Folder = "tests/Interop.Tests/Sdk/Node";

    private static readonly DateTimeOffset Noon = new(2026, 11, 10, 9, 0, 30, TimeSpan.Zero);

    [Fact]
    public async Task The_SDK_reads_instruments_candles_streams_and_errors()
    {
        await using var simulator = await MarketSimulator.StartAsync(new SimulatorOptions { Start = Noon, Speed = 10 });
        var share = simulator.Market.Share("SBER");
        var figi = share.Figi;
        var (from, to) = (new DateTimeOffset(2026, 11, 9, 3, 0, 0, TimeSpan.Zero), new DateTimeOffset(2026, 11, 9, 21, 0, 0, TimeSpan.Zero));
        var intervals = string.Join(',', Interval.All.Select(interval => interval.Number));

        var output = await NodeScripts.RunAsync(
            Folder, "read.mjs", [$"localhost:{simulator.Endpoint.Port}", figi.Value, $"{from:O}", $"{to:O}", intervals, "40"]);

        var seen = JsonDocument.Parse(output).RootElement;
        Assert.True(seen.GetProperty("shares").GetInt32() >= 250);
        Assert.Equal(
            $$"""{"ticker":"SBER","classCode":"TQBR","uid":"{{share.Uid}}","lot":1,"increment":"0.010000000","currency":"rub"}""",
            seen.GetProperty("share").GetRawText());
        Assert.Equal("""{"ticker":"SBER","kind":"share"}""", seen.GetProperty("instrument").GetRawText());
        foreach (var interval in Interval.All)
        {
            var window = interval == Interval.OneDay ? (From: interval.Align(from), To: to) : (From: from, To: to);
            var expected = simulator.Market.Candles(figi, interval, window.From, window.To).Select(Shape);
            Assert.Equal(expected, seen.GetProperty("history").GetProperty($"{interval.Number}").EnumerateArray().Select(Shape));
        }
        var streamed = seen.GetProperty("streamed").EnumerateArray().ToList();
        Assert.Equal(
            Interval.All.Select(interval => interval.Number).Order(),
            streamed.Select(candle => candle.GetProperty("interval").GetInt32()).Distinct().Order());
        foreach (var candle in streamed.Select(Shape))
            Assert.True(candle.Low <= candle.Close && candle.Close <= candle.High);
        var failures = seen.GetProperty("failures");
        Assert.Equal((5, "instrument not found"), Failure(failures.GetProperty("unknown")));
        Assert.Equal(3, Failure(failures.GetProperty("tooLong")).Code);
        Assert.Equal("600, 600;w=60", failures.GetProperty("tooLong").GetProperty("rateLimit").GetString());
        Assert.Equal(32, failures.GetProperty("tooLong").GetProperty("trackingId").GetString()!.Length);
        Assert.Equal((12, "method is unimplemented"), Failure(failures.GetProperty("unimplemented")));
    }

    private static (int Code, string? Text) Failure(JsonElement failure) =>
        (failure.GetProperty("code").GetInt32(), failure.GetProperty("text").GetString());

    private static CandleShape Shape(Candle candle) => new(candle.OpenTime, candle.Open, candle.High, candle.Low, candle.Close, candle.Volume);

    private static CandleShape Shape(JsonElement candle) => new(
        DateTimeOffset.Parse(Text(candle, "time"), CultureInfo.InvariantCulture), Read(candle, "open"), Read(candle, "high"), Read(candle, "low"),
        Read(candle, "close"), candle.GetProperty("volume").GetInt64());

    private static Price Read(JsonElement candle, string name) => Price.Parse(Text(candle, name));

    private static string Text(JsonElement candle, string name) => candle.GetProperty(name).GetString()!;

    /// <summary>What both sides say of a candle.</summary>
    private sealed record CandleShape(DateTimeOffset Time, Price Open, Price High, Price Low, Price Close, long Volume);
}
