using StockPipeline.Contracts.Connections;
using StockPipeline.Contracts.Serialization;
using StockPipeline.Streaming.DeadLetters;
using StockPipeline.Streaming.Tracing;

namespace StockPipeline.Streaming.Groups;

/// <summary>
/// What becomes of one record: it is decoded and handled, tried again as long as the trouble may pass, or put aside among the dead letters.
/// </summary>
internal sealed class RecordHandling<T>(
    KafkaClient kafka, string topic, IRecordDecoder<T> decoder, Func<GroupRecord<T>, CancellationToken, ValueTask> handle, GroupOptions options)
    where T : class
{
    private enum Trouble
    {
        /// <summary>May pass: the record is tried again.</summary>
        Transient,

        /// <summary>Stays: the record is put aside.</summary>
        Poison,
    }

    /// <summary>Returns when the record is done with. Throws what ends the processor.</summary>
    public ValueTask HandleAsync(WorkItem item, CancellationToken taken) =>
        item.Trace is null ? UntracedAsync(item, taken) : TracedAsync(item, item.Trace, taken);

    /// <summary>A record of a group is a piece of work, with questions to others and retries: it has a span of its own.</summary>
    private async ValueTask TracedAsync(WorkItem item, string trace, CancellationToken taken)
    {
        using var span = RecordTrace.Begin(kafka.Service, topic, item.Partition, records: 1, trace);
        await UntracedAsync(item, taken);
    }

    private ValueTask UntracedAsync(WorkItem item, CancellationToken taken)
    {
        // Tombstones say that there is nothing to do.
        if (item.Value is null)
            return ValueTask.CompletedTask;
        ValueTask handling;
        try
        {
            handling = AttemptAsync(item, taken);
        }
        catch (Exception failure) when (Classify(failure, taken) is not null)
        {
            return RetryAsync(item, failure, taken);
        }
        return handling.IsCompletedSuccessfully ? handling : AwaitAsync(item, handling, taken);
    }

    private ValueTask AttemptAsync(WorkItem item, CancellationToken taken)
    {
        T value;
        try
        {
            value = decoder.Decode(item.Value);
        }
        catch (Exception failure) when (failure is not UnreadableRecordException)
        {
            throw new DecodingOutage(failure);
        }
        return handle(new GroupRecord<T>(item.Key, value, item.Partition, item.Offset, item.TimestampMs), taken);
    }

    private async ValueTask AwaitAsync(WorkItem item, ValueTask handling, CancellationToken taken)
    {
        Exception first;
        try
        {
            await handling;
            return;
        }
        catch (Exception failure) when (Classify(failure, taken) is not null)
        {
            first = failure;
        }
        await RetryAsync(item, first, taken);
    }

    private async ValueTask RetryAsync(WorkItem item, Exception failure, CancellationToken taken)
    {
        var backoff = new Backoff(options.Retry, kafka.Clock);
        while (Classify(failure, taken) is Trouble.Transient)
        {
            kafka.Metrics.Error(failure is DecodingOutage ? "decoding" : "handler");
            if (backoff.Failures == 0)
                Log.RecordWaits(kafka.Log, topic, item.Partition, item.Offset, failure.Message);
            if (!await backoff.PauseAsync(taken))
                throw new InvalidOperationException($"{topic} [{item.Partition}] offset {item.Offset} failed {backoff.Failures} times.", failure);
            try
            {
                await AttemptAsync(item, taken);
                Log.WentOn(kafka.Log, topic, item.Partition, item.Offset, backoff.Failures);
                return;
            }
            catch (Exception again) when (Classify(again, taken) is not null)
            {
                failure = again;
            }
        }
        var at = DateTimeOffset.FromUnixTimeMilliseconds(item.TimestampMs);
        await kafka.DeadLetters.SendAsync(new DeadLetter(topic, item.Partition, item.Offset, at, item.Key, item.Value, failure), taken);
    }

    /// <returns>Null for what nobody foresaw: it is not ours to mend.</returns>
    private Trouble? Classify(Exception failure, CancellationToken taken) => failure switch
    {
        OperationCanceledException when taken.IsCancellationRequested => null,
        UnreadableRecordException or PoisonRecordException => Trouble.Poison,
        DecodingOutage or TransientFailureException => Trouble.Transient,
        _ => options.IsTransient(failure) ? Trouble.Transient : null,
    };
}

/// <summary>A value cannot be decoded now, for want of something outside; a handler may fail with the same type for other reasons.</summary>
internal sealed class DecodingOutage(Exception reason) : Exception($"cannot be decoded: {reason.Message}", reason);
