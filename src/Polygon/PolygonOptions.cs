using StockPipeline.Contracts.Connections;

namespace StockPipeline.Polygon;

/// <summary>Where polygon.io is, and who asks.</summary>
public sealed record PolygonOptions
{
    public required Secret ApiKey { get; init; }

    public PolygonPlan Plan { get; init; } = PolygonPlan.Free;

    public Uri Rest { get; init; } = new("https://api.polygon.io");

    public Uri Socket { get; init; } = new("wss://socket.polygon.io/stocks");

    /// <summary>How long one request may take.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Between two requests. A bucket of five would let ten through in its first minute; one at a time never does, also where one is made a second
    /// late.
    /// </summary>
    public TimeSpan Pace => Plan == PolygonPlan.Free ? TimeSpan.FromSeconds(12.5) : TimeSpan.FromMilliseconds(20);
}
