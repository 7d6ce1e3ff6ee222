namespace StockPipeline.Simulator.Polygon;

/// <summary>A bar in the count of shares of its own day.</summary>
internal readonly record struct UsBar(long StartMs, decimal Open, decimal High, decimal Low, decimal Close, decimal Volume, int Trades)
{
    /// <summary>The same for another count of shares.</summary>
    public UsBar Adjusted(decimal shares) => shares == 1
        ? this
        : this with { Open = Open / shares, High = High / shares, Low = Low / shares, Close = Close / shares, Volume = Volume * shares };

    public UsBar Join(UsBar later) => this with
    {
        High = Math.Max(High, later.High), Low = Math.Min(Low, later.Low), Close = later.Close, Volume = Volume + later.Volume,
        Trades = Trades + later.Trades,
    };
}
