using System.Buffers;
using StockPipeline.Avro.Records;
using StockPipeline.Avro.Schemas;
using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Serialization;

namespace StockPipeline.SchemaRegistry.Codecs;

/// <summary>The two kinds of records of the configuration topic, told apart by the name of their schema. Safe for use from many threads.</summary>
public sealed class ConfigRecordCodec : IRecordEncoder<ConfigRecord>, IRecordDecoder<ConfigRecord>
{
    private readonly ConfluentAvroCodec<Instrument> instruments;
    private readonly ConfluentAvroCodec<TradingDay> days;
    private readonly WriterSchemas<ConfigRecord> writers;

    private ConfigRecordCodec(ConfluentAvroCodec<Instrument> instruments, ConfluentAvroCodec<TradingDay> days, WriterSchemas<ConfigRecord> writers)
    {
        this.instruments = instruments;
        this.days = days;
        this.writers = writers;
        writers.Add(instruments.SchemaId, InstrumentReader(AvroFormats.Instrument.Read));
        writers.Add(days.SchemaId, DayReader(AvroFormats.TradingDay.Read));
    }

    /// <summary>Registers both schemas, each under a subject of its own.</summary>
    public static async Task<ConfigRecordCodec> RegisterAsync(
        ISchemaRegistry registry, string topic, TimeProvider clock, CodecOptions options, CancellationToken cancellationToken)
    {
        var (instrument, day) = (AvroFormats.Instrument, AvroFormats.TradingDay);
        return new ConfigRecordCodec(
            await ConfluentAvro.RegisterAsync(
                registry, SubjectNames.OfRecord(topic, instrument.Schema), instrument, clock, options, cancellationToken),
            await ConfluentAvro.RegisterAsync(registry, SubjectNames.OfRecord(topic, day.Schema), day, clock, options, cancellationToken),
            new WriterSchemas<ConfigRecord>(registry, clock, options, ReaderOf));
    }

    public void Encode(ConfigRecord record, IBufferWriter<byte> output)
    {
        if (record.Instrument is { } instrument)
            instruments.Encode(instrument, output);
        else
            days.Encode(record.TradingDay!, output);
    }

    public ConfigRecord Decode(ReadOnlySpan<byte> bytes) => writers.Read(ConfluentFrame.ReadSchemaId(bytes), bytes[ConfluentFrame.Length..]);

    private static RecordReader<ConfigRecord> ReaderOf(AvroSchema writer) => writer switch
    {
        NamedSchema named when AvroFormats.Instrument.Schema.Answers(named) => InstrumentReader(AvroFormats.Instrument.ReaderOf(writer)),
        NamedSchema named when AvroFormats.TradingDay.Schema.Answers(named) => DayReader(AvroFormats.TradingDay.ReaderOf(writer)),
        _ => throw new UnreadableRecordException($"{writer.DisplayName} is neither an instrument nor a trading day"),
    };

    private static RecordReader<ConfigRecord> InstrumentReader(RecordReader<Instrument> read) => bytes => ConfigRecord.Of(read(bytes));

    private static RecordReader<ConfigRecord> DayReader(RecordReader<TradingDay> read) => bytes => ConfigRecord.Of(read(bytes));
}
