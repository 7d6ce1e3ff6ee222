using Microsoft.Extensions.Logging.Abstractions;
using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Time;
using StockPipeline.Contracts.Topics;
using StockPipeline.PipelineTests.Market;
using StockPipeline.Streaming.Tables;
using StockPipeline.Testing;
using StockPipeline.Workers;

namespace StockPipeline.PipelineTests.Watching;

/// <summary>The topics of the pipeline, read from their beginning and followed by a client of its own, as a user's would.</summary>
internal sealed class TopicsSeen : ITableHandler, IAsyncDisposable
{
    private readonly Dictionary<Interval, TopicCopy<Candle>> candles = [];
    private readonly Dictionary<Interval, TopicCopy<MacdValue>> values = [];
    private readonly Dictionary<(string Slug, Interval Interval), TopicCopy<IndicatorValue>> indicators = [];
    private readonly PipelineClient client;
    private readonly ConfigSeen config;
    private readonly CancellationTokenSource stop = new();
    private readonly TaskCompletionSource read = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task reading = Task.CompletedTask;

    private TopicsSeen(PipelineClient client)
    {
        this.client = client;
        Gaps = new TopicCopy<Gap>(client.Topics.Gaps.Partitions);
        Tasks = new TopicCopy<HistoryTask>(client.Topics.HistoryAction.Partitions);
        config = new ConfigSeen(client);
    }

    public ConfigSnapshot Config => config.Current;

    public TopicCopy<Gap> Gaps { get; }

    public TopicCopy<HistoryTask> Tasks { get; }

    public TopicCopy<Candle> Candles(Interval interval) => candles[interval];

    public TopicCopy<MacdValue> Values(Interval interval) => values[interval];

    /// <summary>The values of an indicator beside MACD.</summary>
    public TopicCopy<IndicatorValue> Values(string slug, Interval interval) => indicators[(slug, interval)];

    /// <summary>Has read everything there is when it returns, and goes on.</summary>
    public static async Task<TopicsSeen> OpenAsync(string kafka, Uri registry)
    {
        var settings = new Dictionary<string, string> { ["KAFKA_CONNECT"] = kafka, ["SCHEMA_REGISTRY_URL"] = registry.ToString() };
        var seen = new TopicsSeen(PipelineClient.Of("witness", settings, TimeProvider.System, NullLoggerFactory.Instance));
        try
        {
            seen.reading = await seen.StartAsync();
            await Task.WhenAny(seen.read.Task, seen.reading).WaitAsync(Eventually.Patience, TimeProvider.System);
            if (seen.reading.IsCompleted)
                await seen.reading;
            return seen;
        }
        catch
        {
            await seen.DisposeAsync();
            throw;
        }
    }

    void ITableHandler.OnAssigned(int partition)
    {
        foreach (var interval in Interval.All)
        {
            if (partition >= client.Topics.Candles(interval).Partitions)
                continue;
            candles[interval].Forget(partition);
            values[interval].Forget(partition);
            foreach (var slug in FollowedIndicators.Slugs)
                indicators[(slug, interval)].Forget(partition);
        }
        Gaps.Forget(partition);
        Tasks.Forget(partition);
    }

    void ITableHandler.OnAllCaughtUp() => read.TrySetResult();

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await config.DisposeAsync();
        await client.DisposeAsync();
        stop.Dispose();
    }

    private async Task<Task> StartAsync()
    {
        var (codecs, topics) = (client.Codecs, client.Topics);
        var tables = new List<Table>
        {
            Table.Of(topics.Gaps, await codecs.GapsAsync(stop.Token), Into(Gaps)),
            Table.Of(topics.HistoryAction, await codecs.HistoryTasksAsync(stop.Token), Into(Tasks)),
        };
        foreach (var interval in Interval.All)
        {
            candles[interval] = new TopicCopy<Candle>(topics.Candles(interval).Partitions);
            values[interval] = new TopicCopy<MacdValue>(topics.Macd(interval).Partitions);
            tables.Add(Table.Of(topics.Candles(interval), await codecs.CandlesAsync(interval, stop.Token), Into(candles[interval])));
            tables.Add(Table.Of(topics.Macd(interval), await codecs.MacdAsync(interval, stop.Token), Into(values[interval])));
            foreach (var slug in FollowedIndicators.Slugs)
            {
                var topic = PipelineTopics.OfIndicator(slug, interval);
                var copy = indicators[(slug, interval)] = new TopicCopy<IndicatorValue>(topic.Partitions);
                tables.Add(Table.Of(topic, await codecs.IndicatorAsync(slug, interval, stop.Token), Into(copy)));
            }
        }
        return client.Kafka.ReadTables(TableAssignment.All, this, [.. tables]).RunAsync(stop.Token);
    }

    private static TableBatch<T> Into<T>(TopicCopy<T> copy)
        where T : class => (partition, records) =>
        {
            foreach (ref readonly var record in records)
                copy.Take(partition, record.Key, record.Value);
        };
}
