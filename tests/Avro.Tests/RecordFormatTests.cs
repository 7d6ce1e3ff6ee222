using StockPipeline.Avro.Records;
using StockPipeline.Avro.Schemas;
using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Rates;
using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Serialization;
using StockPipeline.Testing;
using Xunit.Abstractions;

namespace StockPipeline.AvroTests;

public sealed class RecordFormatTests(ITestOutputHelper output)
{
    private const int Rounds = 20_000;

    [Fact]
    public void Every_record_reads_back_as_it_was_written()
    {
        var random = new RandomRecords(Seed.Next(output.WriteLine));

        for (var round = 0; round < Rounds; round++)
        {
            AssertReadsBack(AvroFormats.Candle, random.Candle());
            AssertReadsBack(AvroFormats.CandleRevision, random.CandleRevision());
            AssertReadsBack(AvroFormats.MacdValue, random.MacdValue());
            AssertReadsBack(AvroFormats.IndicatorValue, random.IndicatorValue());
            AssertReadsBack(AvroFormats.Signal, random.Signal());
            AssertReadsBack(AvroFormats.Gap, random.Gap());
            AssertReadsBack(AvroFormats.HistoryTask, random.HistoryTask());
            AssertReadsBack(AvroFormats.Instrument, random.Instrument());
            AssertReadsBack(AvroFormats.TradingDay, random.TradingDay());
            AssertReadsBack(AvroFormats.Rate, random.Rate());
            AssertReadsBack(AvroFormats.TradeInfo, random.TradeInfo());
            AssertReadsBack(AvroFormats.AlertRule, random.AlertRule());
            AssertReadsBack(AvroFormats.AlertEvent, random.AlertEvent());
            AssertReadsBack(AvroFormats.ChatState, random.ChatState());
            AssertReadsBack(AvroFormats.ChatMessage, random.ChatMessage());
            AssertReadsBack(AvroFormats.ChatLink, random.ChatLink());
            AssertReadsBack(AvroFormats.RequestTurn, random.RequestTurn());
            AssertReadsBack(AvroFormats.PromotedIndicator, random.PromotedIndicator());
        }
    }

    [Fact]
    public void Damaged_records_are_unreadable_or_other_records_and_never_anything_else()
    {
        var seed = Seed.Next(output.WriteLine);
        var (random, records) = (new Random(seed), new RandomRecords(seed));

        for (var round = 0; round < Rounds; round++)
        {
            Damage(random, AvroFormats.Candle, records.Candle());
            Damage(random, AvroFormats.CandleRevision, records.CandleRevision());
            Damage(random, AvroFormats.MacdValue, records.MacdValue());
            Damage(random, AvroFormats.IndicatorValue, records.IndicatorValue());
            Damage(random, AvroFormats.Signal, records.Signal());
            Damage(random, AvroFormats.Gap, records.Gap());
            Damage(random, AvroFormats.HistoryTask, records.HistoryTask());
            Damage(random, AvroFormats.Instrument, records.Instrument());
            Damage(random, AvroFormats.TradingDay, records.TradingDay());
            Damage(random, AvroFormats.Rate, records.Rate());
            Damage(random, AvroFormats.TradeInfo, records.TradeInfo());
            Damage(random, AvroFormats.RequestTurn, records.RequestTurn());
        }
    }

    [Fact]
    public void Random_bytes_cost_no_more_memory_than_they_are_long()
    {
        var random = new Random(Seed.Next(output.WriteLine));
        var bytes = new byte[256];
        ReadAny(AvroFormats.TradingDay, bytes);
        var before = GC.GetAllocatedBytesForCurrentThread();

        for (var round = 0; round < Rounds; round++)
        {
            random.NextBytes(bytes);
            ReadAny(AvroFormats.Instrument, bytes);
            ReadAny(AvroFormats.TradingDay, bytes);
        }

        // An exception with its trace takes some kilobytes itself.
        var each = (GC.GetAllocatedBytesForCurrentThread() - before) / Rounds;
        Assert.InRange(each, 0, 16 * 1024);
    }

