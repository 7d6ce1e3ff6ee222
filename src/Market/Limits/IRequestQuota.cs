using Grpc.Core;

namespace StockPipeline.Market.Limits;

/// <summary>
/// Shares out the requests the API allows. One for everything that uses the same token: within a process that is
/// <see cref="InProcessQuota"/>; replicas of a service need one that they share.
/// </summary>
public interface IRequestQuota
{
    /// <summary>Acquires the right to send one request of the group, waiting until there is one.</summary>
    ValueTask AcquireAsync(RequestGroup group, CancellationToken cancellationToken);

    /// <summary>Passes on what a reply said of the quota.</summary>
    ValueTask ReportAsync(RequestGroup group, RateLimitReport report, CancellationToken cancellationToken);
}

/// <summary>
/// Names requests that the API counts together. The quota is what is assumed until the first reply tells the true one; these are the lowest
/// ones any user has had.
/// </summary>
public sealed record RequestGroup(string Name, int PerMinute)
{
    public static readonly RequestGroup MarketData = new("market-data", 300);

    public static readonly RequestGroup Instruments = new("instruments", 200);

    /// <summary>Whole lists of instruments have a quota of their own.</summary>
    public static readonly RequestGroup InstrumentLists = new("instrument-lists", 15);

    public static readonly RequestGroup Users = new("users", 100);

    public static RequestGroup Of(IMethod method) =>
        method.ServiceName == Contract.InstrumentsService.Descriptor.FullName ? (method.Name == "Shares" ? InstrumentLists : Instruments)
        : method.ServiceName == Contract.UsersService.Descriptor.FullName ? Users
        : MarketData;
}
