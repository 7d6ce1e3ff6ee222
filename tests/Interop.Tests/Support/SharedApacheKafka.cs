using Confluent.Kafka;
using StockPipeline.Testing;
using StockPipeline.Testing.Kafka;

namespace StockPipeline.InteropTests.Support;

/// <summary>The one Apache Kafka of the test classes that run at a time; the last of them stops it.</summary>
internal static class SharedApacheKafka
{
    private static readonly Lock Gate = new();
    private static int classes;
    private static Task<ApacheKafka>? started;

    public static void Join()
    {
        lock (Gate)
            classes++;
    }

    public static Task<ApacheKafka> StartedAsync()
    {
        lock (Gate)
            return started ??= StartAsync();
    }

    public static async Task LeaveAsync()
    {
        Task<ApacheKafka>? last;
        lock (Gate)
        {
            classes--;
            last = classes == 0 ? started : null;
            if (last is not null)
                started = null;
        }
        // A start that failed has failed the tests that wanted it.
        if (last is { IsCompletedSuccessfully: true })
            await (await last).DisposeAsync();
    }

    /// <summary>Starts it, and waits for its topic of offsets, which it creates when the first group asks.</summary>
    private static async Task<ApacheKafka> StartAsync()
    {
        var kafka = await ApacheKafka.StartAsync();
        using var consumer = new Desk(kafka.BootstrapServers).Consumer("first");
        await Eventually.TrueAsync(() => KnowsGroups(consumer));
        return kafka;
    }

    private static bool KnowsGroups(IConsumer<string?, string?> consumer)
    {
        try
        {
            return consumer.Committed([new TopicPartition("none", 0)], Desk.Patience).Count == 1;
        }
        catch (KafkaException starting)
            when (starting.Error.Code is ErrorCode.GroupCoordinatorNotAvailable or ErrorCode.NotCoordinatorForGroup or ErrorCode.GroupLoadInProgress)
        {
            return false;
        }
    }
}
