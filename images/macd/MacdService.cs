using StockPipeline.Hosting;
using StockPipeline.Streaming.Tables;
using StockPipeline.Workers;

namespace StockPipeline.Macd;

/// <summary>
/// MACD of every instrument of one interval. Owns no state that the topics do not hold: at the start it reads candles and values, calculates,
/// and publishes the differences, so a crash, a restart, a rebalance or other periods leave no wrong, missing or double value.
/// </summary>
public sealed class MacdService : IService, IAsyncDisposable
{
    private readonly PipelineClient client;
    private readonly MacdSettings settings;

    private MacdService(ServiceContext context)
    {
        client = new PipelineClient(context);
        settings = MacdSettings.From(context.Settings);
    }

    public static IService Create(ServiceContext context) => new MacdService(context);

    public async Task RunAsync(CancellationToken stop)
    {
        var (candles, values) = (client.Topics.Candles(settings.Interval), client.Topics.Macd(settings.Interval));
        var candleCodec = await client.Codecs.CandlesAsync(settings.Interval, stop);
        var valueCodec = await client.Codecs.MacdAsync(settings.Interval, stop);
        var telemetry = new MacdTelemetry(client.Context);
        // What is sent while stopping must still go out, so the writer's own patience is not ended by the stop.
        var topic = client.Kafka.WriteTo(values, valueCodec);
        var writer = new ValueWriter(topic, telemetry, CancellationToken.None);
        var tables = new MacdTables(client.Context, settings, client.Kafka, writer, telemetry);
        await client.Kafka.ReadTables(
            TableAssignment.Group($"macd-{settings.Interval}"), tables,
            Table.Of(candles, candleCodec, tables.TakeCandles), Table.Owned(values, valueCodec, tables.TakeValues, topic)).RunAsync(stop);
    }

    public ValueTask DisposeAsync() => client.DisposeAsync();
}
