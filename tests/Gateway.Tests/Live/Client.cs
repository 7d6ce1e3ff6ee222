using System.Buffers.Binary;
using System.Text.Json;
using StockPipeline.Fanout.Broadcasting;

namespace StockPipeline.GatewayTests.Live;

/// <summary>A client in memory that takes what the test allows, and keeps the newest row of each time as every client is told to.</summary>
internal sealed class Client(SortedDictionary<long, double> rows) : IOutbound
{
    private readonly Lock gate = new();
    private readonly List<byte> unread = [];
    private TaskCompletionSource<bool>? waiting;
    private ReadOnlyMemory<byte> held;
    private int room = int.MaxValue;

    public string? Position { get; private set; }

    public int Marks { get; private set; }

    public int Resets { get; private set; }

    public int Repairs { get; private set; }

    public int? Closed { get; private set; }

    public bool IsAborted { get; private set; }

    public bool IsBlocked
    {
        get
        {
            lock (gate)
                return waiting is not null;
        }
    }

    public IReadOnlyDictionary<long, double> Rows
    {
        get
        {
            lock (gate)
                return new SortedDictionary<long, double>(rows);
        }
    }

    /// <summary>Takes what waits and so many bytes more.</summary>
    public void Read(int bytes)
    {
        TaskCompletionSource<bool>? done;
        lock (gate)
        {
            room = bytes;
            Take(held.Span);
            held = default;
            (done, waiting) = (waiting, null);
        }
        done?.SetResult(true);
    }

    public int TrySend(ReadOnlySpan<byte> bytes)
    {
        lock (gate)
        {
            if (IsAborted)
                return -1;
            var taken = Math.Min(room, bytes.Length);
            room -= room == int.MaxValue ? 0 : taken;
            Take(bytes[..taken]);
            return taken;
        }
    }

    public Task<bool> SendAsync(ReadOnlyMemory<byte> bytes)
    {
        lock (gate)
        {
            if (IsAborted)
                return Task.FromResult(false);
            if (room == int.MaxValue)
            {
                Take(bytes.Span);
                return Task.FromResult(true);
            }
            held = bytes;
            waiting = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
            return waiting.Task;
        }
    }

    public void Abort()
    {
        TaskCompletionSource<bool>? done;
        lock (gate)
        {
            IsAborted = true;
            (done, waiting) = (waiting, null);
        }
        done?.SetResult(false);
    }

    private void Take(ReadOnlySpan<byte> bytes)
    {
        unread.AddRange(bytes);
        while (unread.Count >= 2)
        {
            var all = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(unread);
            var (header, length) = all[1] switch
            {
                < 126 => (2, (long)all[1]),
                126 => (4, all.Length >= 4 ? BinaryPrimitives.ReadUInt16BigEndian(all[2..]) : long.MaxValue),
                _ => (10, all.Length >= 10 ? BinaryPrimitives.ReadInt64BigEndian(all[2..]) : long.MaxValue),
            };
            if (length == long.MaxValue || all.Length < header + length)
                return;
            var payload = all.Slice(header, (int)length).ToArray();
            if ((all[0] & 0xf) == 8)
                Closed = BinaryPrimitives.ReadUInt16BigEndian(payload);
            else if ((all[0] & 0xf) == 1)
                Message(payload);
            unread.RemoveRange(0, header + (int)length);
        }
    }

    private void Message(byte[] payload)
    {
        using var message = JsonDocument.Parse(payload);
        if (message.RootElement.ValueKind == JsonValueKind.Array)
        {
            foreach (var one in message.RootElement.EnumerateArray())
                Object(one);
        }
        else
        {
            Object(message.RootElement);
        }
    }

    private void Object(JsonElement one)
    {
        switch (one.TryGetProperty("type", out var type) ? type.GetString() : null)
        {
            case null:
                rows[TimeOf(one)] = one.GetProperty("close").GetDouble();
                break;
            case "removed":
                rows.Remove(TimeOf(one));
                break;
            case "reset":
                rows.Clear();
                Position = null;
                Resets++;
                break;
            case "repair":
                Repairs++;
                break;
            case "mark":
                Position = one.GetProperty("pos").GetString();
                Marks++;
                break;
        }
    }

    private static long TimeOf(JsonElement one) => one.GetProperty("time").GetDateTimeOffset().ToUnixTimeMilliseconds();
}
