using Confluent.Kafka;
using StockPipeline.Contracts.Connections;
using StockPipeline.Contracts.Serialization;
using StockPipeline.Streaming.Connections;
using StockPipeline.Streaming.DeadLetters;
using StockPipeline.Streaming.Decoding;

namespace StockPipeline.Streaming.Tables;

/// <summary>
/// What becomes of a value that could not be decoded at once: tried again for as long as it is an outage; what can never be read goes to the
/// dead letters. Used by the reader's thread.
/// </summary>
/// <param name="kafka">Where the dead letters go.</param>
/// <param name="keepInTouch">Called between the tries: the group must hear from us, and may take the partition away.</param>
internal sealed class DecodeRetryPolicy(KafkaClient kafka, Action keepInTouch)
{
    /// <summary>Pauses while a schema cannot be fetched.</summary>
    private static readonly BackoffLimits Pauses = new() { Cap = TimeSpan.FromSeconds(5) };

    /// <returns>Whether the value could be read in the end.</returns>
    public bool TryRead(
        Table table, ConsumeResult<byte[], object?> result, Undecoded undecoded, out object? value, CancellationToken cancellationToken)
    {
        var partition = result.Partition.Value;
        var progress = table.Progress(partition);
        var backoff = new Backoff(Pauses, kafka.Clock);
        value = undecoded;
        while (value is Undecoded { Reason: not UnreadableRecordException } failed)
        {
            kafka.Metrics.Error("decoding");
            if (backoff.Failures == 0)
                Log.DecodingWaits(kafka.Log, table.Topic, partition, result.Offset.Value, failed.Reason.Message);
            DedicatedThread.Wait(new ValueTask(backoff.PauseAsync(cancellationToken)));
            keepInTouch();
            if (table.Progress(partition) != progress)
                return false;
            value = InPlaceDecoder.Decode(table, failed.Bytes);
        }
        if (backoff.Failures > 0)
            Log.WentOn(kafka.Log, table.Topic, partition, result.Offset.Value, backoff.Failures);
        if (value is not Undecoded { Reason: var reason, Bytes: var bytes })
            return true;
        var at = DateTimeOffset.FromUnixTimeMilliseconds(result.Message.Timestamp.UnixTimestampMs);
        var letter = new DeadLetter(table.Topic, partition, result.Offset.Value, at, result.Message.Key, bytes, reason);
        DedicatedThread.Wait(new ValueTask(kafka.DeadLetters.SendAsync(letter, cancellationToken)));
        return false;
    }
}
