using StockPipeline.Broker.Log;
using StockPipeline.Broker.Protocol;
using StockPipeline.Broker.Topics;
using StockPipeline.Broker.Wire;

namespace StockPipeline.Broker.Apis;

/// <summary>
/// Reads record batches, waiting for enough of them as long as the client allows. Batches go from the log's files to the connection
/// without a stop in between. Fetch sessions are not kept: every answer says so with session 0.
/// </summary>
internal sealed class FetchApi(TopicRegistry topics, TimeProvider clock) : IApi
{
    public ApiRange Range => new(ApiKey.Fetch, 4, 16, FlexibleFrom: 12);

    public async ValueTask AnswerAsync(ApiRequest request, WireWriter answer, CancellationToken cancel)
    {
        var fetch = FetchRequest.Read(request, topics);
        var error = fetch.SessionEpoch > 0 ? ErrorCode.FetchSessionIdNotFound : ErrorCode.None;
        var reads = new FetchReads(error == ErrorCode.None ? fetch : fetch with { Topics = [] });
        try
        {
            reads.ReadAll();
            if (!reads.AreEnough && fetch.MaxWait > TimeSpan.Zero)
                await WaitAsync(fetch, reads, cancel);
            answer.WriteThrottleTime();
            answer.Since(7)?.WriteError(error);
            answer.Since(7)?.WriteInt32(0);
            reads.Write(answer);
        }
        finally
        {
            reads.Release();
        }
    }

    private async Task WaitAsync(FetchRequest fetch, FetchReads reads, CancellationToken cancel)
    {
        var signal = new LogSignal();
        var isOver = false;
        await using var deadline = clock.CreateTimer(_ => End(), null, fetch.MaxWait, Timeout.InfiniteTimeSpan);
        await using var leaving = cancel.UnsafeRegister(_ => End(), null);
        foreach (var log in fetch.Logs)
            log.Watch(signal);
        try
        {
            while (true)
            {
                // What was appended between the first look and the watch is seen here.
                signal.Rearm();
                reads.ReadAll();
                if (reads.AreEnough || Volatile.Read(ref isOver))
                    return;
                await signal.Moved;
            }
        }
        finally
        {
            foreach (var log in fetch.Logs)
                log.Unwatch(signal);
        }

        void End()
        {
            Volatile.Write(ref isOver, true);
            signal.Set();
        }
    }
}
