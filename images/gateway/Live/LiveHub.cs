using System.Collections.Concurrent;
using StockPipeline.Fanout.Broadcasting;
using StockPipeline.Fanout.Protocol;

namespace StockPipeline.Gateway.Live;

/// <summary>
/// All live sockets: who comes and goes, who is silent or stalls, and what is sent to each in its turn. The sockets are shared out among a few
/// sending threads.
/// </summary>
internal sealed class LiveHub : IDisposable
{
    /// <summary>Sent at once to a client that is slow, so that each piece it takes is a sign of life.</summary>
    private const int SlowPiece = 4 << 10;

    private readonly LiveLimits limits;
    private readonly TimeProvider clock;
    private readonly ConcurrentDictionary<LiveSocket, bool> sockets = new();
    private readonly TaskCompletionSource completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly LiveSender[] senders;
    private readonly ITimer housekeeping;
    private volatile bool stopping;
    private int joined;
    private Action<double> whenSent = static _ => { };
    private Action<double> whenTaken = static _ => { };

    public LiveHub(LiveLimits limits, TimeProvider clock)
    {
        this.limits = limits;
        this.clock = clock;
        housekeeping = clock.CreateTimer(_ => Housekeep(), null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
        senders = [.. Enumerable.Range(0, limits.Senders)
            .Select(_ => new LiveSender(limits, clock, Turn, death => completion.TrySetException(death)))];
        foreach (var sender in senders)
            sender.Start();
    }

    /// <summary>Faults when a sending thread dies.</summary>
    public Task Completion => completion.Task;

    public int Sockets => sockets.Count;

    /// <summary>Tells of system calls made to send, and of the bytes they took.</summary>
    public void Count(Action<double> sent, Action<double> taken) => (whenSent, whenTaken) = (sent, taken);

    /// <returns>Null where there are as many sockets as allowed, or the hub stops.</returns>
    public LiveSocket? Join(IOutbound outbound, string owner = "")
    {
        var sender = senders[(uint)Interlocked.Increment(ref joined) % (uint)senders.Length];
        var socket = new LiveSocket(sender, outbound, limits, clock.GetTimestamp()) { Owner = owner };
        if (stopping || sockets.Count >= limits.MaxSockets || !sockets.TryAdd(socket, true))
            return null;
        return socket;
    }

    public void Leave(LiveSocket socket)
    {
        if (!sockets.TryRemove(socket, out _))
            return;
        lock (socket.Subscriptions)
        {
            socket.HasLeft = true;
            foreach (var subscription in socket.Subscriptions.Values)
                subscription.End();
            socket.Subscriptions.Clear();
        }
        socket.End();
        if (!socket.IsCloseSent || socket.Code is CloseCode.TooSlow or CloseCode.Silent)
            socket.Outbound.Abort();
    }

    /// <summary>Tells every client that the gateway stops, and waits until they are gone.</summary>
    public async Task StopAsync(CloseCode code, string reason)
    {
        stopping = true;
        var all = sockets.Keys.ToList();
        foreach (var socket in all)
            socket.Close(code, reason, clock.GetTimestamp());
        await Task.WhenAll(all.Select(socket => socket.Ended)).WaitAsync(limits.CloseLimit + limits.CloseLimit, clock)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public void Dispose()
    {
        stopping = true;
        housekeeping.Dispose();
        foreach (var socket in sockets.Keys)
            Leave(socket);
        completion.TrySetResult();
        foreach (var sender in senders)
            sender.Dispose();
    }

    private void Turn(LiveSocket socket, MessageWriter writer)
    {
        socket.BeginTurn();
        if (socket.IsBlocked || socket.HasEnded)
            return;
        if (socket.IsCloseSent)
        {
            Leave(socket);
            return;
        }
        writer.Clear();
        socket.Write(writer);
        if (writer.Length == 0)
            return;
        var sent = socket.Outbound.TrySend(writer.Written);
        whenSent(1);
        if (sent < 0)
        {
            Leave(socket);
            return;
        }
        whenTaken(sent);
        socket.LastProgress = clock.GetTimestamp();
        if (sent < writer.Length)
        {
            socket.IsBlocked = true;
            _ = SendLaterAsync(socket, writer.Written[sent..].ToArray());
        }
        else if (socket.HasWork || socket.IsCloseSent)
        {
            socket.Schedule(socket.IsUrgent || socket.IsCloseSent);
        }
    }

    /// <summary>Waits until the connection has taken what it did not take at once.</summary>
    private async Task SendLaterAsync(LiveSocket socket, ReadOnlyMemory<byte> rest)
    {
        while (rest.Length > 0)
        {
            var piece = rest[..Math.Min(SlowPiece, rest.Length)];
            if (!await socket.Outbound.SendAsync(piece).ConfigureAwait(ConfigureAwaitOptions.ForceYielding))
            {
                Leave(socket);
                return;
            }
            whenTaken(piece.Length);
            // That it takes what it would not take before is as good as an answer to a ping, which may stand far behind.
            socket.LastProgress = socket.LastHeard = clock.GetTimestamp();
            rest = rest[piece.Length..];
        }
        socket.IsBlocked = false;
        socket.Schedule();
    }

    /// <summary>Once a second: who stalls, who closes too slowly, who has not been heard of.</summary>
    private void Housekeep()
    {
        var now = clock.GetTimestamp();
        foreach (var (socket, _) in sockets)
        {
            if (socket.ClosingSince != 0 && clock.GetElapsedTime(socket.ClosingSince, now) > limits.CloseLimit)
                Leave(socket);
            else if (socket.IsBlocked && clock.GetElapsedTime(socket.LastProgress, now) > limits.StallLimit)
                socket.Close(CloseCode.TooSlow, "the client takes nothing", now);
            else if (!socket.HasSaidHello && clock.GetElapsedTime(socket.Joined, now) > limits.HelloLimit)
                socket.Close(LiveCode.NoHello, "nothing was subscribed to", now);
            else if (clock.GetElapsedTime(socket.LastHeard, now) > limits.PingEvery + limits.PongLimit)
                socket.Close(CloseCode.Silent, "the client answers no pings", now);
            else if (clock.GetElapsedTime(socket.LastHeard, now) > limits.PingEvery && clock.GetElapsedTime(socket.PingedAt, now) > limits.PingEvery)
                socket.Ping(now);
        }
    }
}
