namespace StockPipeline.Simulator.Market;

/// <summary>Where the trades come from: made up from a seed, or recorded. The same question always has the same answer.</summary>
internal interface ITape
{
    IReadOnlyList<Listing> Listings { get; }

    IDayTape Day(Listing listing, DateOnly date);
}

/// <summary>All trades of one listing on one UTC date.</summary>
internal interface IDayTape
{
    /// <summary>Minutes of the day outside of which there are no trades: the first, and the one after the last.</summary>
    (int From, int To) Minutes { get; }

    /// <summary>Appends the trades of one minute of the day in order of their time.</summary>
    void Read(int minuteOfDay, List<Trade> trades);
}
