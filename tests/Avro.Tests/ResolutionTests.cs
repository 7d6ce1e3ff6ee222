using StockPipeline.Avro;
using StockPipeline.Avro.Binary;
using StockPipeline.Avro.Records;
using StockPipeline.Avro.Resolution;
using StockPipeline.Avro.Schemas;
using StockPipeline.Contracts.Serialization;
using StockPipeline.Testing;
using Xunit.Abstractions;

namespace StockPipeline.AvroTests;

public sealed class ResolutionTests(ITestOutputHelper output)
{
    [Fact]
    public void A_candle_of_another_order_with_more_and_fewer_fields_is_read()
    {
        var candle = new RandomRecords(3).Candle() with { Revision = 0, LastTradeTime = null };
        var writer = AvroSchema.Parse("""
            {"type":"record","name":"Candle","namespace":"elsewhere","fields":[
              {"name":"note","type":["null","string"]},
              {"name":"volume","type":"long"},
              {"name":"close","type":{"type":"bytes","logicalType":"decimal","precision":18,"scale":9}},
              {"name":"open","type":{"type":"bytes","logicalType":"decimal","precision":18,"scale":9}},
              {"name":"high","type":{"type":"bytes","logicalType":"decimal","precision":18,"scale":9}},
              {"name":"tags","type":{"type":"map","values":{"type":"array","items":"int"}}},
              {"name":"low","type":{"type":"bytes","logicalType":"decimal","precision":18,"scale":9}},
              {"name":"figi","type":"string"},
              {"name":"openTime","type":{"type":"long","logicalType":"timestamp-micros"}},
              {"name":"source","type":{"type":"enum","name":"CandleSource","symbols":["replay","stream","history","rollup","other"]}},
              {"name":"final","type":"boolean"}]}
            """);
        var bytes = Write((ref AvroWriter it) =>
        {
            it.WriteLong(1);
            it.WriteString("a note");
            it.WriteLong(candle.Volume);
            it.WriteDecimal(candle.Close.Nanos);
            it.WriteDecimal(candle.Open.Nanos);
            it.WriteDecimal(candle.High.Nanos);
            it.WriteLong(1);
            it.WriteString("tag");
            it.WriteLong(-2);
            it.WriteLong(2);
            it.WriteLong(7);
            it.WriteLong(8);
            it.WriteLong(0);
            it.WriteLong(0);
            it.WriteDecimal(candle.Low.Nanos);
            it.WriteString(candle.Figi.Value);
            it.WriteLong(candle.OpenTime.ToUnixTimeMilliseconds() * 1000);
            it.WriteLong(new[] { 1, 2, 3, 0 }[(int)candle.Source]);
            it.WriteBoolean(candle.Final);
        });

        var read = AvroFormats.Candle.ReaderOf(writer)(bytes);

        Assert.Equal(candle, read);
    }

    [Fact]
    public void A_renamed_field_is_read_by_its_alias_and_a_new_one_gets_its_default()
    {
        const string writer = """{"type":"record","name":"R","fields":[{"name":"a","type":"int"},{"name":"b","type":"string"}]}""";
        const string reader = """
            {"type":"record","name":"Q","aliases":["R"],"fields":[
              {"name":"new","type":"int","default":7},
              {"name":"text","type":"string","aliases":["b"],"default":"x"},
              {"name":"number","type":"long","aliases":["z","a"],"default":9}]}
            """;
        var bytes = Write((ref AvroWriter it) =>
        {
            it.WriteLong(5);
            it.WriteString("kept");
        });

        var read = Rewritten(writer, reader, bytes, (ref AvroReader it) => (it.ReadLong(), it.ReadString(), it.ReadLong()));

        Assert.Equal((7, "kept", 5), read);
    }

    [Theory]
    [InlineData(2, 12345, 123_450_000_000)]
    [InlineData(0, 7, 7_000_000_000)]
    [InlineData(12, 5_000, 5)]
    [InlineData(12, -5_000, -5)]
    public void A_price_of_another_scale_is_the_same_price(int scale, long unscaled, long nanos)
    {
        var bytes = Write((ref AvroWriter it) => it.WriteDecimal(unscaled));

        Assert.Equal(nanos, Rewritten(Decimal(scale), Decimal(9), bytes, (ref AvroReader it) => it.ReadDecimal()));
    }

    [Fact]
    public void A_price_that_would_lose_digits_is_unreadable() =>
        AssertUnreadable(Decimal(12), Decimal(9), Write((ref AvroWriter it) => it.WriteDecimal(5_001)));

