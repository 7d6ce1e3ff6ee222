using System.Buffers;
using StockPipeline.Contracts.Serialization;

namespace StockPipeline.SchemaRegistryServer.Storage;

/// <summary>Values as they are: what they mean, the catalogue knows.</summary>
internal sealed class RawBytes : IRecordEncoder<byte[]>, IRecordDecoder<byte[]>
{
    public static readonly RawBytes Instance = new();

    public void Encode(byte[] record, IBufferWriter<byte> output) => output.Write(record);

    public byte[] Decode(ReadOnlySpan<byte> bytes) => bytes.ToArray();
}
