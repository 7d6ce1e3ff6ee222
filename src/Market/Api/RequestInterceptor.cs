using Grpc.Core;
using Grpc.Core.Interceptors;
using Microsoft.Extensions.Logging;
using StockPipeline.Contracts.Connections;
using StockPipeline.Market.Errors;
using StockPipeline.Market.Limits;

namespace StockPipeline.Market.Api;

/// <summary>
/// Gives single requests all the patience they deserve: within the quota, each try within its deadline, again after passing failures, and
/// never again after others.
/// </summary>
internal sealed class RequestInterceptor(InvestApiOptions options, IRequestQuota quota, ILogger log) : Interceptor
{
    /// <summary>How often one request is put off by a spent quota; others with the same token may be taking what becomes free.</summary>
    private const int MaxWaits = 10;

    public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
        TRequest request, ClientInterceptorContext<TRequest, TResponse> context, AsyncUnaryCallContinuation<TRequest, TResponse> continuation)
    {
        var answer = CallAsync(context, attempt => continuation(request, attempt));
        return new AsyncUnaryCall<TResponse>(
            MessageAsync(), HeadersAsync(),
            () => answer.IsCompletedSuccessfully ? Status.DefaultSuccess : throw new InvalidOperationException("The call has brought no answer."),
            () => [], () => { });

        async Task<TResponse> MessageAsync() => (await answer).Message;

        async Task<Metadata> HeadersAsync() => (await answer).Headers;
    }

    /// <exception cref="InvestApiException">The API has refused, or the tries are used up.</exception>
    private async Task<(TResponse Message, Metadata Headers)> CallAsync<TRequest, TResponse>(
        ClientInterceptorContext<TRequest, TResponse> context,
        Func<ClientInterceptorContext<TRequest, TResponse>, AsyncUnaryCall<TResponse>> call)
        where TRequest : class
        where TResponse : class
    {
        var stop = context.Options.CancellationToken;
        var group = RequestGroup.Of(context.Method);
        var backoff = new Backoff(options.Retry, options.NetworkClock);
        for (var waits = 0; ;)
        {
            await quota.AcquireAsync(group, stop);
            try
            {
                var reply = await TryAsync(context, call, stop);
                if (RateLimitReport.Read(reply.Headers) is { } report)
                    await quota.ReportAsync(group, report, stop);
                return reply;
            }
            catch (RpcException failed)
            {
                var status = CallStatus.Of(failed);
                var verdict = ErrorTable.Judge(status);
                if (verdict.Action == ErrorAction.Wait && ++waits <= MaxWaits)
                {
                    Log.QuotaSpent(log, context.Method.Name, verdict.Pause, status);
                    await quota.ReportAsync(group, SpentUntil(verdict.Pause, status.RateLimit, group), stop);
                    continue;
                }
                if (verdict.Action != ErrorAction.Retry || backoff.NextPause() is not { } pause)
                    throw new InvestApiException(status, failed);
                Log.RequestRepeated(log, context.Method.Name, pause, status);
                await Task.Delay(pause, options.NetworkClock, stop);
            }
        }
    }

    /// <summary>The deadline is our own: the one of gRPC knows no clock but the machine's.</summary>
    private async Task<(TResponse Message, Metadata Headers)> TryAsync<TRequest, TResponse>(
        ClientInterceptorContext<TRequest, TResponse> context,
        Func<ClientInterceptorContext<TRequest, TResponse>, AsyncUnaryCall<TResponse>> call, CancellationToken stop)
        where TRequest : class
        where TResponse : class
    {
        using var expiry = new CancellationTokenSource(options.Deadline, options.NetworkClock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(expiry.Token, stop);
        var attempt = new ClientInterceptorContext<TRequest, TResponse>(
            context.Method, context.Host, context.Options.WithCancellationToken(either.Token));
        try
        {
            using var running = call(attempt);
            return (await running.ResponseAsync, await running.ResponseHeadersAsync);
        }
        catch (Exception ended) when (ended is RpcException or OperationCanceledException && either.IsCancellationRequested)
        {
            // A call that was cancelled may end as a broken connection, so the cause is asked first.
            stop.ThrowIfCancellationRequested();
            var reason = $"{context.Method.Name} gave no answer within {options.Deadline.TotalSeconds:0.###} s";
            throw new RpcException(new Status(StatusCode.DeadlineExceeded, reason, ended));
        }
    }

    private static RateLimitReport SpentUntil(TimeSpan pause, RateLimitReport? told, RequestGroup group) =>
        new(told?.Limit ?? group.PerMinute, 0, pause, told?.Window ?? RateLimitReport.DefaultWindow);
}
