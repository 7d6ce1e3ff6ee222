namespace StockPipeline.Candles.Forming;

/// <summary>
/// What the exchange's own clock shows at least: the newest trade seen, and as much time as has passed since it was seen on a living stream.
/// Says nothing while the connection is away: then nobody knows whether more trades are on their way.
/// </summary>
public sealed class ExchangeTime(TimeProvider clock)
{
    private DateTimeOffset anchor;
    private long anchoredAt;
    private bool connected;

    /// <summary>A trade of this exchange time has just arrived.</summary>
    public void Seen(DateTimeOffset tradeTime)
    {
        if (Now is { } now && now >= tradeTime)
            return;
        anchor = tradeTime;
        anchoredAt = clock.GetTimestamp();
        connected = true;
    }

    public void Lost() => connected = false;

    /// <summary>Null while nothing is known.</summary>
    public DateTimeOffset? Now => connected ? anchor + clock.GetElapsedTime(anchoredAt) : null;
}
