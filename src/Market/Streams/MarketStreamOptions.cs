using StockPipeline.Contracts.Connections;

namespace StockPipeline.Market.Streams;

/// <summary>Says how market-data streams are kept. The defaults keep within what the API allows everybody.</summary>
public sealed record MarketStreamOptions
{
    /// <summary>The API's limit of subscriptions on one stream.</summary>
    public const int MaxSubscriptions = 300;

    /// <summary>How many streams are opened at most where one does not carry all; the account may have fewer.</summary>
    public int MaxStreams { get; init; } = 32;

    /// <summary>Subscriptions asked for in one request.</summary>
    public int Portion { get; init; } = 100;

    /// <summary>The API allows 100 requests on a stream in a minute.</summary>
    public int RequestsPerMinute { get; init; } = 90;

    /// <summary>How often the server is to give a sign of life; the API allows 5 s to 3 min.</summary>
    public TimeSpan Ping { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>A stream on which nothing at all has come for this long is dead, whatever the connection says.</summary>
    public TimeSpan Silence { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long the answer to a request may take.</summary>
    public TimeSpan Answer { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How often the server is asked what it believes is subscribed.</summary>
    public TimeSpan Audit { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How often the subscriptions are looked through for what is due.</summary>
    public TimeSpan Tick { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>The pause before a refused subscription is asked for again, when the refusal may pass.</summary>
    public TimeSpan RefusedRetry { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The same when the API counts too many requests or subscriptions.</summary>
    public TimeSpan LimitRetry { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>The same when it is about the instrument itself: it may come back one day.</summary>
    public TimeSpan LastingRetry { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// Events that wait for the owner. When they are this many reading stops, and the API closes the stream of a slow reader in time.
    /// </summary>
    public int Buffer { get; init; } = 16_384;

    /// <summary>The pause while nobody is let in: somebody has to mend a token, a permission or a proxy first.</summary>
    public TimeSpan BlockedRetry { get; init; } = TimeSpan.FromSeconds(30);

    public BackoffLimits Reconnect { get; init; } = new() { First = TimeSpan.FromSeconds(1), Cap = TimeSpan.FromSeconds(30) };
}
