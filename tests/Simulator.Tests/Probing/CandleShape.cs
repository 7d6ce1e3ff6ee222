using StockPipeline.Contracts.Instruments;

namespace StockPipeline.SimulatorTests.Probing;

/// <summary>What all sources of candles agree on.</summary>
internal sealed record CandleShape(DateTimeOffset Time, Price Open, Price High, Price Low, Price Close, long Volume);
