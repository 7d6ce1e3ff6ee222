using StockPipeline.Websocket.Protocol;

namespace StockPipeline.Websocket.Fanout;

/// <summary>
/// Sends each published frame once to every client, encoded once. All clients share one log of frames; a client is a position in it, so a
/// slow one costs nothing and holds up nobody: it gets the newest state of each candle once it is far behind, and is closed when it stalls.
/// One dedicated thread sends. Safe for use from many threads.
/// </summary>
public sealed class Broadcaster : IDisposable
{
    private readonly FanoutLimits limits;
    private readonly TimeProvider clock;
    private readonly Lock gate = new();
    private readonly FrameLog log;
    private readonly KeptFrames kept;
    private readonly AutoResetEvent wake = new(initialState: false);
    private readonly TaskCompletionSource failed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Thread sender;
    private readonly ITimer housekeeping;
    private Subscriber[] subscribers = [];
    private bool stopping;

    public Broadcaster(FanoutLimits limits, TimeProvider clock)
    {
        this.limits = limits;
        this.clock = clock;
        log = new FrameLog(limits.LogBytes);
        kept = new KeptFrames(limits.KeptCandles);
        housekeeping = clock.CreateTimer(_ => Housekeep(), null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
        sender = new Thread(SendLoop) { IsBackground = true, Name = "broadcast" };
        sender.Start();
    }

    /// <summary>Faults when the sending thread dies; ends when the broadcaster is stopped.</summary>
    public Task Completion => failed.Task;

    public int Clients => Volatile.Read(ref subscribers).Length;

    /// <summary>Frames published so far, and how many of them clients got joined into a newer state.</summary>
    public BroadcastCounts Counts { get; } = new();

    public int KeptCandles
    {
        get
        {
            lock (gate)
                return kept.Count;
        }
    }

    /// <summary>Sends a frame to all, and keeps it as the newest state of its candle. What it says already is not said again.</summary>
    public void Publish(long openTime, byte[] frame)
    {
        lock (gate)
        {
            if (kept.Has(openTime, frame))
                return;
            log.Append(frame);
            kept.Set(openTime, frame, log.Head);
        }
        Counts.Published();
        wake.Set();
    }

    /// <summary>Keeps a frame as the newest state of its candle before anybody listens.</summary>
    public void Preload(long openTime, byte[] frame)
    {
        lock (gate)
            kept.Set(openTime, frame, log.Head);
    }

    /// <summary>The candle is gone: it is in no further snapshot, and the frame tells everybody so.</summary>
    public void Withdraw(long openTime, byte[] frame)
    {
        lock (gate)
            kept.Remove(openTime);
        Announce(frame);
    }

    /// <summary>Forgets everything kept and sends everybody away: what they have seen is no longer the beginning of what follows.</summary>
    public void Reset(CloseCode code, string reason)
    {
        lock (gate)
        {
            kept.Clear();
            foreach (var subscriber in subscribers)
                subscriber.Close(code, reason, clock.GetTimestamp());
        }
        wake.Set();
    }

    /// <summary>Sends a frame to all that belongs to no candle.</summary>
    public void Announce(byte[] frame)
    {
        lock (gate)
            log.Append(frame);
        Counts.Published();
        wake.Set();
    }

    /// <summary>
    /// Lets a client in: what it asked for in order of time, the mark, and from then on every frame. Both sides of the mark come from one
    /// moment, so nothing is missing and nothing comes twice.
    /// </summary>
    /// <param name="outbound">Its connection.</param>
    /// <param name="request">Where its snapshot starts.</param>
    /// <param name="mark">Makes the mark from the number of frames before it.</param>
    /// <param name="preface">Bytes ahead of everything: the answer to its handshake, so that a client that has been answered is in.</param>
    /// <returns>Nothing when there are as many clients as allowed.</returns>
    public Subscriber? Join(IOutbound outbound, SnapshotRequest request, Func<int, byte[]> mark, byte[]? preface = null)
    {
        Subscriber subscriber;
        lock (gate)
        {
            if (stopping || subscribers.Length >= limits.MaxClients)
                return null;
            var frames = (request.From is { } from ? kept.From(from) : kept.Last(request.Last)).ToList();
            frames.Add(mark(frames.Count));
            subscriber = new Subscriber(outbound, Join([preface ?? [], .. frames]), log.Head, clock.GetTimestamp());
            subscribers = [.. subscribers, subscriber];
        }
        wake.Set();
        return subscriber;
    }

    /// <summary>The client asked whether we are there.</summary>
    public void Answer(Subscriber subscriber, ReadOnlySpan<byte> payload)
    {
        lock (gate)
            subscriber.Answer(payload);
        wake.Set();
    }

    /// <summary>Something came from the client: it is alive.</summary>
    public void Heard(Subscriber subscriber)
    {
        lock (gate)
            subscriber.LastHeard = clock.GetTimestamp();
    }

    /// <summary>Sends what is under way, then the close frame, then nothing more.</summary>
    public void Close(Subscriber subscriber, CloseCode code, string reason)
    {
        lock (gate)
            subscriber.Close(code, reason, clock.GetTimestamp());
        wake.Set();
    }

    /// <summary>The connection is gone.</summary>
    public void Leave(Subscriber subscriber)
    {
        lock (gate)
            Remove(subscriber);
    }

    /// <summary>Tells every client that the service stops and waits, no longer than clients may take to close, until they are gone.</summary>
    public async Task StopAsync(CloseCode code, string reason)
    {
        Task gone;
        lock (gate)
        {
            stopping = true;
            foreach (var subscriber in subscribers)
                subscriber.Close(code, reason, clock.GetTimestamp());
            gone = Task.WhenAll(subscribers.Select(subscriber => subscriber.Ended));
        }
        wake.Set();
        await gone;
    }

    public void Dispose()
    {
        housekeeping.Dispose();
        lock (gate)
        {
            stopping = true;
            foreach (var subscriber in subscribers)
            {
                subscriber.Outbound.Abort();
                subscriber.End();
            }
            subscribers = [];
        }
        failed.TrySetResult();
        wake.Set();
        if (Thread.CurrentThread != sender)
            sender.Join();
        wake.Dispose();
    }

    private void SendLoop()
    {
        try
        {
            while (!failed.Task.IsCompleted)
            {
                wake.WaitOne();
                while (SendRound())
                {
                }
            }
        }
#pragma warning disable CA1031 // Whatever ends this thread must end the service; it is handed to whoever awaits Completion.
        catch (Exception death)
#pragma warning restore CA1031
        {
            failed.TrySetException(death);
        }
    }

    /// <summary>One turn for every client.</summary>
    private bool SendRound()
    {
        var moved = false;
        foreach (var subscriber in Volatile.Read(ref subscribers))
        {
            lock (gate)
                moved |= Turn(subscriber);
        }
        return moved;
    }

    private bool Turn(Subscriber subscriber)
    {
        if (subscriber.Blocked || subscriber.HasEnded)
            return false;
        if (!subscriber.HasOwn && !Choose(subscriber))
            return false;
        return subscriber.HasOwn ? SendOwn(subscriber) : SendLog(subscriber);
    }

    /// <summary>Decides what a client gets next, between two frames: control frames, the newest states where it is far behind, or the log.</summary>
    /// <returns>False when there is nothing to send.</returns>
    private bool Choose(Subscriber subscriber)
    {
        var behind = log.Head - subscriber.Position;
        if (behind > log.Capacity && !subscriber.OnBoundary)
        {
            // Its half-sent frame has been overwritten: nothing that could follow would make sense.
            Remove(subscriber);
            return false;
        }
        if (subscriber.OnBoundary && subscriber.TakeControl())
            return true;
        if (subscriber.CloseTaken)
        {
            Remove(subscriber);
            return false;
        }
        if (behind > limits.ConflateAfterBytes)
            Conflate(subscriber);
        return behind > 0;
    }

    private bool SendOwn(Subscriber subscriber)
    {
        var bytes = subscriber.Own;
        var turn = bytes.Length > limits.TurnBytes ? bytes[..limits.TurnBytes] : bytes;
        var sent = subscriber.Outbound.TrySend(turn.Span);
        if (!Progress(subscriber, sent))
            return false;
        subscriber.OwnSent(sent);
        if (sent < turn.Length)
            SendLater(subscriber);
        return !subscriber.Blocked;
    }

    private bool SendLog(Subscriber subscriber)
    {
        var bytes = log.From(subscriber.Position, limits.TurnBytes);
        var sent = subscriber.Outbound.TrySend(bytes);
        if (!Progress(subscriber, sent))
            return false;
        subscriber.Position += sent;
        if (sent == bytes.Length)
        {
            subscriber.OnBoundary = log.BoundaryAtOrAfter(subscriber.Position) == subscriber.Position;
            return true;
        }
        // The connection takes no more: the rest of the frame becomes the client's own, so that its position is the end of a frame again.
        var boundary = log.BoundaryAtOrAfter(sent == 0 ? subscriber.Position + 1 : subscriber.Position);
        subscriber.PutOwn(Copy(subscriber.Position, boundary));
        subscriber.Position = boundary;
        subscriber.OnBoundary = true;
        SendLater(subscriber);
        return false;
    }

    private bool Progress(Subscriber subscriber, int sent)
    {
        if (sent < 0)
        {
            Remove(subscriber);
            return false;
        }
        if (sent > 0)
            subscriber.LastProgress = clock.GetTimestamp();
        return true;
    }

    private void SendLater(Subscriber subscriber)
    {
        if (!subscriber.HasOwn)
            return;
        subscriber.Blocked = true;
        var rest = subscriber.Own;
        _ = Task.Run(async () => Sent(subscriber, rest.Length, await subscriber.Outbound.SendAsync(rest)));
    }

    private void Sent(Subscriber subscriber, int bytes, bool whole)
    {
        lock (gate)
        {
            subscriber.Blocked = false;
            subscriber.LastProgress = clock.GetTimestamp();
            subscriber.OwnSent(bytes);
            if (!whole)
                Remove(subscriber);
        }
        Signal();
    }

    private void Conflate(Subscriber subscriber)
    {
        var boundary = subscriber.OnBoundary ? subscriber.Position : log.BoundaryAtOrAfter(subscriber.Position);
        var rest = Copy(subscriber.Position, boundary);
        subscriber.PutOwn(Join([rest, .. kept.ChangedAfter(boundary)]));
        subscriber.Position = log.Head;
        subscriber.OnBoundary = true;
        Counts.Conflated(1);
    }

    private void Remove(Subscriber subscriber)
    {
        if (subscriber.HasEnded)
            return;
        subscribers = [.. subscribers.Where(one => one != subscriber)];
        subscriber.End();
        if (subscriber.Code is null or CloseCode.TooSlow or CloseCode.Silent)
            subscriber.Outbound.Abort();
    }

    /// <summary>Once a second: who stalls, who closes too slowly, who has not been heard of.</summary>
    private void Housekeep()
    {
        lock (gate)
        {
            var now = clock.GetTimestamp();
            foreach (var subscriber in subscribers)
            {
                if (subscriber.Closing && clock.GetElapsedTime(subscriber.ClosingSince, now) > limits.CloseLimit)
                    Remove(subscriber);
                else if (subscriber.Blocked && clock.GetElapsedTime(subscriber.LastProgress, now) > limits.StallLimit)
                    subscriber.Close(CloseCode.TooSlow, "the client takes nothing", now);
                else if (clock.GetElapsedTime(subscriber.LastHeard, now) > 2 * limits.PingEvery)
                    subscriber.Close(CloseCode.Silent, "the client answers no pings", now);
                else if (clock.GetElapsedTime(subscriber.LastHeard, now) > limits.PingEvery)
                    subscriber.Probe();
            }
        }
        Signal();
    }

    private void Signal()
    {
        lock (gate)
        {
            if (!failed.Task.IsCompleted)
                wake.Set();
        }
    }

    private byte[] Copy(long from, long to)
    {
        var copy = new byte[to - from];
        for (var done = 0; done < copy.Length;)
        {
            var piece = log.From(from + done, copy.Length - done);
            piece.CopyTo(copy.AsSpan(done));
            done += piece.Length;
        }
        return copy;
    }

    private static byte[] Join(IReadOnlyCollection<byte[]> frames)
    {
        var joined = new byte[frames.Sum(frame => frame.Length)];
        var at = 0;
        foreach (var frame in frames)
        {
            frame.CopyTo(joined, at);
            at += frame.Length;
        }
        return joined;
    }
}
