namespace StockPipeline.Contracts.Rates;

/// <summary>One row of the table trade_info; topic <c>trade-info</c>, key the row's id.</summary>
public sealed record TradeInfo
{
    public const int UsualPriority = 100;

    public required long Id { get; init; }

    /// <summary>Where the prices are: <c>wss://stream.binance.com:9443/ws/btcusdt@trade</c>.</summary>
    public required string Url { get; init; }

    /// <summary>Bases joined by commas, a hyphen, quotes joined by commas; each base with each quote.</summary>
    public required string CurrencyPair { get; init; }

    /// <summary>Which module reads them: <c>binance-stream</c>.</summary>
    public required string TaskType { get; init; }

    /// <summary>The name of the source, as answers show it.</summary>
    public required string WrapperType { get; init; }

    public bool Enabled { get; init; } = true;

    /// <summary>How old a price may be and count as fresh; without it the module's own limit holds.</summary>
    public long? MaxAgeMs { get; init; }

    /// <summary>Among several sources of a pair the lowest is asked first.</summary>
    public int Priority { get; init; } = UsualPriority;

    /// <summary>Why the row is refused; null where it is worked on.</summary>
    public string? Problem { get; init; }
}
