namespace StockPipeline.Market.Streams;

/// <summary>
/// The two clocks of a stream: the market's, in which trades and missed spans are told, and the network's, by which silence and pauses are
/// measured. They differ when a simulated market runs faster than real time.
/// </summary>
internal sealed class StreamClocks(TimeProvider market, TimeProvider network)
{
    private readonly long started = network.GetTimestamp();

    public TimeProvider Market { get; } = market;

    public TimeProvider Network { get; } = network;

    /// <summary>Network time since the stream was made; never goes back.</summary>
    public TimeSpan Elapsed => Network.GetElapsedTime(started);
}
