using System.Buffers;
using StockPipeline.Contracts.Serialization;

namespace StockPipeline.Bench.Streaming;

/// <summary>Values as they are: what is measured is the way, not the codec.</summary>
internal sealed class RawBytes : IRecordEncoder<byte[]>, IRecordDecoder<byte[]>
{
    public void Encode(byte[] record, IBufferWriter<byte> output) => output.Write(record);

    public byte[] Decode(ReadOnlySpan<byte> bytes) => bytes.ToArray();
}
