using StockPipeline.Simulator.Market;

namespace StockPipeline.Simulator.Replay;

/// <summary>A market that was recorded.</summary>
internal sealed class ReplayMarket(ReplayTape tape) : ReferenceMarket(tape)
{
    public DateTimeOffset Start { get; } = tape.Start;
}
