using System.Diagnostics;
using StockPipeline.Contracts.Tracing;
using StockPipeline.Fanout.Protocol;

namespace StockPipeline.Fanout.Broadcasting;

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
    private readonly FrameHistory history;
    private readonly Roster roster;
    private readonly Delivery delivery;
    private readonly AutoResetEvent wake = new(initialState: false);
    private readonly TaskCompletionSource failed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Thread sender;
    private readonly ITimer housekeeping;
    private bool stopping;
    private Activity? sending;

    public Broadcaster(FanoutLimits limits, TimeProvider clock, BroadcastCounts? counts = null)
    {
        Counts = counts ?? new BroadcastCounts();
        this.limits = limits;
        this.clock = clock;
        history = new FrameHistory(limits);
        roster = new Roster(limits.MaxClients);
        delivery = new Delivery(limits, history, roster, Counts, SendLater);
        housekeeping = clock.CreateTimer(_ => Housekeep(), null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
        sender = new Thread(SendLoop) { IsBackground = true, Name = "broadcast" };
        sender.Start();
    }

    /// <summary>Faults when the sending thread dies; ends when the broadcaster is stopped.</summary>
    public Task Completion => failed.Task;

    public int Clients => roster.Members.Length;

    /// <summary>Frames published so far, and how many of them clients got joined into a newer state.</summary>
    public BroadcastCounts Counts { get; }

    public int KeptCandles
    {
        get
        {
            lock (gate)
                return history.KeptCandles;
        }
    }

    /// <summary>Sends a frame to all, and keeps it as the newest state of its candle. What it says already is not said again.</summary>
    public void Publish(long openTime, byte[] frame)
    {
        lock (gate)
        {
            if (!history.TryPublish(openTime, frame))
                return;
            BeginSpan();
        }
        Counts.Published();
        wake.Set();
    }

    /// <summary>Keeps a frame as the newest state of its candle before anybody listens.</summary>
    public void Preload(long openTime, byte[] frame)
    {
        lock (gate)
            history.Preload(openTime, frame);
    }

    /// <summary>The candle is gone: it is in no further snapshot, and the frame tells everybody so.</summary>
    public void Withdraw(long openTime, byte[] frame)
    {
        lock (gate)
            history.Remove(openTime, frame);
        Counts.Published();
        wake.Set();
    }

    /// <summary>Forgets everything kept and sends everybody away: what they have seen is no longer the beginning of what follows.</summary>
    public void Reset(CloseCode code, string reason)
    {
        lock (gate)
        {
            history.Clear();
            foreach (var subscriber in roster.Members)
                subscriber.Close(code, reason, clock.GetTimestamp());
        }
        wake.Set();
    }

    /// <summary>Sends a frame to all that belongs to no candle.</summary>
    public void Announce(byte[] frame)
    {
        lock (gate)
            history.Announce(frame);
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
            if (stopping || roster.IsFull)
                return null;
            subscriber = new Subscriber(
                outbound, history.Snapshot(request, mark, preface ?? []), preface is null, history.Log.Head, clock.GetTimestamp());
            roster.Add(subscriber);
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
            delivery.Remove(subscriber);
    }

    /// <summary>Tells every client that the service stops and waits, no longer than clients may take to close, until they are gone.</summary>
    public async Task StopAsync(CloseCode code, string reason)
    {
        Task gone;
        lock (gate)
        {
            stopping = true;
            foreach (var subscriber in roster.Members)
                subscriber.Close(code, reason, clock.GetTimestamp());
            gone = Task.WhenAll(roster.Members.Select(subscriber => subscriber.Ended));
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
            foreach (var subscriber in roster.Members)
            {
                subscriber.Outbound.Abort();
                subscriber.End();
            }
            roster.Clear();
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
                var span = Interlocked.Exchange(ref sending, null);
                while (SendRound())
                {
                }
                EndSpan(span);
            }
        }
#pragma warning disable CA1031 // Whatever ends this thread must end the service; it is handed to whoever awaits Completion.
        catch (Exception death)
#pragma warning restore CA1031
        {
            failed.TrySetException(death);
        }
    }

    /// <summary>
    /// Begins the span from a frame's publishing until every client that takes anything has it: the last piece of the way of a traced candle.
    /// </summary>
    private void BeginSpan()
    {
        if (!PipelineTracing.IsOn || sending is not null || Activity.Current is not { Recorded: true } cause)
            return;
        var span = PipelineTracing.Source.StartActivity("send frames", ActivityKind.Producer, cause.Context);
        // It is ended by the thread that sends; what is done here goes on in the span there was.
        Activity.Current = cause;
        Interlocked.Exchange(ref sending, span);
    }

    private void EndSpan(Activity? span)
    {
        if (span is null)
            return;
        span.SetTag("stockpipeline.clients", Clients);
        span.Stop();
        Activity.Current = null;
    }

    /// <summary>One turn for every client; the lock is free between two of them, so that publishing waits for one send at most.</summary>
    /// <returns>Whether anybody is to have another one.</returns>
    private bool SendRound()
    {
        var (again, now) = (false, clock.GetTimestamp());
        foreach (var subscriber in roster.Members)
        {
            lock (gate)
                again |= delivery.Turn(subscriber, now);
        }
        return again;
    }

    /// <summary>Waits, outside of the lock, until the connection has taken what it did not take at once.</summary>
    private void SendLater(Subscriber subscriber)
    {
        var rest = subscriber.OwnRest;
        _ = Task.Run(async () =>
        {
            var whole = await subscriber.Outbound.SendAsync(rest);
            lock (gate)
                delivery.Sent(subscriber, rest.Length, whole, clock.GetTimestamp());
            Signal();
        });
    }

    /// <summary>Once a second: who stalls, who closes too slowly, who has not been heard of.</summary>
    private void Housekeep()
    {
        lock (gate)
        {
            var now = clock.GetTimestamp();
            foreach (var subscriber in roster.Members)
            {
                if (subscriber.Closing && clock.GetElapsedTime(subscriber.ClosingSince, now) > limits.CloseLimit)
                    delivery.Remove(subscriber);
                else if (subscriber.IsBlocked && clock.GetElapsedTime(subscriber.LastProgress, now) > limits.StallLimit)
                    subscriber.Close(CloseCode.TooSlow, "the client takes nothing", now);
                else if (SilentFor(subscriber, now) > 2 * limits.PingEvery)
                    subscriber.Close(CloseCode.Silent, "the client answers no pings", now);
                else if (SilentFor(subscriber, now) > limits.PingEvery)
                    subscriber.Probe();
            }
        }
        Signal();
    }

    /// <summary>
    /// Our ping stands behind everything a slow connection still holds, so that its answer may take longer than the limit: that it takes bytes
    /// says as much.
    /// </summary>
    private TimeSpan SilentFor(Subscriber subscriber, long now) =>
        clock.GetElapsedTime(Math.Max(subscriber.LastHeard, subscriber.LastTaken), now);

    private void Signal()
    {
        lock (gate)
        {
            if (!failed.Task.IsCompleted)
                wake.Set();
        }
    }
}
