namespace StockPipeline.Simulator.Market;

/// <summary>A market made up from a seed: the same seed is the same market, in every process and for ever.</summary>
public sealed class SyntheticMarket(int seed) : ReferenceMarket(new SyntheticTape((ulong)seed, ListingTable.All))
{
    public int Seed { get; } = seed;
}
