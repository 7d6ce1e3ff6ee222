using Google.Protobuf;
using Microsoft.Extensions.Logging;
using StockPipeline.Contracts.Connections;
using StockPipeline.Market.Errors;
using StockPipeline.Market.Grpc;
using StockPipeline.Market.Limits;

namespace StockPipeline.Market.Api;

/// <summary>
/// Single requests with all the patience they deserve: within the quota, again after passing failures, and never again after final ones.
/// </summary>
internal sealed class UnaryCaller(GrpcChannel channel, InvestApiOptions options, IRequestQuota quota, ILogger log)
{
    /// <summary>How often one request is put off by a spent quota; others with the same token may be taking what becomes free.</summary>
    private const int MaxWaits = 10;

    /// <exception cref="InvestApiException">The API has refused, or the tries are used up.</exception>
    public async Task<TResponse> CallAsync<TRequest, TResponse>(GrpcMethod<TRequest, TResponse> method, TRequest request, CancellationToken stop)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse>
    {
        var group = RequestGroup.Of(method);
        var backoff = new Backoff(options.Retry, options.NetworkClock);
        for (var waits = 0; ;)
        {
            await quota.TakeAsync(group, stop);
            try
            {
                var reply = await channel.CallAsync(method, request, options.Deadline, stop);
                if (reply.Status.RateLimit is { } report)
                    await quota.ReportAsync(group, report, stop);
                return reply.Message;
            }
            catch (GrpcException failed)
            {
                var verdict = ErrorVerdict.Of(failed.Status);
                if (verdict.Action == ErrorAction.Wait && ++waits <= MaxWaits)
                {
                    Log.QuotaSpent(log, method.Name, verdict.Pause, failed.Status);
                    await quota.ReportAsync(group, SpentUntil(verdict.Pause, failed.Status.RateLimit, group), stop);
                    continue;
                }
                if (verdict.Action != ErrorAction.Retry || backoff.NextPause() is not { } pause)
                    throw new InvestApiException(failed.Status, failed);
                Log.RequestRepeated(log, method.Name, pause, failed.Status);
                await Task.Delay(pause, options.NetworkClock, stop);
            }
        }
    }

    private static RateLimitReport SpentUntil(TimeSpan pause, RateLimitReport? told, RequestGroup group) =>
        new(told?.Limit ?? group.PerMinute, 0, pause, told?.Window ?? RateLimitReport.DefaultWindow);
}
