using System.Buffers;

namespace StockPipeline.Contracts.Serialization;

/// <summary>Writes records as the bytes of a Kafka value. Safe for use from many threads.</summary>
public interface IRecordEncoder<in T>
{
    void Encode(T record, IBufferWriter<byte> output);
}
