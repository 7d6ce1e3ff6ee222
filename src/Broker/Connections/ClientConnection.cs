using System.Buffers;
using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using StockPipeline.Broker.Protocol;
using StockPipeline.Broker.Wire;

namespace StockPipeline.Broker.Connections;

/// <summary>
/// One client: reads a request, has it answered, writes the answer, and only then reads the next, as Kafka does; the order of pipelined
/// requests follows from that. The connection is the unit of failure.
/// </summary>
#pragma warning disable CA1001 // The source holds nothing without a timer, and may be cancelled from outside when the connection has ended.
internal sealed class ClientConnection(
    Socket socket, RequestDispatcher dispatcher, FrameBudget budget, ConnectionLimits limits, TimeProvider clock, ILogger logger)
#pragma warning restore CA1001
{
    /// <summary>What of a region is given to the system at once: a client that takes it moves its deadline.</summary>
    private const int SendPiece = 1024 * 1024;

    /// <summary>Memory for a frame grows with what has arrived of it, by so much at a time: a length is only a claim.</summary>
    private const int Growth = 4;

    private const long NoDeadline = long.MaxValue;

    private readonly CancellationTokenSource ended = new();
    private long deadline = NoDeadline;
    private long waitLimitTicks;

    public EndPoint? Client { get; } = socket.RemoteEndPoint;

    /// <summary>Runs until the client leaves, breaks the protocol, or <paramref name="cancellationToken"/> asks to end; never throws.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var stopping = cancellationToken.UnsafeRegister(ended => ((CancellationTokenSource)ended!).Cancel(), ended);
            await AnswerRequestsAsync(cancellationToken);
        }
        catch (MalformedRequestException malformed)
        {
            logger.Malformed(Client, malformed.Message);
        }
        catch (OperationCanceledException)
        {
            logger.ConnectionEnded(Client, cancellationToken.IsCancellationRequested ? "the broker stops" : "the client left");
        }
        catch (Exception lost) when (lost is SocketException or ObjectDisposedException or IOException)
        {
            logger.ConnectionEnded(Client, lost.Message);
        }
#pragma warning disable CA1031 // Whatever a handler throws costs the client that asked its connection; the broker serves the others.
        catch (Exception failure)
        {
            logger.RequestFailed(Client, failure);
        }
