using System.Collections.Concurrent;

namespace StockPipeline.Gateway.Live;

/// <summary>
/// Sends to its share of the sockets from one thread: who has something to be told gets a turn, and in it everything that waits for it in as few
/// system calls as it takes. A socket that takes no more is left alone until it does; what happens meanwhile is joined into the newest states.
/// </summary>
/// <param name="limits">How much and how often.</param>
/// <param name="clock">Tells how busy it is.</param>
/// <param name="turn">Gives a socket its turn, in a writer that is this thread's own.</param>
/// <param name="whenDead">Is told of what ended the thread.</param>
internal sealed class LiveSender(LiveLimits limits, TimeProvider clock, Action<LiveSocket, MessageWriter> turn, Action<Exception> whenDead)
    : IDisposable
{
    /// <summary>How long turns are counted before it is said how busy it is.</summary>
    private static readonly TimeSpan CountedFor = TimeSpan.FromMilliseconds(100);

    private readonly ConcurrentQueue<LiveSocket> urgent = new();
    private readonly ConcurrentQueue<LiveSocket> patient = new();
    private readonly AutoResetEvent wake = new(initialState: false);
    private readonly MessageWriter writer = new(limits.TurnBytes, limits.MessageBytes);
    private Thread? thread;
    private int asleep;

    /// <summary>Waited for a thousand times a second: to look for it again and again before sleeping would cost more than it saves.</summary>
    private readonly ManualResetEventSlim stopping = new(initialState: false, spinCount: 0);

    private int turns;
    private long countedFrom = clock.GetTimestamp();
    private bool isBusy;

    public void Start()
    {
        thread = new Thread(SendLoop) { IsBackground = true, Name = "live" };
        thread.Start();
    }

    public void Enqueue(LiveSocket socket, bool isUrgent)
    {
        (isUrgent ? urgent : patient).Enqueue(socket);
        // The sleeper says that it sleeps before it looks at the queues, and we look at that after we have queued: one of us sees the other.
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref asleep) == 1)
            wake.Set();
    }

    public void Dispose()
    {
        stopping.Set();
        wake.Set();
        thread?.Join();
        wake.Dispose();
        stopping.Dispose();
    }

    private void SendLoop()
    {
        try
        {
            while (!stopping.IsSet)
            {
                for (; urgent.TryDequeue(out var socket) || patient.TryDequeue(out socket); turns++)
                    turn(socket, writer);
                Sleep();
            }
        }
#pragma warning disable CA1031 // Whatever ends this thread must end the service; it is handed to whoever awaits the hub.
        catch (Exception death)
#pragma warning restore CA1031
        {
            whenDead(death);
        }
    }

    private void Sleep()
    {
        Interlocked.Exchange(ref asleep, 1);
        if (urgent.IsEmpty && patient.IsEmpty && !stopping.IsSet)
            wake.WaitOne();
        Volatile.Write(ref asleep, 0);
        if (clock.GetElapsedTime(countedFrom) is var elapsed && elapsed >= CountedFor)
        {
            isBusy = turns >= limits.BusyTurns * elapsed.TotalSeconds;
            (turns, countedFrom) = (0, clock.GetTimestamp());
        }
        // A candle and its values come as records of several topics, a moment apart: sent together they cost one system call a socket and not two.
        if (isBusy)
            stopping.Wait(limits.GatherFor);
    }
}
