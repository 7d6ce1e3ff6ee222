using System.Globalization;
using System.Text;
using StockPipeline.Gateway.Series;

namespace StockPipeline.Gateway.Live;

/// <summary>One thing a client wants to hear of. Signalled by any thread; written by the sending thread.</summary>
internal abstract class Subscription(LiveSocket socket, int number) : IListener, IWaits<Subscription>
{
    private readonly Lock gate = new();
    private int waiting;
    private bool hasEnded;

    /// <summary>What the client calls it.</summary>
    public int Number => number;

    /// <summary>Stands before everything said of it.</summary>
    public byte[] Own { get; } = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{{\"sub\":{number},"));

    /// <summary>Others go first: it is for the eye.</summary>
    public virtual bool IsPatient => false;

    Subscription? IWaits<Subscription>.Behind { get; set; }

    public void Signal()
    {
        if (Interlocked.Exchange(ref waiting, 1) == 0)
            socket.Enqueue(this);
    }

    /// <summary>From here on a signal counts again.</summary>
    public void Hear() => Interlocked.Exchange(ref waiting, 0);

    /// <summary>Begins to listen, unless it has ended: a socket may be lost while its subscriptions are still being made.</summary>
    public void Begin()
    {
        lock (gate)
        {
            if (!hasEnded)
                Start();
        }
    }

    /// <summary>Listens no more, now or later.</summary>
    public void End()
    {
        lock (gate)
        {
            if (hasEnded)
                return;
            hasEnded = true;
            Stop();
        }
    }

    /// <summary>Begins to listen. Called once at most, and not after <see cref="Stop"/>.</summary>
    public abstract void Start();

    /// <summary>Gives up listening, also where it has not begun.</summary>
    public abstract void Stop();

    /// <summary>Writes what there is to say, as far as there is room.</summary>
    /// <returns>Whether there is more.</returns>
    public abstract bool Write(MessageWriter writer);

    /// <summary>Does what adds a listener, unless all listening has ended.</summary>
    protected void WhileOpen(Action listen)
    {
        lock (gate)
        {
            if (!hasEnded)
                listen();
        }
    }
}
