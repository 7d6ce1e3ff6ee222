using StockPipeline.Hosting;
using StockPipeline.IndicatorValues;
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
        var (topics, codecs, interval) = (client.Topics, client.Codecs, settings.Interval);
        var telemetry = new ValueTelemetry(client.Context, client.Context.Logger<MacdService>(), "macd");
        var tables = new ValueTables(interval, settings.History, client.Kafka, telemetry, client.Context.Health);
        tables.Read(topics.Candles(interval), await codecs.CandlesAsync(interval, stop));
        tables.Add(settings.Indicator, topics.Macd(interval), await codecs.MacdAsync(interval, stop), new MacdRecords(settings.Parameters));
        await tables.RunAsync($"macd-{interval}", stop);
    }

    public ValueTask DisposeAsync() => client.DisposeAsync();
}