    [Theory]
    [InlineData("timestamp-micros", "timestamp-millis", 1_999, 1)]
    [InlineData("timestamp-micros", "timestamp-millis", -1, -1)]
    [InlineData("timestamp-nanos", "timestamp-millis", 5_000_000, 5)]
    [InlineData("timestamp-millis", "timestamp-micros", 5, 5_000)]
    [InlineData("timestamp-millis", "timestamp-millis", 5, 5)]
    public void An_instant_of_another_unit_is_the_same_instant(string from, string into, long written, long read) =>
        Assert.Equal(
            read, Rewritten(Long(from), Long(into), Write((ref AvroWriter it) => it.WriteLong(written)), (ref AvroReader it) => it.ReadLong()));

    [Theory]
    [InlineData("\"bytes\"", """{"type":"bytes","logicalType":"decimal","precision":18,"scale":9}""")]
    [InlineData("\"string\"", """{"type":"bytes","logicalType":"decimal","precision":18,"scale":9}""")]
    [InlineData("""{"type":"long","logicalType":"local-timestamp-millis"}""", """{"type":"long","logicalType":"timestamp-millis"}""")]
    [InlineData(
        """{"type":"bytes","logicalType":"decimal","precision":60,"scale":50}""",
        """{"type":"bytes","logicalType":"decimal","precision":18,"scale":9}""")]
    [InlineData("\"long\"", "\"int\"")]
    [InlineData("\"null\"", "\"string\"")]
    [InlineData("""["null","boolean"]""", "\"string\"")]
    [InlineData("""{"type":"fixed","name":"F","size":3}""", """{"type":"fixed","name":"F","size":4}""")]
    [InlineData("""{"type":"record","name":"R","fields":[]}""", """{"type":"record","name":"R","fields":[{"name":"a","type":"int"}]}""")]
    [InlineData("""{"type":"record","name":"R","fields":[]}""", """{"type":"record","name":"Q","fields":[]}""")]
    public void What_has_another_meaning_is_never_guessed(string writer, string reader) =>
        Assert.Throws<UnreadableRecordException>(() => ResolutionPlan.Of(AvroSchema.Parse(writer), AvroSchema.Parse(reader), AvroLimits.Default));

    [Fact]
    public void Of_a_readers_union_the_very_type_goes_before_a_promotion()
    {
        var bytes = Write((ref AvroWriter it) => it.WriteLong(long.MaxValue));

        var branch = Rewritten("\"long\"", """["null","double","long"]""", bytes, (ref AvroReader it) => it.ReadLong());

        Assert.Equal(2, branch);
    }

    [Fact]
    public void A_branch_that_cannot_be_read_is_an_error_only_where_it_is_taken()
    {
        var taken = Write((ref AvroWriter it) =>
        {
            it.WriteLong(1);
            it.WriteLong(5);
        });

        Assert.Equal(5, Rewritten("""["null","long"]""", "\"long\"", taken, (ref AvroReader it) => it.ReadLong()));
        AssertUnreadable("""["null","long"]""", "\"long\"", [0]);
    }

    [Fact]
    public void Items_without_size_are_limited()
    {
        const string nulls = """{"type":"array","items":"null"}""";
        var atLimit = Write((ref AvroWriter it) =>
        {
            it.WriteLong(AvroLimits.Default.MaxItems - 1);
            it.WriteLong(0);
        });

        Assert.Equal(AvroLimits.Default.MaxItems - 1, Rewritten(nulls, nulls, atLimit, (ref AvroReader it) => it.ReadLong()));
        AssertUnreadable(nulls, nulls, Write((ref AvroWriter it) => it.WriteLong(AvroLimits.Default.MaxItems + 1)));
        AssertUnreadable(nulls, nulls, Write((ref AvroWriter it) => it.WriteLong(long.MinValue)));
    }

    [Fact]
    public void Defaults_cannot_make_a_record_larger_than_the_limit()
    {
        const string writer = """{"type":"array","items":{"type":"record","name":"R","fields":[]}}""";
        var field = $$"""{"name":"a","type":"string","default":"{{new string('x', 1000)}}"}""";
        var reader = $$$"""{"type":"array","items":{"type":"record","name":"R","fields":[{{{field}}}]}}""";

        AssertUnreadable(writer, reader, Write((ref AvroWriter it) =>
        {
            it.WriteLong(5_000);
            it.WriteLong(0);
        }));
    }