    [Fact]
    public void Writing_into_the_callers_buffer_allocates_nothing()
    {
        var candle = new RandomRecords(1).Candle();
        var buffer = new byte[AvroFormats.Candle.MaxLength(candle)];
        AvroFormats.Candle.Write(candle, buffer);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var round = 0; round < 1_000; round++)
            AvroFormats.Candle.Write(candle, buffer);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void A_buffer_that_may_be_too_short_is_refused()
    {
        var candle = new RandomRecords(1).Candle();

        Assert.Throws<ArgumentException>(() => AvroFormats.Candle.Write(candle, new byte[AvroFormats.Candle.MaxLength(candle) - 1]));
    }

    [Fact]
    public void An_enum_value_without_a_symbol_is_refused_by_the_writer()
    {
        var candle = new RandomRecords(1).Candle() with { Source = (CandleSource)4 };

        Assert.Throws<ArgumentOutOfRangeException>(() => AvroFormats.Candle.Write(candle, new byte[AvroFormats.Candle.MaxLength(candle)]));
    }

    [Fact]
    public void Bytes_after_the_record_make_it_unreadable()
    {
        var bytes = Bytes(AvroFormats.Gap, new RandomRecords(1).Gap());

        Assert.Throws<UnreadableRecordException>(() => AvroFormats.Gap.Read([.. bytes, 0]));
    }

    [Fact]
    public void A_price_that_does_not_fit_is_unreadable()
    {
        var candle = new RandomRecords(1).Candle() with { Figi = new Figi("X"), OpenTime = DateTimeOffset.UnixEpoch };
        var bytes = Bytes(AvroFormats.Candle, candle);
        byte[] tooLarge = [.. bytes.AsSpan(0, 3), 16, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, .. bytes.AsSpan(3 + 1 + (bytes[3] >> 1))];

        var error = Assert.Throws<UnreadableRecordException>(() => AvroFormats.Candle.Read(tooLarge));

        Assert.Contains("not a price", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_symbols_of_the_schemas_are_those_of_the_enums()
    {
        AssertSymbols<CandleSource>(AvroFormats.Candle.Schema, "source");
        AssertSymbols<GapState>(AvroFormats.Gap.Schema, "state");
        AssertSymbols<HistoryReason>(AvroFormats.HistoryTask.Schema, "reason");
        AssertSymbols<RateKind>(AvroFormats.Rate.Schema, "kind");
        AssertSymbols<RateStatus>(AvroFormats.Rate.Schema, "status");
        var sessions = (ArraySchema)AvroFormats.TradingDay.Schema.Fields.Single(field => field.Name == "sessions").Schema;
        AssertSymbols<SessionKind>((RecordSchema)sessions.Items, "kind");
    }

    internal static byte[] Bytes<T>(AvroFormat<T> format, T record)
    {
        var buffer = new byte[format.MaxLength(record)];
        return buffer[..format.Write(record, buffer)];
    }

    private static void AssertReadsBack<T>(AvroFormat<T> format, T record) => Assert.Equal(record, format.Read(Bytes(format, record)));

    private static void Damage<T>(Random random, AvroFormat<T> format, T record)
    {
        var bytes = Bytes(format, record);
        for (var count = random.Next(1, 4); count > 0; count--)
            bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
        ReadAny(format, bytes.AsSpan(0, random.Next(2) == 0 ? bytes.Length : random.Next(bytes.Length)));
    }

    private static void ReadAny<T>(AvroFormat<T> format, ReadOnlySpan<byte> bytes)
    {
        try
        {
            Assert.NotNull(format.Read(bytes));
        }
        catch (UnreadableRecordException error)
        {
            Assert.NotEmpty(error.Message);
        }
    }

    private static void AssertSymbols<T>(RecordSchema record, string field) where T : struct, Enum
    {
        var symbols = ((EnumSchema)record.Fields.Single(one => one.Name == field).Schema).Symbols;
        var names = Enum.GetValues<T>().Order().Select(value => string.Concat(
            value.ToString().Select((letter, at) => char.IsUpper(letter) && at > 0 ? "_" + char.ToLowerInvariant(letter)
                : char.ToLowerInvariant(letter).ToString())));
        Assert.Equal(names, symbols);
    }
}
