namespace StockPipeline.Simulator.Market;

/// <summary>All trades of one listing on one UTC date.</summary>
internal interface IDayTape
{
    /// <summary>Minutes of the day outside of which there are no trades: the first, and the one after the last.</summary>
    (int From, int To) Minutes { get; }

    /// <summary>Appends the trades of one minute of the day in order of their time.</summary>
    void Read(int minuteOfDay, List<Trade> trades);
}
