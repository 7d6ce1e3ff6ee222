namespace StockPipeline.Simulator.Market;

/// <summary>Where the trades come from: made up from a seed, or recorded. The same question always has the same answer.</summary>
internal interface ITape
{
    IReadOnlyList<Listing> Listings { get; }

    IDayTape Day(Listing listing, DateOnly date);
}
