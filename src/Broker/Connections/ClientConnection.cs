using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Net;
using Microsoft.AspNetCore.Connections;
using StockPipeline.Broker.Protocol;
using StockPipeline.Broker.Wire;

namespace StockPipeline.Broker.Connections;

/// <summary>
/// One client: reads a request, has it answered, writes the answer, and only then reads the next, as Kafka does; the order of pipelined
/// requests follows from that. The connection is the unit of failure.
/// </summary>
internal sealed class ClientConnection(
    ConnectionContext connection, RequestDispatcher dispatcher, FrameBudget budget, ConnectionLimits limits, TimeProvider clock, ILogger logger)
{
    /// <summary>A region is read and handed to the socket in pieces of this size.</summary>
    private const int SendPiece = 64 * 1024;

    private const long NoDeadline = long.MaxValue;

    private readonly PipeReader input = connection.Transport.Input;
    private readonly PipeWriter output = connection.Transport.Output;
    private long deadline = NoDeadline;
    private long waitLimitTicks;

    public EndPoint? Client => connection.RemoteEndPoint;

    /// <summary>Runs until the client leaves, breaks the protocol, or <paramref name="stop"/> asks to end; never throws.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        try
        {
            using var ended = CancellationTokenSource.CreateLinkedTokenSource(stop, connection.ConnectionClosed);
            // Only the wait for a next request is cut short; one that is being answered is finished first.
            await using var wake = stop.UnsafeRegister(reader => ((PipeReader)reader!).CancelPendingRead(), input);
            await AnswerRequestsAsync(ended.Token, stop);
        }
        catch (MalformedRequestException malformed)
        {
            logger.Malformed(Client, malformed.Message);
        }
        catch (OperationCanceledException)
        {
            logger.ConnectionEnded(Client, stop.IsCancellationRequested ? "the broker stops" : "the client left");
        }
        catch (Exception lost) when (lost is ConnectionResetException or ConnectionAbortedException or IOException)
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
            await input.CompleteAsync();
            await output.CompleteAsync();
            await connection.DisposeAsync();
        }
    }

    /// <summary>Closes a connection on which nothing moved for too long; called from time to time from outside.</summary>
    public void CloseIfOverdue(long timestamp)
    {
        if (timestamp < Volatile.Read(ref deadline))
            return;
        logger.ConnectionOverdue(Client, TimeSpan.FromTicks(Volatile.Read(ref waitLimitTicks)));
        Abort();
    }

    public void Abort() => connection.Abort(new ConnectionAbortedException("closed by the broker"));

    private async Task AnswerRequestsAsync(CancellationToken ended, CancellationToken stop)
    {
        var client = (connection.RemoteEndPoint as IPEndPoint)?.Address;
        while (!stop.IsCancellationRequested)
        {
            Allow(limits.Idle);
            var length = await ReadLengthAsync();
            if (length < 0)
                return;
            Volatile.Write(ref deadline, NoDeadline);
            await budget.ReserveAsync(length, ended);
            Allow(limits.Receive);
            var frame = ArrayPool<byte>.Shared.Rent(length);
            try
            {
                if (!await FillAsync(frame.AsMemory(0, length)))
                    return;
                Volatile.Write(ref deadline, NoDeadline);
                using var answer = await dispatcher.AnswerAsync(frame.AsMemory(0, length), client, ended);
                if (answer is not null && !await SendAsync(answer))
                    return;
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(frame);
                budget.Release(length);
            }
        }
    }

    /// <summary>The length of the next frame, or -1 when there is none.</summary>
    private async ValueTask<int> ReadLengthAsync()
    {
        while (true)
        {
            var read = await input.ReadAsync(CancellationToken.None);
            if (read.Buffer.Length >= sizeof(int))
                return TakeLength(read.Buffer);
            input.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            if (read.IsCompleted || read.IsCanceled)
                return -1;
        }
    }

    private int TakeLength(ReadOnlySequence<byte> buffer)
    {
        Span<byte> bytes = stackalloc byte[sizeof(int)];
        buffer.Slice(0, sizeof(int)).CopyTo(bytes);
        input.AdvanceTo(buffer.GetPosition(sizeof(int)));
        var length = BinaryPrimitives.ReadInt32BigEndian(bytes);
        if (length < WireLimits.MinFrameBytes || length > limits.MaxFrameBytes)
            throw new MalformedRequestException($"A frame of {length} bytes; at least {WireLimits.MinFrameBytes}, at most {limits.MaxFrameBytes}.");
        return length;
    }

    private async ValueTask<bool> FillAsync(Memory<byte> frame)
    {
        while (!frame.IsEmpty)
        {
            var read = await input.ReadAsync(CancellationToken.None);
            var taken = read.Buffer.Slice(0, Math.Min(read.Buffer.Length, frame.Length));
            taken.CopyTo(frame.Span);
            frame = frame[(int)taken.Length..];
            input.AdvanceTo(taken.End);
            if ((read.IsCompleted || read.IsCanceled) && !frame.IsEmpty)
                return false;
        }
        return true;
    }

    private async ValueTask<bool> SendAsync(WireWriter answer)
    {
        Allow(limits.Send);
        var sent = 0;
        foreach (var (position, region) in answer.Regions)
        {
            output.Write(answer.Written[sent..position]);
            sent = position;
            for (var offset = 0; offset < region.Length;)
            {
                var piece = Math.Min(SendPiece, region.Length - offset);
                region.Read(offset, output.GetSpan(piece)[..piece]);
                output.Advance(piece);
                offset += piece;
                if (!await FlushAsync())
                    return false;
            }
        }
        output.Write(answer.Written[sent..]);
        return await FlushAsync();
    }

    private async ValueTask<bool> FlushAsync()
    {
        Allow(limits.Send);
        var flushed = await output.FlushAsync(CancellationToken.None);
        return !flushed.IsCompleted && !flushed.IsCanceled;
    }

    private void Allow(TimeSpan limit)
    {
        Volatile.Write(ref waitLimitTicks, limit.Ticks);
        Volatile.Write(ref deadline, clock.GetTimestamp() + (long)(limit.TotalSeconds * clock.TimestampFrequency));
    }
}
