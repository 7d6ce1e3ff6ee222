namespace StockPipeline.Bench.Websocket;

/// <summary>One stretch of broadcasting, from both ends.</summary>
internal sealed record FanoutStretch(ServedStretch Served, HeardStretch Heard)
{
    private const double Microseconds = 1e6;

    /// <summary>Microseconds of the server's processor for one frame that a client has received.</summary>
    public double Processor => Served.Cpu / Heard.Frames * Microseconds;
}
