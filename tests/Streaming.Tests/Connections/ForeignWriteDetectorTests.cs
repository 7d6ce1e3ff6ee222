using Confluent.Kafka;
using Microsoft.Extensions.Logging.Abstractions;
using StockPipeline.Contracts.Connections;
using StockPipeline.Contracts.Topics;
using StockPipeline.Streaming;
using StockPipeline.Streaming.Connections;
using StockPipeline.Streaming.Producing;
using StockPipeline.Streaming.Tables;
using StockPipeline.StreamingTests.Support;
using StockPipeline.Testing;

namespace StockPipeline.StreamingTests.Connections;

public sealed class ForeignWriteDetectorTests : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private static readonly TopicDeclaration Topic = new()
    {
        Name = "values", Partitions = 1, Policy = CleanupPolicy.Compact, Key = "text", Records = [typeof(string)],
    };

    private readonly ManualClock clock = new(DateTimeOffset.UnixEpoch);
    private readonly KafkaClient kafka;

    public ForeignWriteDetectorTests() => kafka = new KafkaClient(
        new KafkaConnection { BootstrapServers = "127.0.0.1:1" }, "test", NullLoggerFactory.Instance, new CountingMetrics(), clock);

    public async ValueTask DisposeAsync() => await kafka.DisposeAsync();

    [Fact]
    public void An_outage_of_hours_leaves_one_flush_and_one_client_behind()
    {
        var (flushes, clients) = (0, new List<IAdminClient>());
        var table = Table.Owned<string>(Topic, new TextCodec(), (_, _) => { }, new NothingWritten());
        table.Begin(0);
        table.Progress(0)!.AtEnd(0);
        using var owned = new ForeignWriteDetector(kafka, NewClient, FlushAsync, [table], Interval);

        for (var moment = 0; moment < 1_000; moment++)
        {
            Assert.Empty(owned.TakeForeignWrites([0]));
            clock.Advance(TimeSpan.FromSeconds(10));
        }

        Assert.Equal((1, 1), (flushes, clients.Count));

        IAdminClient NewClient()
        {
            clients.Add(AdminStandIn.New());
            return clients[^1];
        }

        Task FlushAsync(CancellationToken cancellationToken)
        {
            flushes++;
            return new TaskCompletionSource().Task;
        }
    }

    private sealed class NothingWritten : IWrittenRecords
    {
        public long WrittenTo(int partition) => 0;
    }
}
