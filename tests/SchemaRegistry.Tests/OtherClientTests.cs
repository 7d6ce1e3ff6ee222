using System.Buffers;
using System.Globalization;
using System.Text.Json.Nodes;
using StockPipeline.Avro.Records;
using StockPipeline.Contracts.Connections;
using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Serialization;
using StockPipeline.Contracts.Time;
using StockPipeline.Contracts.Topics;
using StockPipeline.SchemaRegistry.Client;
using StockPipeline.SchemaRegistry.Codecs;
using StockPipeline.SchemaRegistryTests.Rest;
using StockPipeline.Testing;
using Xunit.Abstractions;

namespace StockPipeline.SchemaRegistryTests;

/// <summary>Our messages and our registry beside the npm package @kafkajs/confluent-schema-registry.</summary>
public sealed class OtherClientTests : IClassFixture<OurRegistry>, IDisposable
{
    private const string Folder = "tests/SchemaRegistry.Tests/Node";

    /// <summary>That client has no whole numbers beyond 53 bits.</summary>
    private const long MaxNumber = 1L << 50;

    private readonly OurRegistry registry;
    private readonly SchemaRegistryClient client;
    private readonly RandomRecords random;

    public OtherClientTests(OurRegistry registry, ITestOutputHelper output)
    {
        this.registry = registry;
        client = new SchemaRegistryClient(new SchemaRegistryConnection { Url = registry.Server.Url }, TimeProvider.System);
        random = new RandomRecords(Seed.Next(output.WriteLine));
    }

    public void Dispose() => client.Dispose();

    [Fact]
    public async Task What_we_write_it_reads_and_what_it_writes_of_that_we_read()
    {
        var codecs = new PipelineCodecs(client, PipelineTopics.Default, TimeProvider.System);
        var checks = new List<(byte[] Message, Action<byte[]> Check)>();
        var (candles, macd, gaps, tasks, config) = (
            await codecs.CandlesAsync(Interval.OneHour, default), await codecs.MacdAsync(Interval.OneHour, default),
            await codecs.GapsAsync(default), await codecs.HistoryTasksAsync(default), await codecs.ConfigAsync(default));
        for (var round = 0; round < 20; round++)
        {
            checks.Add(CheckOf(candles, random.Candle() with { Volume = round * MaxNumber / 20 }));
            checks.Add(CheckOf(macd, random.MacdValue() with { Epoch = round * MaxNumber / 20 }));
            checks.Add(CheckOf(gaps, random.Gap()));
            checks.Add(CheckOf(tasks, random.HistoryTask()));
            checks.Add(CheckOf(config, ConfigRecord.Of(random.Instrument())));
            checks.Add(CheckOf(config, ConfigRecord.Of(random.TradingDay())));
        }

        var answers = await AskAsync(checks.Select(check => new JsonObject { ["message"] = Convert.ToHexString(check.Message) }));

        Assert.Equal(checks.Count, answers.Length);
        foreach (var (check, answer) in checks.Zip(answers))
            check.Check(Convert.FromHexString((string)answer["message"]!));
    }

    [Fact]
    public async Task It_sees_the_values_we_mean()
    {
        var candle = random.Candle() with { Volume = MaxNumber };
        var codec = await new PipelineCodecs(client, PipelineTopics.Default, TimeProvider.System).CandlesAsync(Interval.OneHour, default);

        var value = (await AskAsync([new JsonObject { ["message"] = Convert.ToHexString(Bytes(codec, candle)) }])).Single()["value"]!;

        Assert.Equal(candle.Figi.Value, (string?)value["figi"]);
        Assert.Equal(candle.OpenTime.ToUnixTimeMilliseconds(), (long)value["openTime"]!);
        Assert.Equal(candle.High.Nanos.ToString(CultureInfo.InvariantCulture), (string?)value["high"]);
        Assert.Equal(candle.Volume, (long)value["volume"]!);
        Assert.Equal(candle.Source.ToString().ToLowerInvariant(), (string?)value["source"]);
    }

    [Fact]
    public async Task A_record_of_a_schema_it_registered_is_read_by_ours()
    {
        var task = random.HistoryTask();
        var codec = await ConfluentAvro.RegisterAsync(
            client, "tasks-value", AvroFormats.HistoryTask, TimeProvider.System, CodecOptions.Default, default);
        var newer = AvroFormats.HistoryTask.Schema.Json
            .Replace("\"fields\":[", "\"fields\":[{\"name\":\"note\",\"type\":[\"null\",\"string\"],\"default\":null},", StringComparison.Ordinal)
            .Replace("\"request\"]", "\"request\",\"whim\"]", StringComparison.Ordinal);
        var value = new JsonObject
        {
            ["note"] = "by hand",
            ["figi"] = task.Figi.Value,
            ["interval"] = task.Interval.Name,
            ["from"] = task.From.ToUnixTimeMilliseconds(),
            ["to"] = task.To.ToUnixTimeMilliseconds(),
            ["reason"] = task.Reason.ToString().ToLowerInvariant(),
            ["attempt"] = task.Attempt,
            ["id"] = task.Id.ToString("D"),
        };

        var answer = (await AskAsync([new JsonObject { ["subject"] = "tasks-value", ["schema"] = newer, ["value"] = value }])).Single();

        Assert.NotEqual(codec.SchemaId, (int)answer["id"]!);
        Assert.Equal(task, codec.Decode(Convert.FromHexString((string)answer["message"]!)));
    }

    private async Task<JsonNode[]> AskAsync(IEnumerable<JsonObject> requests)
    {
        var input = string.Join('\n', requests.Select(request => request.ToJsonString()));
        var output = await NodeScripts.RunAsync(Folder, "client.mjs", [registry.Server.Url.AbsoluteUri], input);
        return [.. output.Split('\n').Select(line => JsonNode.Parse(line)!)];
    }

    private static (byte[] Message, Action<byte[]> Check) CheckOf<TCodec, T>(TCodec codec, T record)
        where TCodec : IRecordEncoder<T>, IRecordDecoder<T>
    {
        var bytes = Bytes(codec, record);
        return (bytes, theirs =>
        {
            Assert.Equal(bytes, theirs);
            Assert.Equal(record, codec.Decode(theirs));
        });
    }

    private static byte[] Bytes<T>(IRecordEncoder<T> codec, T record)
    {
        var output = new ArrayBufferWriter<byte>();
        codec.Encode(record, output);
        return output.WrittenSpan.ToArray();
    }
}
