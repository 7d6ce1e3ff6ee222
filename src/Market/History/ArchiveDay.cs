using StockPipeline.Contracts.Records;

namespace StockPipeline.Market.History;

/// <summary>One day of the minute archive: its one-minute candles, ascending, each open once.</summary>
public sealed record ArchiveDay(DateOnly Date, IReadOnlyList<Candle> Candles);
