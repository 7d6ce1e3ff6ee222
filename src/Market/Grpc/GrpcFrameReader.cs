using System.Buffers;
using System.IO.Pipelines;
using Google.Protobuf;

namespace StockPipeline.Market.Grpc;

/// <summary>
/// Reads the messages of one direction of a call, one after the other. For one reader at a time. Used by the client on a response and by a
/// server on a request.
/// </summary>
public sealed class GrpcFrameReader<T>(PipeReader input, MessageParser<T> parser, int limit)
    where T : class, IMessage<T>
{
    private ReadOnlySequence<byte> buffered;
    private bool holding;
    private bool ended;

    /// <summary>The next message, or null at the end of the direction.</summary>
    /// <exception cref="GrpcException">The bytes are no valid frame or no valid message, or end in the middle of one.</exception>
    public ValueTask<T?> ReadAsync(CancellationToken stop) => TryTake(out var message) ? new ValueTask<T?>(message) : ReadMoreAsync(stop);

    /// <summary>Takes a message that has arrived already, without waiting.</summary>
    public bool TryTake(out T? message)
    {
        message = null;
        if (!holding || !GrpcFrame.TryRead(ref buffered, limit, out var payload))
            return false;
        try
        {
            message = parser.ParseFrom(payload);
            return true;
        }
        catch (InvalidProtocolBufferException broken)
        {
            throw new GrpcException(new GrpcStatus(GrpcStatusCode.Internal, $"malformed message: {broken.Message}"), broken);
        }
    }

    private async ValueTask<T?> ReadMoreAsync(CancellationToken stop)
    {
        while (true)
        {
            if (holding)
            {
                // What is left is less than one frame: all of it was looked at, none beyond the taken frames is given back.
                input.AdvanceTo(buffered.Start, buffered.End);
                holding = false;
            }
            if (ended)
                return null;
            var read = await input.ReadAsync(stop);
            buffered = read.Buffer;
            holding = true;
            ended = read.IsCompleted;
            if (TryTake(out var message))
            {
                // The end is looked at again once the frames that came with it are used up.
                ended = false;
                return message;
            }
            if (ended && !buffered.IsEmpty)
                throw new GrpcException(new GrpcStatus(GrpcStatusCode.Internal, $"the call ended within a frame, {buffered.Length} bytes into it"));
        }
    }
}
