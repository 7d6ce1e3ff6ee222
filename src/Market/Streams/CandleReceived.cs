using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Time;

namespace StockPipeline.Market.Streams;

/// <summary>A candle as it is now; the same one comes again as long as it grows, and even after its end when trades arrive late.</summary>
public sealed record CandleReceived(Candle Candle, Interval Interval) : MarketEvent;
