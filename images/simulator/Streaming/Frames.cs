using System.Buffers;
using Google.Protobuf;
using StockPipeline.Market.Grpc;

namespace StockPipeline.Simulator.Streaming;

/// <summary>Encodes a message once, however many streams it goes to.</summary>
internal static class Frames
{
    public static byte[] Encode(IMessage message)
    {
        var buffer = new ArrayBufferWriter<byte>(GrpcFrame.HeaderBytes + message.CalculateSize());
        GrpcFrame.Write(buffer, message);
        return buffer.WrittenSpan.ToArray();
    }
}
