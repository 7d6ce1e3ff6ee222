using StockPipeline.Simulator.Faults;
using StockPipeline.Simulator.Market;

namespace StockPipeline.Simulator.Streaming;

/// <summary>What every stream of one simulator shares.</summary>
internal sealed record StreamSettings(
    SimulatorOptions Options, ReferenceMarket Market, LiveMarket Live, FaultBox Faults, TimeProvider Clock, ILogger Log)
{
    public TimeProvider Real => Options.Clock;

    public ApiQuotas Quotas => Options.Quotas;
}
