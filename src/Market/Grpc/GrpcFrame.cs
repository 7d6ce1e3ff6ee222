using System.Buffers;
using System.Buffers.Binary;
using Google.Protobuf;

namespace StockPipeline.Market.Grpc;

/// <summary>The frame around every message: one byte that tells compression, four bytes of length, the message.</summary>
public static class GrpcFrame
{
    public const int HeaderBytes = 5;

    public static void Write(IBufferWriter<byte> output, IMessage message)
    {
        var size = message.CalculateSize();
        var header = output.GetSpan(HeaderBytes);
        header[0] = 0;
        BinaryPrimitives.WriteUInt32BigEndian(header[1..], (uint)size);
        output.Advance(HeaderBytes);
        message.WriteTo(output);
    }

    /// <summary>Cuts the first whole frame off the buffer; false while it is not all there.</summary>
    /// <exception cref="GrpcException">The frame is compressed, which was never offered, or announces more than the limit.</exception>
    public static bool TryRead(ref ReadOnlySequence<byte> buffer, int limit, out ReadOnlySequence<byte> payload)
    {
        payload = default;
        if (buffer.Length < HeaderBytes)
            return false;
        Span<byte> header = stackalloc byte[HeaderBytes];
        buffer.Slice(0, HeaderBytes).CopyTo(header);
        if (header[0] != 0)
            throw new GrpcException(new GrpcStatus(GrpcStatusCode.Internal, $"malformed frame: compression flag {header[0]}, none was agreed"));
        var length = BinaryPrimitives.ReadUInt32BigEndian(header[1..]);
        if (length > limit)
            throw new GrpcException(new GrpcStatus(GrpcStatusCode.OutOfRange, $"a message of {length} bytes is above the limit of {limit}"));
        if (buffer.Length < HeaderBytes + length)
            return false;
        payload = buffer.Slice(HeaderBytes, length);
        buffer = buffer.Slice(HeaderBytes + length);
        return true;
    }
}
