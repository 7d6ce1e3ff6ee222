using System.Buffers.Binary;
using StockPipeline.Contracts.Serialization;

namespace StockPipeline.SchemaRegistry.Codecs;

/// <summary>The five bytes before the Avro bytes: a zero, and the schema's id, big end first.</summary>
internal static class ConfluentFrame
{
    public const int Length = 1 + sizeof(int);

    private const byte Magic = 0;

    public static void Write(Span<byte> destination, int schemaId)
    {
        destination[0] = Magic;
        BinaryPrimitives.WriteInt32BigEndian(destination[1..], schemaId);
    }

    /// <exception cref="UnreadableRecordException">The bytes do not begin so.</exception>
    public static int ReadSchemaId(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < Length)
            throw new UnreadableRecordException($"{bytes.Length} bytes are too few for a schema's id.");
        return bytes[0] == Magic
            ? BinaryPrimitives.ReadInt32BigEndian(bytes[1..])
            : throw new UnreadableRecordException($"The first byte is {bytes[0]}, not {Magic} as Confluent's wire format begins.");
    }
}
