namespace StockPipeline.Fanout.Broadcasting;

/// <summary>Every bound of a broadcaster, by name.</summary>
public sealed record FanoutLimits
{
    /// <summary>Clients at once; one more is refused before the upgrade.</summary>
    public int MaxClients { get; init; } = 10_000;

    /// <summary>Candles whose newest frame is kept for snapshots and for clients that fell behind.</summary>
    public int KeptCandles { get; init; } = 5_000;

    /// <summary>Bytes of the shared log of frames; what falls out of it reaches a slow client as the newest state of each candle.</summary>
    public int LogBytes { get; init; } = 4 << 20;

    /// <summary>A client further behind than this gets the newest state of each candle instead of every change.</summary>
    public int ConflateAfterBytes { get; init; } = 1 << 20;

    /// <summary>Bytes handed to one client before the next one gets its turn.</summary>
    public int TurnBytes { get; init; } = 128 << 10;

    /// <summary>A client that takes no byte for so long is closed as too slow.</summary>
    public TimeSpan StallLimit { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>How long a closing client may take for what is left and the close frame.</summary>
    public TimeSpan CloseLimit { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How often a silent client is pinged; one that has not answered by the next turn but one is gone.</summary>
    public TimeSpan PingEvery { get; init; } = TimeSpan.FromSeconds(30);
}
