using StockPipeline.Contracts.Serialization;

namespace StockPipeline.Avro.Records;

/// <summary>Reads the Avro bytes of one record, all of them. Safe for use from many threads.</summary>
/// <exception cref="UnreadableRecordException">The bytes are not such a record.</exception>
public delegate T RecordReader<out T>(ReadOnlySpan<byte> bytes);