#pragma warning restore CA1031
        finally
        {
            socket.Dispose();
        }
    }

    /// <summary>
    /// Closes a connection on which nothing moved for too long, or whose client left while it waited for an answer; called from time to time
    /// from outside.
    /// </summary>
    public void CloseIfOver(long timestamp)
    {
        var limit = Volatile.Read(ref deadline);
        if (timestamp >= limit)
            logger.ConnectionOverdue(Client, TimeSpan.FromTicks(Volatile.Read(ref waitLimitTicks)));
        else if (limit != NoDeadline || !HasLeft())
            return;
        Abort();
    }

    public void Abort()
    {
        ended.Cancel();
        socket.Dispose();
    }

    private async Task AnswerRequestsAsync(CancellationToken cancellationToken)
    {
        var client = (Client as IPEndPoint)?.Address;
        var prefix = new byte[sizeof(int)];
        while (!cancellationToken.IsCancellationRequested)
        {
            Allow(limits.Idle);
            if (!await FillAsync(prefix))
                return;
            var length = Length(prefix);
            using var reserved = budget.Begin();
            if (await ReceiveAsync(length, reserved) is not { } frame)
                return;
            try
            {
                Volatile.Write(ref deadline, NoDeadline);
                using var answer = await dispatcher.AnswerAsync(frame.AsMemory(0, length), client, ended.Token);
                if (answer is not null)
                    await SendAsync(answer);
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(frame);
            }
        }
    }

    private int Length(ReadOnlySpan<byte> prefix)
    {
        var length = BinaryPrimitives.ReadInt32BigEndian(prefix);
        return length >= WireLimits.MinFrameBytes && length <= limits.MaxFrameBytes
            ? length
            : throw new MalformedRequestException($"A frame of {length} bytes; at least {WireLimits.MinFrameBytes}, at most {limits.MaxFrameBytes}.");
    }

    /// <returns>A rented array with the frame at its beginning; null when the client left, or when there is no memory for it.</returns>
    private async ValueTask<byte[]?> ReceiveAsync(int length, FrameBudget.Reservation reserved)
    {
        var room = Math.Min(length, FrameBudget.AlwaysFits);
        var frame = ArrayPool<byte>.Shared.Rent(room);
        var filled = 0;
        try
        {
            Allow(limits.Receive);
            while (await FillAsync(frame.AsMemory(filled, room - filled)))
            {
                filled = room;
                if (filled == length)
                    return frame;
                room = (int)Math.Min(length, (long)room * Growth);
                if (!await GrowAsync(reserved, room))
                    break;
                var larger = ArrayPool<byte>.Shared.Rent(room);
                frame.AsSpan(0, filled).CopyTo(larger);
                ArrayPool<byte>.Shared.Return(frame);
                frame = larger;
            }
            return null;
        }
        finally
        {
            if (filled < length)
                ArrayPool<byte>.Shared.Return(frame);
        }
    }

    /// <summary>A wait for memory is not the client's: it gets all of its time again.</summary>
    private async ValueTask<bool> GrowAsync(FrameBudget.Reservation reserved, int room)
    {
        var growing = reserved.GrowToAsync(room, ended.Token);
        if (growing.IsCompletedSuccessfully)
            return growing.Result;
        Volatile.Write(ref deadline, NoDeadline);
        var isGranted = await growing;
        if (!isGranted)
            logger.NoMemory(Client, limits.MaxFrameBytesTogether);
        Allow(limits.Receive);
        return isGranted;
    }

    private async ValueTask<bool> FillAsync(Memory<byte> frame)
    {
        while (!frame.IsEmpty)
        {
            var taken = await socket.ReceiveAsync(frame, SocketFlags.None, ended.Token);
            if (taken == 0)
                return false;
            frame = frame[taken..];
        }
        return true;
    }

    private async ValueTask SendAsync(WireWriter answer)
    {
        foreach (var piece in answer.Pieces(SendPiece))
        {
            Allow(limits.Send);
            await socket.SendAsync(piece);
        }
    }

    /// <summary>While a request is answered nobody reads from the socket, and only a look at it tells that the other end is closed.</summary>
    private bool HasLeft()
    {
        try
        {
            return socket.Poll(TimeSpan.Zero, SelectMode.SelectRead) && socket.Available == 0;
        }
        catch (Exception over) when (over is ObjectDisposedException or SocketException)
        {
            return true;
        }
    }

    private void Allow(TimeSpan limit)
    {
        Volatile.Write(ref waitLimitTicks, limit.Ticks);
        Volatile.Write(ref deadline, clock.GetTimestamp() + (long)(limit.TotalSeconds * clock.TimestampFrequency));
    }
}

internal static class SocketExtensions
{
    /// <summary>Sends bytes, or a range of a file that the system takes from its cache without a copy through this process (sendfile).</summary>
    public static async ValueTask SendAsync(this Socket socket, SendPacketsElement piece)
    {
        if (piece.MemoryBuffer is { } bytes)
        {
            while (!bytes.IsEmpty)
                bytes = bytes[await socket.SendAsync(bytes)..];
            return;
        }
        var sent = new TaskCompletionSource();
        using var packets = new SocketAsyncEventArgs(true) { SendPacketsElements = [piece] };
        packets.Completed += (_, _) => sent.SetResult();
        if (socket.SendPacketsAsync(packets))
            await sent.Task;
        if (packets.SocketError != SocketError.Success)
            throw new SocketException((int)packets.SocketError);
    }
}