    [Fact]
    public void Depth_is_limited()
    {
        const string list = """{"type":"record","name":"L","fields":[{"name":"next","type":["null","L"]}]}""";
        byte[] Deep(int levels) => [.. Enumerable.Repeat((byte)2, levels), 0];

        Assert.Equal(1, Rewritten(list, list, Deep((AvroLimits.Default.MaxDepth / 2) - 1), (ref AvroReader it) => it.ReadLong()));
        AssertUnreadable(list, list, Deep((AvroLimits.Default.MaxDepth / 2) + 1));
    }

    [Fact]
    public void A_schema_that_doubles_the_work_with_every_level_is_cut_short()
    {
        var schema = "\"null\"";
        for (var level = 0; level < 40; level++)
        {
            var inner = level == 0 ? schema : $$"""{{schema}}""";
            var again = level == 0 ? "\"null\"" : $"\"T{level - 1}\"";
            schema = $$"""{"type":"record","name":"T{{level}}","fields":[{"name":"a","type":{{inner}}},{"name":"b","type":{{again}}}]}""";
        }

        AssertUnreadable(schema, schema, []);
    }

    [Fact]
    public void A_chain_of_types_too_long_for_the_stack_is_refused()
    {
        var types = Enumerable.Range(1, 10_000)
            .Select(level => $$"""{"type":"record","name":"T{{level}}","fields":[{"name":"a","type":"T{{level - 1}}"}]}""");
        var schema = AvroSchema.Parse($$"""[{"type":"record","name":"T0","fields":[]},{{string.Join(',', types)}}]""");

        Assert.Throws<UnreadableRecordException>(() => ResolutionPlan.Of(schema, schema, AvroLimits.Default));
    }

    [Fact]
    public void Random_bytes_never_break_a_plan()
    {
        var random = new Random(Seed.Next(output.WriteLine));
        var writer = AvroSchema.Parse("""
            {"type":"record","name":"TradingDay","fields":[
              {"name":"inferred","type":"boolean"},
              {"name":"skipped","type":{"type":"map","values":["null",{"type":"array","items":"TradingDay"},"string"]}},
              {"name":"sessions","type":{"type":"array","items":{"type":"record","name":"TradingSession","fields":[
                {"name":"end","type":{"type":"long","logicalType":"timestamp-nanos"}},
                {"name":"start","type":{"type":"long","logicalType":"timestamp-millis"}},
                {"name":"kind","type":{"type":"enum","name":"SessionKind","symbols":["main","evening"]}}]}}},
              {"name":"exchange","type":"bytes"},
              {"name":"date","type":{"type":"int","logicalType":"date"}}]}
            """);
        var read = AvroFormats.TradingDay.ReaderOf(writer);
        var bytes = new byte[64];
        var readable = 0;

        for (var round = 0; round < 50_000; round++)
        {
            random.NextBytes(bytes);
            try
            {
                Assert.NotNull(read(bytes.AsSpan(0, random.Next(bytes.Length))));
                readable++;
            }
            catch (UnreadableRecordException error)
            {
                Assert.NotEmpty(error.Message);
            }
        }

        output.WriteLine($"{readable} were records");
    }

    private delegate void Writing(ref AvroWriter writer);

    private delegate T Reading<T>(ref AvroReader reader);

    private static byte[] Write(Writing write)
    {
        var buffer = new byte[1_000];
        var writer = new AvroWriter(buffer);
        write(ref writer);
        return buffer[..writer.Length];
    }

    private static T Rewritten<T>(string writer, string reader, byte[] bytes, Reading<T> read)
    {
        using var rewritten = ResolutionPlan.Of(AvroSchema.Parse(writer), AvroSchema.Parse(reader), AvroLimits.Default).Rewrite(bytes);
        var result = new AvroReader(rewritten.Bytes);
        return read(ref result);
    }

    private static void AssertUnreadable(string writer, string reader, byte[] bytes)
    {
        var plan = ResolutionPlan.Of(AvroSchema.Parse(writer), AvroSchema.Parse(reader), AvroLimits.Default);
        Assert.Throws<UnreadableRecordException>(() => plan.Rewrite(bytes).Dispose());
    }

    private static string Decimal(int scale) => $$"""{"type":"bytes","logicalType":"decimal","precision":18,"scale":{{scale}}}""";

    private static string Long(string logical) => $$"""{"type":"long","logicalType":"{{logical}}"}""";
}
