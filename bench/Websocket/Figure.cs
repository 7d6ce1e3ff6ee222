namespace StockPipeline.Bench.Websocket;

/// <summary>One thing that is looked at in a stretch of broadcasting.</summary>
/// <param name="Name">For the report.</param>
/// <param name="Unit">The same.</param>
/// <param name="Of">Its value in a stretch.</param>
internal sealed record Figure(string Name, string Unit, Func<FanoutStretch, double> Of)
{
    public static readonly Figure Processor = new("processor for one frame", "us", stretch => stretch.Processor);
    public static readonly Figure Frames = new("frames received", "frames/s", stretch => stretch.Heard.FramesPerSecond);
    public static readonly Figure P50 = new("p50", "ms", stretch => stretch.Heard.P50);
    public static readonly Figure P99 = new("p99", "ms", stretch => stretch.Heard.P99);
    public static readonly Figure LastP50 = new("the last client has it, p50", "ms", stretch => stretch.Heard.LastP50);
    public static readonly Figure LastP99 = new("the last client has it, p99", "ms", stretch => stretch.Heard.LastP99);
}
