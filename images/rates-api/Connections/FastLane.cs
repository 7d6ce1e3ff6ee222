using System.Buffers;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using StockPipeline.RatesApi.Answers;

namespace StockPipeline.RatesApi.Connections;

/// <summary>
/// Stands before the web server on the same port and answers the one request that nearly all requests are, straight on the socket, from bytes
/// that are ready. A connection that asks for anything else is the web server's from there on, with what it has said so far.
/// </summary>
internal sealed class FastLane(AnswerBook book, ApiCounts counts, TimeProvider clock)
{
    /// <summary>A longer head is left to the web server, which refuses it.</summary>
    private const int LongestHead = 8 * 1024;

    /// <summary>Answers to requests that came together leave together, up to here.</summary>
    private const int MostAtOnce = 64 * 1024;

    private static readonly TimeSpan HeadLimit = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan IdleLimit = TimeSpan.FromSeconds(130);

    private readonly DateText date = new(clock);

    public async Task RunAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        if (connection.Features.Get<IConnectionSocketFeature>()?.Socket is not { } socket || !await ServeAsync(connection, socket))
            await next(connection);
    }

    /// <summary>True when the connection has ended; false when the web server is to go on with it.</summary>
    private async Task<bool> ServeAsync(ConnectionContext connection, Socket socket)
    {
        // A send that cannot go on at once must not hold the thread that serves others.
        socket.Blocking = false;
        var (input, answers) = (connection.Transport.Input, ArrayPool<byte>.Shared.Rent(4 * 1024));
        using var idle = new IdleWatch(clock, () => connection.Abort(new ConnectionAbortedException("nothing was asked for too long")));
        try
        {
            while (true)
            {
                idle.Wait(IdleLimit);
                var read = await input.ReadAsync();
                var (buffer, isOurs) = (read.Buffer, true);
                var (consumed, length) = (buffer.Start, 0);
                if (buffer.IsSingleSegment)
                    (consumed, length, isOurs) = Answer(buffer, ref answers);
                else if (buffer.Length > 0)
                    (consumed, length, isOurs) = Answer(new ReadOnlySequence<byte>(buffer.ToArray()), buffer, ref answers);
                var left = buffer.Slice(consumed).Length;
                if (!isOurs || left > LongestHead)
                {
                    if (length > 0)
                        await SendAsync(socket, answers.AsMemory(0, length));
                    input.AdvanceTo(consumed, consumed);
                    return false;
                }
                if (left > 0)
                    idle.Wait(HeadLimit);
                // Where there was more than goes at once, the rest is looked at without waiting for anything new.
                input.AdvanceTo(consumed, length >= MostAtOnce ? consumed : buffer.End);
                if (length > 0)
                    await SendAsync(socket, answers.AsMemory(0, length));
                if (read.IsCompleted)
                    return true;
            }
        }
        catch (Exception gone) when (gone is IOException or SocketException or ConnectionResetException or ConnectionAbortedException
            or ObjectDisposedException or OperationCanceledException)
        {
            return true;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(answers);
        }
    }

    private (SequencePosition Consumed, int Length, bool IsOurs) Answer(
        in ReadOnlySequence<byte> copy, in ReadOnlySequence<byte> original, ref byte[] answers)
    {
        var (consumed, length, isOurs) = Answer(copy, ref answers);
        return (original.GetPosition(copy.Slice(copy.Start, consumed).Length), length, isOurs);
    }

    private (SequencePosition Consumed, int Length, bool IsOurs) Answer(in ReadOnlySequence<byte> buffer, ref byte[] answers)
    {
        var bytes = buffer.FirstSpan;
        var (at, length) = (0, 0);
        var nowMs = book.Clock.GetUtcNow().ToUnixTimeMilliseconds();
        while (at < bytes.Length && length < MostAtOnce)
        {
            var reading = HotRequest.Read(bytes[at..], out var pair, out var requestLength);
            if (reading == HotRequestReading.Incomplete)
                break;
            if (reading == HotRequestReading.Other || !book.TryFind(pair, nowMs, out var answer))
                return (buffer.GetPosition(at), length, false);
            if (answers.Length < length + answer.Length)
                Grow(ref answers, length, length + answer.Length);
            answer.Write(answers.AsSpan(length), nowMs, date.Now(nowMs));
            counts.Answered(answer.Status);
            length += answer.Length;
            at += requestLength;
        }
        return (buffer.GetPosition(at), length, true);
    }

    private static void Grow(ref byte[] answers, int used, int needed)
    {
        var larger = ArrayPool<byte>.Shared.Rent(needed * 2);
        answers.AsSpan(0, used).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(answers);
        answers = larger;
    }

    /// <summary>Nearly always the socket takes all of it at once, and nobody waits.</summary>
    private static ValueTask SendAsync(Socket socket, ReadOnlyMemory<byte> bytes)
    {
        // What does not fit is said at once, and then it is waited for.
        var sent = socket.Send(bytes.Span, SocketFlags.None, out var problem);
        if (sent == bytes.Length)
            return ValueTask.CompletedTask;
        return problem is SocketError.Success or SocketError.WouldBlock
            ? FinishAsync(socket, bytes, sent)
            : throw new SocketException((int)problem);

        static async ValueTask FinishAsync(Socket socket, ReadOnlyMemory<byte> bytes, int sent)
        {
            while (sent < bytes.Length)
                sent += await socket.SendAsync(bytes[sent..], SocketFlags.None);
        }
    }
}
