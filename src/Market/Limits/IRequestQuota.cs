using StockPipeline.Market.Grpc;

namespace StockPipeline.Market.Limits;

/// <summary>
/// Shares out the requests the API allows. One for everything that uses the same token: within a process that is
/// <see cref="InProcessQuota"/>; replicas of a service need one that they share.
/// </summary>
public interface IRequestQuota
{
    /// <summary>Takes the right to send one request of the group, waiting until there is one.</summary>
    ValueTask TakeAsync(RequestGroup group, CancellationToken stop);

    /// <summary>Passes on what a reply said of the quota.</summary>
    ValueTask ReportAsync(RequestGroup group, RateLimitReport report, CancellationToken stop);
}
