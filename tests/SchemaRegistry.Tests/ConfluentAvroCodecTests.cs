using System.Buffers;
using StockPipeline.Avro.Records;
using StockPipeline.Avro.Schemas;
using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Serialization;
using StockPipeline.Contracts.Time;
using StockPipeline.Contracts.Topics;
using StockPipeline.SchemaRegistry.Client;
using StockPipeline.SchemaRegistry.Codecs;
using StockPipeline.Testing;

namespace StockPipeline.SchemaRegistryTests;

public sealed class ConfluentAvroCodecTests
{
    private readonly MemorySchemaRegistry registry = new();
    private readonly ManualClock clock = new(DateTimeOffset.UnixEpoch);
    private readonly RandomRecords random = new(7);

    [Fact]
    public async Task A_record_begins_with_zero_and_the_id_of_its_schema()
    {
        await registry.RegisterAsync("other", AvroSchema.Parse("\"string\""), default);
        var codec = await Codecs().CandlesAsync(Interval.OneHour, default);

        var bytes = Bytes(codec, random.Candle());

        Assert.Equal([0, 0, 0, 0, 2], bytes.AsSpan(0, 5).ToArray());
    }

    [Fact]
    public async Task Every_topics_records_read_back()
    {
        var codecs = Codecs();

        await AssertReadsBackAsync(codecs.CandlesAsync(Interval.OneMinute, default), random.Candle());
        await AssertReadsBackAsync(codecs.MacdAsync(Interval.OneDay, default), random.MacdValue());
        await AssertReadsBackAsync(codecs.IndicatorAsync("bollinger", Interval.OneDay, default), random.IndicatorValue());
        await AssertReadsBackAsync(codecs.GapsAsync(default), random.Gap());
        await AssertReadsBackAsync(codecs.HistoryTasksAsync(default), random.HistoryTask());
        var config = await codecs.ConfigAsync(default);
        var (instrument, day) = (ConfigRecord.Of(random.Instrument()), ConfigRecord.Of(random.TradingDay()));
        Assert.Equal(instrument, config.Decode(Bytes(config, instrument)));
        Assert.Equal(day, config.Decode(Bytes(config, day)));
    }

    [Fact]
    public async Task Subjects_are_named_as_confluents_tools_expect()
    {
        await new PipelineCodecs(registry, new PipelineTopics("settings", "m-"), clock).RegisterAllAsync(default);

        Assert.Contains("candles-1-min-value", registry.Subjects);
        Assert.Contains("m-1-day-value", registry.Subjects);
        Assert.Contains("settings-stockpipeline.Instrument", registry.Subjects);
        Assert.Contains("settings-stockpipeline.TradingDay", registry.Subjects);
        Assert.Equal(42, registry.Subjects.Count);
    }

    [Fact]
    public async Task A_record_of_an_older_schema_is_read_with_its_defaults()
    {
        var candle = random.Candle();
        var older = AvroSchema.Parse(AvroFormats.Candle.Schema.Json.Replace(
            """,{"name":"revision","type":"int","doc":"0 at first; one more for each change of an already final candle.","default":0}""", "",
            StringComparison.Ordinal));
        var id = await registry.RegisterAsync("candles-1-hour-value", older, default);
        var codec = await Codecs().CandlesAsync(Interval.OneHour, default);
        var bytes = Bytes(codec, candle with { Revision = 0 });
        bytes[4] = (byte)id;

        var read = codec.Decode(bytes.AsSpan(0, bytes.Length - 1));
        var again = codec.Decode(bytes.AsSpan(0, bytes.Length - 1));

        Assert.Equal(candle with { Revision = 0 }, read);
        Assert.Equal(read, again);
        Assert.Equal(1, registry.Fetches);
    }

    [Fact]
    public async Task An_id_that_the_registry_does_not_have_is_waited_for_before_its_records_are_unreadable()
    {
        var codec = await Codecs().CandlesAsync(Interval.OneHour, default);

        AssertAwaited(codec, 9);
        clock.Advance(CodecOptions.Default.SchemaTimeout - TimeSpan.FromMilliseconds(1));
        AssertAwaited(codec, 9);
        clock.Advance(TimeSpan.FromMilliseconds(1));
        AssertUnreadable(codec, 9);
    }

    [Fact]
    public async Task A_registry_that_lags_behind_costs_no_record()
    {
        var gap = random.Gap();
        var codec = await Codecs().GapsAsync(default);
        byte[] ofANewerWriter = [0, 0, 0, 0, (byte)(codec.SchemaId + 1), 0, .. Bytes(codec, gap).AsSpan(5)];
        var newer = AvroFormats.Gap.Schema.Json.Replace(
            "\"fields\":[", "\"fields\":[{\"name\":\"note\",\"type\":[\"null\",\"string\"],\"default\":null},", StringComparison.Ordinal);

        Assert.Throws<SchemaRegistryException>(() => codec.Decode(ofANewerWriter));
        clock.Advance(CodecOptions.Default.SchemaTimeout / 2);
        await registry.RegisterAsync("gaps-value", AvroSchema.Parse(newer), default);

        Assert.Equal(gap, codec.Decode(ofANewerWriter));
    }

