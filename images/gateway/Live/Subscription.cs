using System.Globalization;
using System.Text;
using StockPipeline.Gateway.Series;

namespace StockPipeline.Gateway.Live;

/// <summary>One thing a client wants to hear of. Signalled by any thread; written by the sending thread.</summary>
internal abstract class Subscription(LiveSocket socket, int number) : IListener
{
    private int waiting;

    /// <summary>What the client calls it.</summary>
    public int Number => number;

    /// <summary>Stands before everything said of it.</summary>
    public byte[] Own { get; } = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{{\"sub\":{number},"));

    /// <summary>Others go first: it is for the eye.</summary>
    public virtual bool IsPatient => false;

    public void Signal()
    {
        if (Interlocked.Exchange(ref waiting, 1) == 0)
            socket.Enqueue(this);
    }

    /// <summary>From here on a signal counts again.</summary>
    public void Hear() => Interlocked.Exchange(ref waiting, 0);

    /// <summary>Begins to listen.</summary>
    public abstract void Start();

    public abstract void Stop();

    /// <summary>Writes what there is to say, as far as there is room.</summary>
    /// <returns>Whether there is more.</returns>
    public abstract bool Write(MessageWriter writer);
}
