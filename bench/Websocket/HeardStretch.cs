namespace StockPipeline.Bench.Websocket;

/// <summary>What the clients say of a stretch of listening.</summary>
/// <param name="Frames">Received by all together.</param>
/// <param name="Seconds">From the first to the last.</param>
/// <param name="P50">Milliseconds from publishing to receiving.</param>
/// <param name="P99">The same.</param>
/// <param name="LastP50">Milliseconds from publishing until the last client has the message.</param>
/// <param name="LastP99">The same.</param>
public sealed record HeardStretch(long Frames, double Seconds, double P50, double P99, double LastP50, double LastP99)
{
    public double FramesPerSecond => Frames / Seconds;
}
