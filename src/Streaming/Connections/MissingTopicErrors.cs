using Confluent.Kafka;

namespace StockPipeline.Streaming.Connections;

/// <summary>
/// Calls on partitions whose topic may be deleted at any moment, to be created anew a while later. The client then does not know the
/// partition, which is an outage like any other and no reason to end.
/// </summary>
internal static class MissingTopicErrors
{
    /// <summary>How long a broker may take to say where a partition ends.</summary>
    private static readonly TimeSpan EndPatience = TimeSpan.FromSeconds(1);

    /// <summary>Whether the error says no more than that the topic, or the partition, is not there now.</summary>
    public static bool IsGone(Error error) => IsGone(error.Code);

    /// <inheritdoc cref="IsGone(Error)"/>
    public static bool IsGone(ErrorCode code) => code is
        ErrorCode.Local_UnknownPartition or ErrorCode.Local_UnknownTopic or ErrorCode.UnknownTopicOrPart or ErrorCode.UnknownTopicId;

    /// <summary>Does the call unless the partition is gone.</summary>
    /// <returns>Whether it was done.</returns>
    public static bool TryDo(Action call)
    {
        try
        {
            call();
            return true;
        }
        catch (TopicPartitionException gone) when (gone.Results.TrueForAll(one => !one.Error.IsError || IsGone(one.Error)))
        {
            return false;
        }
        catch (TopicPartitionOffsetException gone) when (gone.Results.TrueForAll(one => !one.Error.IsError || IsGone(one.Error)))
        {
            return false;
        }
        catch (KafkaException gone) when (IsGone(gone.Error))
        {
            return false;
        }
    }

    /// <summary>The offset after the last record the client knows of, negative where it knows of none.</summary>
    public static long EndOf<TKey, TValue>(this IConsumer<TKey, TValue> consumer, TopicPartition source)
    {
        var end = Offset.Unset;
        TryDo(() => end = consumer.GetWatermarkOffsets(source).High);
        return end.Value;
    }

    /// <summary>The end of a partition that holds nothing, as the broker says; null where it holds something, or nobody answers soon.</summary>
    public static long? EmptyUpTo<TKey, TValue>(this IConsumer<TKey, TValue> consumer, TopicPartition source)
    {
        try
        {
            var ends = consumer.QueryWatermarkOffsets(source, EndPatience);
            return ends.Low == ends.High ? ends.High.Value : null;
        }
        catch (KafkaException silent) when (BrokerConnectionMonitor.IsTransientError(silent.Error))
        {
            return null;
        }
    }
}
