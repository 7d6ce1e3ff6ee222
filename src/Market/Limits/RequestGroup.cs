using StockPipeline.Market.Grpc;

namespace StockPipeline.Market.Limits;

/// <summary>
/// Requests that the API counts together. The quota is what is assumed until the first reply tells the true one; these are the lowest ones
/// any user has had.
/// </summary>
public sealed record RequestGroup(string Name, int PerMinute)
{
    public static readonly RequestGroup MarketData = new("market-data", 300);

    public static readonly RequestGroup Instruments = new("instruments", 200);

    /// <summary>Whole lists of instruments have a quota of their own.</summary>
    public static readonly RequestGroup InstrumentLists = new("instrument-lists", 15);

    public static readonly RequestGroup Users = new("users", 100);

    /// <summary>Files of the minute archive; counted by address and without headers.</summary>
    public static readonly RequestGroup Archive = new("archive", 30);

    public static RequestGroup Of(IGrpcMethod method) =>
        ReferenceEquals(method, InvestMethods.Shares) ? InstrumentLists
        : method.Service == InvestMethods.Instruments ? Instruments
        : method.Service == InvestMethods.Users ? Users
        : MarketData;
}
