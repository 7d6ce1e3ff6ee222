namespace StockPipeline.Rates.Sources;

/// <summary>A source that sends prices over a websocket by itself.</summary>
public abstract class StreamModule : SourceModule
{
    public abstract StreamRules Rules { get; }

    /// <summary>Where a connection is opened.</summary>
    public abstract Uri Address(Uri host);

    /// <summary>The messages that ask for these feeds, in pieces the source takes.</summary>
    /// <param name="feeds">Their names.</param>
    /// <param name="firstId">The messages count from here.</param>
    public abstract IReadOnlyList<string> Subscribe(IReadOnlyList<string> feeds, int firstId);

    /// <summary>The messages that end them.</summary>
    public abstract IReadOnlyList<string> Unsubscribe(IReadOnlyList<string> feeds, int firstId);

    /// <summary>A message that asks whether the other side is there; null where the protocol's own pings do.</summary>
    public virtual string? Ping => null;

    /// <summary>Reads one message.</summary>
    /// <exception cref="FormatException">It is none that the source sends.</exception>
    public abstract void Take(ReadOnlySpan<byte> frame, IFrameSink sink);

    /// <summary>Where the source lists what it trades; null where it does not.</summary>
    public virtual Uri? Listing(Uri host) => null;

    /// <summary>Tells the sink how each of the feeds stands in the list.</summary>
    public virtual void TakeListing(ReadOnlySpan<byte> body, IReadOnlyCollection<string> feeds, IFrameSink sink)
    {
    }
}
