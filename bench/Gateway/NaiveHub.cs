using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.Logging.Abstractions;
using StockPipeline.Contracts.Connections;
using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Time;
using StockPipeline.Contracts.Topics;
using StockPipeline.SchemaRegistry.Client;
using StockPipeline.SchemaRegistry.Codecs;
using StockPipeline.Streaming;
using StockPipeline.Streaming.Metrics;
using StockPipeline.Streaming.Tables;

namespace StockPipeline.Bench.Gateway;

/// <summary>
/// What most would write first: a SignalR hub with a group for each instrument and one for the board; each record of the topics is sent to its group
/// as it comes, and four times a second the rows that changed to the board's.
/// </summary>
internal sealed class NaiveHub : Hub
{
    public const string Part = "gateway-hub";

    private const string Board = "board";

    public async Task Follow(string figi, bool hasBoard)
    {
        await Groups.AddToGroupAsync(Context.ConnectionId, figi);
        if (hasBoard)
            await Groups.AddToGroupAsync(Context.ConnectionId, Board);
    }

    public static async Task<int> RunAsync(string kafkaAddress, string registryUrl)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSignalR(options => options.ClientTimeoutInterval = TimeSpan.FromMinutes(10));
        await using var web = builder.Build();
        web.MapHub<NaiveHub>("/hub");
        await web.StartAsync();
        var clients = web.Services.GetRequiredService<IHubContext<NaiveHub>>().Clients;
        var changed = new ConcurrentDictionary<string, object[]>();
        using var registry = new SchemaRegistryClient(new SchemaRegistryConnection { Url = new Uri(registryUrl) });
        var codecs = new PipelineCodecs(registry, PipelineTopics.Default, TimeProvider.System);
        await using var kafka = new KafkaClient(new KafkaConnection { BootstrapServers = kafkaAddress }, "hub", NullLoggerFactory.Instance,
            NoMetrics.Instance, TimeProvider.System);
        var reader = new Reader();
        var candles = Table.Of<Candle>(PipelineTopics.Default.Candles(Interval.OneMinute), await codecs.CandlesAsync(Interval.OneMinute, default),
            (int partition, ReadOnlySpan<TableRecord<Candle>> records) =>
            {
                foreach (ref readonly var record in records)
                {
                    if (!reader.IsLive || record.Value is not { } candle)
                        continue;
                    _ = clients.Group(candle.Figi.Value).SendAsync("row", new
                    {
                        time = candle.OpenTime, open = candle.Open.ToDouble(), high = candle.High.ToDouble(), low = candle.Low.ToDouble(),
                        close = candle.Close.ToDouble(), volume = candle.Volume, figi = candle.Figi.Value, ticker = candle.Figi.Value,
                        interval = "1-min", final = candle.Final, revision = candle.Revision,
                    });
                    changed[candle.Figi.Value] = [candle.Figi.Value, candle.Close.ToDouble(), candle.Volume, candle.Final, candle.OpenTime];
                }
            });
        var values = Table.Of<MacdValue>(PipelineTopics.Default.Macd(Interval.OneMinute), await codecs.MacdAsync(Interval.OneMinute, default),
            (int partition, ReadOnlySpan<TableRecord<MacdValue>> records) =>
            {
                foreach (ref readonly var record in records)
                {
                    if (!reader.IsLive || record.Value is not { } value)
                        continue;
                    _ = clients.Group(value.Figi.Value).SendAsync("row", new
                    {
                        time = value.OpenTime, main_line = value.MainLine, signal_line = value.SignalLine, histogram = value.Histogram,
                        close = value.Close.ToDouble(), figi = value.Figi.Value, ticker = value.Figi.Value, interval = "1-min", final = value.Final,
                        epoch = value.Epoch,
                    });
                }
            });
        var reading = kafka.ReadTables(TableAssignment.All, reader, candles, values).RunAsync(CancellationToken.None);
        await reader.Ready;
        await Console.Out.WriteLineAsync(new Uri(web.Urls.First()).Port.ToString(CultureInfo.InvariantCulture));
        using var beat = new PeriodicTimer(TimeSpan.FromMilliseconds(250), TimeProvider.System);
        while (!reading.IsCompleted && await beat.WaitForNextTickAsync())
        {
            var rows = changed.Keys.Select(figi => changed.TryRemove(figi, out var row) ? row : null).OfType<object[]>().ToArray();
            if (rows.Length > 0)
                await clients.Group(Board).SendAsync("board", rows);
        }
        await reading;
        return 1;
    }

    private sealed class Reader : ITableHandler
    {
        private readonly TaskCompletionSource ready = new();

        public bool IsLive => ready.Task.IsCompleted;

        public Task Ready => ready.Task;

        public void OnAssigned(int partition)
        {
        }

        public void OnAllCaughtUp() => ready.TrySetResult();
    }
}
