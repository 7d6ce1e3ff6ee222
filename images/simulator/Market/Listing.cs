using StockPipeline.Contracts.Instruments;

namespace StockPipeline.Simulator.Market;

/// <summary>One share on one board, as the simulated broker lists it, and how it likes to trade.</summary>
public sealed record Listing
{
    public required string Ticker { get; init; }

    public required string ClassCode { get; init; }

    public required Figi Figi { get; init; }

    public required string Uid { get; init; }

    public required string Isin { get; init; }

    public required string Name { get; init; }

    public required string Currency { get; init; }

    public required int Lot { get; init; }

    public required Price MinPriceIncrement { get; init; }

    /// <summary>Names the trading schedule.</summary>
    public required string Exchange { get; init; }

    /// <summary>The first date with trades.</summary>
    public required DateOnly Since { get; init; }

    /// <summary>May be traded through the API; false for dead and side listings.</summary>
    public required bool ApiTradeAvailable { get; init; }

    /// <summary>The price around which the synthetic market lets it wander.</summary>
    public required Price TypicalPrice { get; init; }

    /// <summary>Expected trades in one minute of the main session of the synthetic market.</summary>
    public required double TradesPerMinute { get; init; }

    public bool Weekend => ExchangeSchedule.HasWeekends(Exchange);

    /// <summary>The identifier of the form <c>SBER_TQBR</c>.</summary>
    public string TickerAndClass => $"{Ticker}_{ClassCode}";

    public DateTimeOffset FirstCandle => new(Since, TimeOnly.MinValue, TimeSpan.Zero);
}
