using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using StockPipeline.Avro;
using StockPipeline.Avro.Records;
using StockPipeline.Avro.Resolution;
using StockPipeline.Avro.Schemas;
using StockPipeline.Contracts.Serialization;
using StockPipeline.Testing;
using Xunit.Abstractions;

namespace StockPipeline.AvroTests;

/// <summary>Our codec beside the npm package avsc.</summary>
public sealed class OtherImplementationTests(ITestOutputHelper output)
{
    private const string Folder = "tests/Avro.Tests/Oracle";

    [Fact]
    public async Task What_we_write_avsc_reads_and_what_it_writes_of_that_we_read()
    {
        var random = new RandomRecords(Seed.Next(output.WriteLine));
        var checks = new List<(string Line, Action<JsonElement> Check)>();
        for (var round = 0; round < 300; round++)
        {
            checks.Add(CheckOf(AvroFormats.Candle, random.Candle()));
            checks.Add(CheckOf(AvroFormats.MacdValue, random.MacdValue()));
            checks.Add(CheckOf(AvroFormats.IndicatorValue, random.IndicatorValue()));
            checks.Add(CheckOf(AvroFormats.Signal, random.Signal()));
            checks.Add(CheckOf(AvroFormats.Gap, random.Gap()));
            checks.Add(CheckOf(AvroFormats.HistoryTask, random.HistoryTask()));
            checks.Add(CheckOf(AvroFormats.Instrument, random.Instrument()));
            checks.Add(CheckOf(AvroFormats.TradingDay, random.TradingDay()));
            checks.Add(CheckOf(AvroFormats.Rate, random.Rate()));
            checks.Add(CheckOf(AvroFormats.TradeInfo, random.TradeInfo()));
        }

        var answers = (await NodeScripts.RunAsync(Folder, "read-write.mjs", [], string.Join('\n', checks.Select(check => check.Line)))).Split('\n');

        Assert.Equal(checks.Count, answers.Length);
        foreach (var (check, answer) in checks.Zip(answers))
            check.Check(JsonDocument.Parse(answer).RootElement);
    }

    [Fact]
    public async Task Avsc_sees_the_values_we_mean()
    {
        var candle = new RandomRecords(Seed.Next(output.WriteLine)).Candle();
        var input = InputOf(AvroFormats.Candle, RecordFormatTests.Bytes(AvroFormats.Candle, candle));

        var value = JsonNode.Parse(await NodeScripts.RunAsync(Folder, "read-write.mjs", [], input))!["value"]!;

        Assert.Equal(candle.Figi.Value, (string?)value["figi"]);
        Assert.Equal(Text(candle.OpenTime.ToUnixTimeMilliseconds()), value["openTime"]?.ToString());
        Assert.Equal(Text(candle.Open.Nanos), value["open"]?.ToString());
        Assert.Equal(Text(candle.Low.Nanos), value["low"]?.ToString());
        Assert.Equal(Text(candle.Close.Nanos), value["close"]?.ToString());
        Assert.Equal(Text(candle.Volume), value["volume"]?.ToString());
        Assert.Equal(candle.LastTradeTime is { } time ? Text(time.ToUnixTimeMilliseconds()) : null, value["lastTradeTime"]?.ToString());
        Assert.Equal(candle.Final, (bool)value["final"]!);
        Assert.Equal(candle.Source.ToString().ToLowerInvariant(), (string?)value["source"]);
        Assert.Equal(candle.Revision, (int)value["revision"]!);
    }

    [Fact]
    public async Task Random_evolutions_are_resolved_as_avsc_resolves_them()
    {
        const int rounds = 1_500;
        var seed = Seed.Next(output.WriteLine);

        var lines = (await NodeScripts.RunAsync(Folder, "evolutions.mjs", [Text(seed), Text(rounds)])).Split('\n');

        var resolved = lines.Count(IsResolvedAlike);
        output.WriteLine($"{resolved} of {lines.Length} evolutions are accepted by both");
        Assert.Equal(rounds, lines.Length);
        Assert.InRange(resolved, rounds / 2, rounds);
    }

    /// <summary>False where avsc refuses: ours may then read what avsc does not, but fails in no other way.</summary>
    private static bool IsResolvedAlike(string line)
    {
        var round = JsonDocument.Parse(line).RootElement;
        var writer = AvroSchema.Parse(round.GetProperty("writer").GetRawText());
        var reader = AvroSchema.Parse(round.GetProperty("reader").GetRawText());
        var bytes = Convert.FromHexString(round.GetProperty("bytes").GetString()!);
        try
        {
            using var rewritten = ResolutionPlan.Of(writer, reader, AvroLimits.Default).Rewrite(bytes);
            if (round.GetProperty("expected").GetString() is not { } expected)
                return false;
            var actual = Convert.ToHexStringLower(rewritten.Bytes);
            Assert.True(actual == expected, $"{actual} of {line}");
            return true;
        }
        catch (UnreadableRecordException error)
        {
            Assert.True(round.GetProperty("expected").ValueKind == JsonValueKind.Null, $"{error.Message} at {line}");
            return false;
        }
    }

    private static (string Line, Action<JsonElement> Check) CheckOf<T>(AvroFormat<T> format, T record)
    {
        var bytes = RecordFormatTests.Bytes(format, record);
        return (InputOf(format, bytes), answer =>
        {
            var theirs = Convert.FromHexString(answer.GetProperty("bytes").GetString()!);
            Assert.Equal(bytes, theirs);
            Assert.Equal(record, format.Read(theirs));
        });
    }

    private static string InputOf<T>(AvroFormat<T> format, byte[] bytes) =>
        new JsonObject { ["schema"] = format.Schema.Json, ["bytes"] = Convert.ToHexString(bytes) }.ToJsonString();

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
