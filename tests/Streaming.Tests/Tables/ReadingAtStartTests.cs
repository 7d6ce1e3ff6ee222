using System.Globalization;
using StockPipeline.Broker;
using StockPipeline.Contracts.Time;
using StockPipeline.Contracts.Topics;
using StockPipeline.StreamingTests.Support;
using StockPipeline.Testing;
using StockPipeline.Testing.Kafka;

namespace StockPipeline.StreamingTests.Tables;

/// <summary>What a service meets in a topic as it is declared, after hours of changes.</summary>
public sealed class ReadingAtStartTests
{
    private const int Keys = 100;

    [Fact]
    public async Task A_reader_that_starts_meets_few_records_of_each_key_also_where_nothing_is_written_any_more()
    {
        var clock = new ManualClock(TimeProvider.System.GetUtcNow());
        using var folder = new TempFolder();
        await using var broker = await EmbeddedBroker.StartAsync(new BrokerOptions { DataFolder = folder.File("data"), Clock = clock });
        await using var bench = new Workbench(new Address(broker.BootstrapServers));
        var topic = PipelineTopics.Default.Candles(Interval.OneMinute) with { Partitions = 2 };
        await bench.ProvisionAsync(topic);
        var client = bench.Client();
        var writer = client.WriteTo(topic, bench.Codec);
        var written = 0;

        // Half an hour of changes, ten to a key and minute, by the clock of the broker.
        for (var quarter = 0; quarter < 30 * 4; quarter++)
        {
            for (var number = 0; number < 10 * Keys / 4; number++)
                writer.Send(Key(written++ % Keys), $"{quarter} {number}", Workbench.Limit);
            await client.FlushAsync(Workbench.Limit);
            clock.Advance(TimeSpan.FromSeconds(15));
        }

        var read = await CountAsync();
        Assert.True(read < written / 5, $"{read} of {written} records are still there");
        await Eventually.SeeAsync(
            () =>
            {
                clock.Advance(TimeSpan.FromSeconds(15));
                return CountAsync();
            },
            count => count <= 3 * Keys);

        async Task<int> CountAsync()
        {
            var counting = RawTopic.CountAsync(bench, topic);
            // A broker says that there is nothing more when the time is over that a reader waits for more.
            while (!counting.IsCompleted)
            {
                clock.Advance(TimeSpan.FromMilliseconds(20));
                await Task.WhenAny(counting, Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System));
            }
            return await counting;
        }
    }

    private static string Key(int number) => string.Create(CultureInfo.InvariantCulture, $"FIGI{number}/2026-03-02T10:00:00Z");

    private sealed record Address(string BootstrapServers) : IKafkaBroker
    {
        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