    [Fact]
    public async Task An_id_believed_to_be_missing_is_asked_for_again_after_a_while_and_not_waited_for_again()
    {
        var codec = await Codecs().CandlesAsync(Interval.OneHour, default);
        AssertAwaited(codec, 9);
        clock.Advance(CodecOptions.Default.SchemaTimeout);
        AssertUnreadable(codec, 9);
        var fetches = registry.Fetches;

        AssertUnreadable(codec, 9);
        Assert.Equal(fetches, registry.Fetches);
        clock.Advance(CodecOptions.Default.UnreadableFor);
        AssertUnreadable(codec, 9);
        Assert.Equal(fetches + 1, registry.Fetches);
    }

    [Fact]
    public async Task Garbage_with_a_new_id_in_every_record_is_waited_for_once_and_not_record_by_record()
    {
        var codec = await Codecs().CandlesAsync(Interval.OneHour, default);
        AssertAwaited(codec, 9);
        clock.Advance(CodecOptions.Default.SchemaTimeout);
        AssertUnreadable(codec, 9);

        for (var id = 10; id < 60; id++)
            AssertUnreadable(codec, id);

        clock.Advance(CodecOptions.Default.UnreadableFor);
        AssertAwaited(codec, 77);
    }

    [Fact]
    public async Task An_outage_of_the_registry_is_not_the_records_fault()
    {
        var codec = await Codecs().CandlesAsync(Interval.OneHour, default);
        registry.Outage = new SchemaRegistryUnavailableException("down");

        Assert.Throws<SchemaRegistryUnavailableException>(() => codec.Decode([0, 0, 0, 0, 9, 1, 2]));
        registry.Outage = null;
        AssertAwaited(codec, 9);
    }

    [Fact]
    public async Task A_schema_that_ours_cannot_be_read_from_makes_a_record_unreadable()
    {
        var id = await registry.RegisterAsync("x", AvroSchema.Parse("\"string\""), default);
        var codec = await Codecs().GapsAsync(default);
        var config = await Codecs().ConfigAsync(default);

        Assert.Throws<UnreadableRecordException>(() => codec.Decode([0, 0, 0, 0, (byte)id, 0]));
        Assert.Throws<UnreadableRecordException>(() => config.Decode([0, 0, 0, 0, (byte)id, 0]));
    }

    [Theory]
    [InlineData(new byte[0])]
    [InlineData(new byte[] { 0, 0, 0, 1 })]
    [InlineData(new byte[] { 1, 0, 0, 0, 1, 0 })]
    [InlineData(new byte[] { 0, 0, 0, 0, 1 })]
    public async Task Bytes_that_are_not_of_the_wire_format_are_unreadable(byte[] bytes)
    {
        var codec = await Codecs().GapsAsync(default);

        Assert.Throws<UnreadableRecordException>(() => codec.Decode(bytes));
    }

    [Fact]
    public async Task Writers_remembered_are_limited()
    {
        var codecs = new PipelineCodecs(registry, PipelineTopics.Default, clock, new CodecOptions { MaxWriters = 2 });
        var codec = await codecs.GapsAsync(default);
        var foreign = new List<int>();
        for (var number = 0; number < 20; number++)
            foreign.Add(await registry.RegisterAsync("x", AvroSchema.Parse($$"""{"type":"fixed","name":"F{{number}}","size":1}"""), default));

        foreach (var id in foreign.Append(foreign[0]))
            AssertUnreadable(codec, id);

        Assert.Equal(21, registry.Fetches);
    }

    private PipelineCodecs Codecs() => new(registry, PipelineTopics.Default, clock);

    private static async Task AssertReadsBackAsync<T>(Task<ConfluentAvroCodec<T>> made, T record)
    {
        var codec = await made;
        Assert.Equal(record, codec.Decode(Bytes(codec, record)));
    }

    private static void AssertAwaited<T>(ConfluentAvroCodec<T> codec, int id) =>
        Assert.True(Assert.Throws<SchemaRegistryException>(() => codec.Decode([0, 0, 0, 0, (byte)id, 1, 2])).IsUnknownSchema);

    private static void AssertUnreadable<T>(ConfluentAvroCodec<T> codec, int id) =>
        Assert.Throws<UnreadableRecordException>(() => codec.Decode([0, 0, 0, 0, (byte)id, 1, 2]));

    private static byte[] Bytes<T>(IRecordEncoder<T> codec, T record)
    {
        var output = new ArrayBufferWriter<byte>();
        codec.Encode(record, output);
        return output.WrittenSpan.ToArray();
    }
}
