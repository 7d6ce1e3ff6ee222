using StockPipeline.Simulator.Faults;
using StockPipeline.Simulator.Market;

namespace StockPipeline.Simulator.Streaming;

/// <summary>What every stream of one simulator shares.</summary>
internal sealed record StreamSettings(
    ReferenceMarket Market, LiveMarket Live, FaultBox Faults, TimeProvider Clock, TimeProvider Real, ApiQuotas Quotas, bool Snapshots, TimeSpan? LongestStream, ILogger Log);
